"""The register for people: an exact number in, one label out; badges; employers who follow; the holder's own page; the yearly report."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.database import current_session
from app.labels.models import Label
from app.outbox import OutboxEntry
from app.publication.models import RegisterRead, Watch, WatchList, YearlyReport
from app.publication.services import lists
from app.publication.services.allowances import BADGES
from app.publication.services.yearly import LINES
from certificates.label_rules.dossier import State
from certificates.label_rules.number import label_number
from tests.rows import rows
from tests.services.publication_builders import NOW, RPPS, labelled, move, published
from tests.web.test_journey import open_account

#: The queries are tried on both in tests/services; pages do not depend on the database.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
NUMBER = label_number(2026, 1)
NOBODY = label_number(2026, 77)
SECRET = "r" * 40
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def register(app):
    """Put one label into the register, of the last account opened if there is one."""

    def put(**columns):
        with app.app_context():
            db = current_session()
            person = db.scalars(select(Person).order_by(Person.id.desc())).first()
            labelled(db, person, **columns)
            published(db)
            db.commit()

    return put


def change(app, transition, state, **columns):
    with app.app_context():
        db = current_session()
        move(db, db.scalars(select(Label)).one(), transition, state, **columns)
        db.commit()


class TestSearch:
    @pytest.mark.parametrize("typed", [NOBODY, "2026-00001-Z", "99999999999", "Perrin", "1' OR '1'='1", "0"])
    def test_nothing_is_one_neutral_answer(self, visitor, register, typed):
        register()
        visitor.get("/registre/")

        page = visitor.submit("/registre/", number=typed)

        assert "Le registre ne montre rien à ce numéro" in page.text
        assert "Perrin" not in page.text.replace(typed, "")

    def test_an_empty_field_is_told_to_be_filled(self, visitor):
        visitor.get("/registre/")

        page = visitor.submit("/registre/", number=" ", expect=422)

        assert "Tapez un numéro." in page.text

    @pytest.mark.parametrize("typed", [NUMBER, NUMBER.replace("-", " ").lower(), RPPS, "100 0123 4567"])
    def test_an_exact_number_leads_to_the_label(self, visitor, register, typed):
        register()
        visitor.get("/registre/")

        page = visitor.submit("/registre/", number=typed)

        assert page.path == f"/registre/{NUMBER}"
        assert page.headings == ["En vigueur"]
        assert "Nadia Perrin" in page.text

    def test_guessing_is_slowed_down(self, visitor):
        visitor.get("/registre/")
        statuses = [visitor.raw("POST", "/registre/", data={"number": NOBODY}).status_code for _ in range(31)]

        assert statuses == [200] * 30 + [429]

    def test_no_cookie_and_no_trace_of_who_looked(self, app, visitor, register):
        register()

        response = visitor.raw("GET", f"/registre/{NUMBER}")

        assert "Set-Cookie" not in response.headers
        assert (response.headers["Cache-Control"], response.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
        [read] = rows(app, RegisterRead)
        assert (read.client_id, read.channel, read.times, read.at.second) == (None, "page", 1, 0)


class TestLabelPage:
    @pytest.mark.parametrize(
        ("state", "columns", "word"),
        [
            (State.DORMANT, {}, "En pause"),
            (State.SUSPENDED, {"ground": "fraud-inquiry"}, "Suspendu"),
            (State.REVOKED, {"ground": "struck-off"}, "Retiré"),
            (State.EXPIRED, {}, "Terminé"),
            (State.VOLUNTARILY_WITHDRAWN, {}, "Rendu"),
        ],
    )
    def test_the_status_is_first_and_no_reason_is_told(self, visitor, register, state, columns, word):
        register(state=state.value, **columns)

        page = visitor.get(f"/registre/{NUMBER}")

        assert page.headings == [word]
        assert "fraud" not in page.html
        assert "struck" not in page.html

    @pytest.mark.parametrize("path", [NOBODY, "2026-00001-Z", "anything"])
    def test_an_unknown_number_is_a_page_that_says_nothing_of_anybody(self, visitor, register, path):
        register()

        page = visitor.get(f"/registre/{path}")

        assert page.headings == ["Rien à ce numéro"]

    def test_a_label_of_somebody_who_died_answers_like_an_unknown_number(self, app, visitor, register):
        register()
        change(app, "end", State.ENDED)
        gone, never = visitor.get(f"/registre/{NUMBER}"), visitor.get(f"/registre/{NOBODY}")

        assert (gone.text, gone.links.keys()) == (never.text, never.links.keys())

    def test_in_english(self, make_visitor, register):
        register()

        page = make_visitor(language="en").get(f"/registre/{NUMBER}")

        assert page.headings == ["In force"]
        assert "Nurse" in page.text

    def test_it_says_that_it_is_no_label_of_the_state(self, visitor, register):
        register()

        assert "Ce n’est pas un label de l’État" in visitor.get(f"/registre/{NUMBER}").text


class TestBadge:
    def test_it_turns_grey_by_itself(self, app, visitor, register):
        register()
        green = visitor.raw("GET", f"/registre/{NUMBER}/badge-fr.svg")
        change(app, "suspend", State.SUSPENDED)
        grey = visitor.raw(
            "GET",
            f"/registre/{NUMBER}/badge-fr.svg",
        )

        assert (green.status_code, grey.status_code) == (200, 200)
        assert ("En vigueur" in green.text, "Suspendu" in grey.text) == (True, True)
        assert ("#0B6E6E" in green.text, "#0B6E6E" in grey.text) == (True, False)
        assert green.headers["ETag"] != grey.headers["ETag"]

    def test_any_page_may_show_it_and_nobody_is_followed(self, visitor, register):
        register()

        response = visitor.raw("GET", f"/registre/{NUMBER}/badge-en.svg")

        assert response.content_type.startswith("image/svg+xml")
        assert response.headers["Cache-Control"] == "public, max-age=300"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'none'")
        assert "Set-Cookie" not in response.headers
        assert "In force" in response.text

    def test_what_a_browser_has_is_not_sent_again(self, visitor, register):
        register()
        path = f"/registre/{NUMBER}/badge-fr.svg"
        tag = visitor.raw("GET", path).headers["ETag"]

        again = visitor.client.get(path, headers={"If-None-Match": tag})

        assert (again.status_code, again.data) == (304, b"")

    def test_a_number_that_nobody_has_is_a_grey_badge_too(self, visitor):
        response = visitor.raw("GET", f"/registre/{NOBODY}/badge-fr.svg")

        assert response.status_code == 404
        assert "Aucun label à ce numéro" in response.text
        assert visitor.raw("GET", f"/registre/{NOBODY}/badge-de.svg").status_code == 404

    def test_it_has_its_limit(self, app, visitor):
        with app.test_request_context():
            BADGES.take("127.0.0.1", cost=240)

        assert visitor.raw("GET", f"/registre/{NOBODY}/badge-fr.svg").status_code == 429


class TestFollowing:
    def ask(self, visitor, **changes):
        visitor.get("/registre/suivre")
        given = {"organisation": "CHU de Beauval", "email": "rh@example.org", "numbers": NUMBER, **changes}
        expect = given.pop("expect", 200)
        return visitor.submit("/registre/suivre", expect=expect, **given)

    def link(self, app):
        with app.app_context():
            letter = current_session().scalars(select(OutboxEntry).order_by(OutboxEntry.id.desc())).first()
            return re.search(r"(/registre/suivi/\S+)", letter.payload["body"])[1]

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ({"organisation": ""}, "Écrivez le nom de votre organisme."),
            ({"organisation": "Voir https://example.org"}, "Un nom seulement, sans adresse de site."),
            ({"organisation": "CHU\nBonjour"}, "Un nom seulement, sans adresse de site."),
            ({"email": "personne"}, "Cette adresse n’a pas la bonne forme."),
            ({"numbers": "2026-00001-Z"}, "Un numéro au moins n’en est pas un"),
            (
                {"numbers": "\n".join(label_number(2026, rank) for rank in range(1, 53))},
                "Une liste suit 50 labels au plus.",
            ),
            ({"webhook_url": "http://rh.example.org/"}, "Nous n’envoyons pas de message à cette adresse."),
            ({"webhook_url": "https://10.0.0.8/"}, "Nous n’envoyons pas de message à cette adresse."),
        ],
    )
    def test_a_form_that_is_refused_says_why_and_sends_nothing(self, app, visitor, wrong, told):
        page = self.ask(visitor, expect=422, **wrong)

        assert told in page.text
        assert rows(app, WatchList) == rows(app, OutboxEntry) == []

    def test_a_number_that_nobody_has_gets_the_same_page(self, visitor, register):
        register()

        assert self.ask(visitor).text == self.ask(visitor, numbers=NOBODY).text

    @pytest.mark.parametrize("token", ["0" * 16, "nothing"])
    def test_another_link_opens_nothing(self, visitor, token):
        visitor.get(f"/registre/suivi/{token}", status=409)
        for act in ("confirmer", "ajouter", "retirer", "arreter"):
            assert visitor.raw("POST", f"/registre/suivi/{token}/{act}", data={"numbers": NUMBER}).status_code == 409

    def test_looking_at_the_link_confirms_nothing(self, app, visitor, register):
        register()
        self.ask(visitor)

        visitor.get(self.link(app))

        assert rows(app, WatchList)[0].confirmed_at is None

    def test_from_the_request_to_the_end(self, app, visitor, make_visitor, register):
        holder, employer = visitor, make_visitor()
        open_account(app, holder)
        register()
        self.ask(employer, webhook_url="http://127.0.0.1:9/labels")
        link = self.link(app)
        employer.get(link)
        page = employer.submit("/confirmer")
        assert "Pas de réponse à ce jour" in page.text

        page = holder.get("/registre/le-mien")
        assert "CHU de Beauval" in page.text
        assert "personne ne l’a contrôlé" in page.text
        holder.submit("/le-mien/suivis/", answer="accept")
        assert "Acceptée" in employer.get(link).text

        page = employer.submit("/ajouter", numbers=f"{NOBODY}\n{NUMBER}")
        assert page.text.count("Pas de réponse à ce jour") == 1
        page = employer.submit("/retirer", number=NOBODY)
        assert NOBODY not in page.text
        employer.submit("/ajouter", numbers="rien", expect=422)

        page = holder.get("/registre/le-mien")
        page = holder.submit("/le-mien/suivis/", answer="stop")
        assert "CHU de Beauval" not in page.text
        assert "Pas de réponse à ce jour" in employer.get(link).text, "who stopped is not told"
        stop = f"{link}/arreter"
        [pressed, again] = [make_visitor().raw("POST", stop, data=ONE_CLICK) for _ in range(2)]
        assert (pressed.status_code, again.status_code) == (200, 200), "the button of mail software is led nowhere"
        employer.get(link, status=409)

    def test_a_list_is_full(self, app, visitor, register):
        register()
        self.ask(visitor)
        link = self.link(app)
        visitor.get(link)
        visitor.submit("/confirmer")

        page = visitor.submit(
            "/ajouter", numbers="\n".join(label_number(2026, rank) for rank in range(2, 53)), expect=422
        )

        assert "Une liste suit 50 labels au plus." in page.text


class TestOwnPage:
    def wait(self, app):
        """Somebody asks to follow the label, and has confirmed."""
        with app.app_context():
            db = current_session()
            lists.ask(
                db,
                organisation="CHU de Beauval",
                email="rh@example.org",
                language="fr",
                webhook_url=None,
                numbers=[NUMBER],
                seed="a" * 32,
                secret=SECRET,
                origin="http://127.0.0.1:8000",
                now=NOW,
            )
            row = db.scalars(select(WatchList)).one()
            lists.confirm(db, row=row, origin="http://127.0.0.1:8000", now=NOW)
            db.commit()

    def test_a_stranger_is_asked_to_sign_in(self, visitor):
        assert visitor.raw("GET", "/registre/le-mien").status_code == 303

    def test_without_a_label_there_is_nothing_to_show(self, app, visitor):
        open_account(app, visitor)

        page = visitor.get("/registre/le-mien")

        assert "Le registre ne montre aucun label à votre nom." in page.text
        assert "<textarea" not in page.html

    def test_somebody_else_s_requests_are_not_theirs_to_answer(self, app, visitor, make_visitor, register):
        open_account(app, visitor)
        register()
        self.wait(app)
        other = open_account(app, make_visitor(), email="other@example.com")
        page = other.get("/registre/le-mien")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', visitor.get("/registre/le-mien").html)[1]

        assert "CHU" not in page.text
        for answer in ("accept", "decline", "stop"):
            sent = other.raw("POST", "/registre/le-mien/suivis/1", data={"answer": answer, "csrf_token": token})
            assert sent.status_code in (403, 404)
        other.get("/compte/mot-de-passe")
        own = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', other.page.html)[1]
        sent = other.raw("POST", "/registre/le-mien/suivis/1", data={"answer": "accept", "csrf_token": own})
        assert sent.status_code == 404
        assert rows(app, Watch)[0].state == "waiting"

    def test_without_the_form_s_token_nothing_is_answered(self, app, visitor, register):
        open_account(app, visitor)
        register()
        self.wait(app)

        assert visitor.raw("POST", "/registre/le-mien/suivis/1", data={"answer": "accept"}).status_code == 403
        assert rows(app, Watch)[0].state == "waiting"

    def test_an_answer_that_is_none(self, app, visitor, register):
        open_account(app, visitor)
        register()
        self.wait(app)
        visitor.get("/registre/le-mien")

        visitor.submit("/le-mien/suivis/", answer="perhaps", expect=404)

    def test_the_lines_to_copy_lead_to_the_live_status(self, app, visitor, register):
        open_account(app, visitor)
        register()

        page = visitor.get("/registre/le-mien")

        [snippet] = re.findall(r"<textarea[^>]*>(.*?)</textarea>", page.html, re.DOTALL)
        origin = "http://127.0.0.1:8000"
        assert (
            f"href=&#34;{origin}/registre/{NUMBER}&#34;" in snippet or f'href="{origin}/registre/{NUMBER}"' in snippet
        )
        assert f"{origin}/registre/{NUMBER}/badge-fr.svg" in snippet
        assert "<" not in snippet

    def test_one_s_own_looks_do_not_count(self, app, visitor, make_visitor, register):
        open_account(app, visitor)
        register()
        visitor.get(f"/registre/{NUMBER}")
        make_visitor().get(f"/registre/{NUMBER}")

        page = visitor.get("/registre/le-mien")

        assert [read.times for read in rows(app, RegisterRead)] == [1]
        assert "Page du registre" in page.text


class TestReport:
    @pytest.fixture
    def report(self, app):
        with app.app_context():
            db = current_session()
            db.add(
                YearlyReport(
                    year=2025,
                    made_at=datetime(2026, 1, 1, 8, tzinfo=UTC),
                    content={
                        "sat": 23,
                        "passed_percent": 56,
                        "groups": [
                            {"profession": "infirmier", "sat": 12, "passed_percent": 66},
                            {"profession": "unknown", "sat": 5, "passed_percent": 50},
                            {"profession": None, "sat": 6, "passed_percent": 45},
                        ],
                        "labels": dict.fromkeys(LINES, 4),
                        "days_to_decide": 34,
                        "days_to_appeal": None,
                        "complaints": 3,
                    },
                )
            )
            db.commit()

    def test_a_year_without_a_report_does_not_exist(self, visitor):
        assert "Aucune année n’est encore finie" in visitor.get("/registre/bilan").text
        visitor.get("/registre/bilan/2025", status=404)
        assert visitor.raw("GET", "/registre/bilan/2025.csv").status_code == 404

    @pytest.mark.usefixtures("report")
    def test_the_page(self, visitor):
        assert "L’année 2025" in visitor.get("/registre/bilan").text

        page = visitor.get("/registre/bilan/2025")

        assert page.headings == ["Le label en 2025"]
        for words in (
            "23 personnes l’ont passé",
            "Infirmière ou infirmier",
            "Profession non dite",
            "34 jours ou moins",
        ):
            assert words in page.text
        assert "trop peu de décisions pour le dire" in page.text

    @pytest.mark.usefixtures("report")
    @pytest.mark.parametrize(
        ("language", "delimiter", "line"),
        [
            ("fr", ";", ["Personnes qui ont passé l’examen", "Infirmière ou infirmier", "12", "66"]),
            ("en", ",", ["People who took the examination", "Nurse", "12", "66"]),
        ],
    )
    def test_the_same_numbers_as_a_spreadsheet(self, make_visitor, language, delimiter, line):
        response = make_visitor(language=language).raw("GET", "/registre/bilan/2025.csv")

        assert response.content_type.startswith("text/csv")
        assert response.data.startswith(b"\xef\xbb\xbf")
        table = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig")), delimiter=delimiter))
        assert line in table
        assert {len(row) for row in table} == {4}
        assert not [cell for row in table for cell in row if cell.startswith(("=", "+", "-", "@"))]

    @pytest.mark.usefixtures("report")
    def test_the_page_in_english(self, make_visitor):
        page = make_visitor(language="en").get("/registre/bilan/2025")

        assert page.headings == ["The label in 2025"]
        assert "All other professions together" in page.text
