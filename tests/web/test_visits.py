"""How long a browser is known: a guest's three months, a shared computer's twenty minutes, and what is said afterwards."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from sqlalchemy import event, update

from app.accounts.models import WebSession
from app.accounts.services import web_sessions
from app.assessments.models import RecordedAnswer, Sitting
from app.database import current_session
from app.database import db as handle
from tests.rows import rows
from tests.web.answering import answer, answer_all
from tests.web.test_accounts_own import make_card
from tests.web.test_journey import open_account, start


def pass_time(app, **by):
    """Let time pass: what was last written down becomes older."""
    past = timedelta(**by)
    with app.app_context():
        for row in current_session().query(WebSession).all():
            row.last_seen_at, row.expires_at = row.last_seen_at - past, row.expires_at - past
        current_session().commit()


def start_shared(visitor):
    visitor.get("/evaluations/CIT/positionnement")
    return visitor.submit("/evaluations/CIT/positionnement", shared_computer="y")


@pytest.fixture
def writes(app):
    """Return a function that lists what one request of a visitor writes."""

    def written(visitor, path):
        statements = []

        def note(_connection, _cursor, statement, *_rest):
            statements.append(statement.split()[0].upper())

        with app.app_context():
            event.listen(handle.engine, "before_cursor_execute", note)
            try:
                visitor.get(path)
            finally:
                event.remove(handle.engine, "before_cursor_execute", note)
        return [one for one in statements if one not in ("SELECT", "BEGIN")]

    return written


class TestSharedComputer:
    def test_a_guest_is_told_of_the_idle_time_before_it_begins_and_on_pausing(self, visitor):
        assert "Après 20 minutes sans activité" in visitor.get("/evaluations/CIT/positionnement").text
        path = start_shared(visitor).path

        page = visitor.get(path + "/pause")

        assert "après 20 minutes sans activité, et elle seule rouvre vos réponses" in page.text
        assert page.form("/carte")

    def test_afterwards_a_guest_is_told_what_happened_and_not_to_sign_in(self, app, visitor):
        path = start_shared(visitor).path
        pass_time(app, minutes=20)

        page = visitor.get(path, status=401)

        assert page.headings == ["Votre passage ici a pris fin."]
        assert "Connectez-vous" not in page.text
        assert page.links["Reprendre avec ma carte"] == "/reprendre"

    def test_an_answer_sent_too_late_is_told_so_and_not_recorded(self, app, visitor):
        start_shared(visitor)
        pass_time(app, minutes=21)

        page = visitor.submit("/reponses", passe="1", expect=401)

        assert page.headings == ["Votre passage ici a pris fin."]
        assert rows(app, RecordedAnswer) == []

    def test_the_card_opens_what_was_recorded_at_the_same_question(self, app, visitor):
        start_shared(visitor)
        seen = answer(app, visitor)
        code, pin = make_card(visitor)
        pass_time(app, hours=1)
        visitor.get(seen.path, status=401)

        visitor.get("/reprendre")
        visitor.submit("/reprendre", code=code, pin=pin)

        assert visitor.get(seen.path).headings == seen.headings
        assert [row.shared_computer for row in rows(app, WebSession) if row.expires_at > datetime.now(UTC)][-1]

    def test_reading_counts_as_being_there(self, app, visitor):
        path = start_shared(visitor).path
        for _ in range(3):
            pass_time(app, minutes=15)
            visitor.get(path)

        assert "Question 1" in visitor.get(path).text

    def test_an_account_is_sent_to_sign_in_and_told_why(self, app, visitor, make_visitor):
        open_account(app, make_visitor())
        visitor.get("/connexion")
        visitor.submit(
            "/connexion", email="odile.payet@example.com", password="tortue jaune sous la pluie", shared_computer="y"
        )
        pass_time(app, minutes=20)

        page = visitor.get("/compte")

        assert page.headings == ["Se connecter"]
        assert "s’est fermée d’elle-même" in page.text

    def test_a_page_for_accounts_asks_a_former_guest_to_sign_in(self, app, visitor):
        start_shared(visitor)
        pass_time(app, minutes=20)

        assert visitor.get("/compte").headings == ["Se connecter"]


class TestReading:
    def test_writes_nothing_within_the_minute(self, visitor, writes):
        path = start(visitor).path

        assert writes(visitor, path) == []

    def test_writes_one_note_after_a_minute(self, app, visitor, writes):
        path = start(visitor).path
        pass_time(app, minutes=2)

        assert writes(visitor, path) == ["UPDATE"]
        assert writes(visitor, path) == []

    def test_answering_is_noted_with_the_answer(self, app, visitor):
        start(visitor)
        pass_time(app, minutes=2)

        visitor.submit("/reponses", passe="1")

        assert rows(app, WebSession)[0].last_seen_at > datetime.now(UTC) - timedelta(minutes=1)

    @pytest.mark.parametrize("app", ["sqlite"], indirect=True)
    def test_a_page_is_shown_though_somebody_else_holds_the_write_lock(self, app, visitor):
        path = start(visitor).path
        pass_time(app, minutes=2)
        with app.app_context():
            handle.engine.dispose()
            event.listen(handle.engine, "connect", _hurry)
            holder = handle.engine.raw_connection()
            holder.execute("BEGIN IMMEDIATE")
            try:
                page = visitor.get(path)
            finally:
                holder.execute("ROLLBACK")
                holder.close()
                event.remove(handle.engine, "connect", _hurry)
                handle.engine.dispose()

        assert "Question 1" in page.text


def _hurry(connection, _record):
    connection.execute("PRAGMA busy_timeout=50")


class TestGuest:
    def test_the_cookie_lives_as_long_as_the_data(self, app, visitor):
        page = start(visitor)
        pass_time(app, minutes=2)

        cookie = next(
            line
            for line in visitor.raw("GET", page.path).headers.getlist("Set-Cookie")
            if line.startswith("numericite=")
        )

        ends = parsedate_to_datetime(next(part for part in cookie.split("; ") if part.startswith("Expires="))[8:])
        assert abs(ends - datetime.now(UTC) - web_sessions.GUEST_LIFETIME) < timedelta(minutes=5)

    def test_the_cookie_is_sent_again_once_a_minute_and_not_with_every_page(self, visitor):
        page = start(visitor)

        sent = visitor.raw("GET", page.path).headers.getlist("Set-Cookie")

        assert [line for line in sent if line.startswith("numericite=")] == []

    def test_who_comes_back_every_two_months_is_known_all_year(self, app, visitor):
        path = start(visitor).path
        for _ in range(6):
            pass_time(app, days=60)

            assert "Question 1" in visitor.get(path).text

    def test_after_three_months_away_nobody_is_known(self, app, visitor):
        path = start(visitor).path
        pass_time(app, days=90)

        visitor.get(path, status=401)

    def test_a_browser_that_knows_nobody_is_told_where_a_test_is_found_again(self, visitor, make_visitor):
        path = start(visitor).path

        page = make_visitor().get(path)

        assert page.headings == ["Se connecter"]
        assert "dans le navigateur où il a commencé, ou avec sa carte de reprise" in page.text

    def test_an_account_s_time_does_not_slide(self, app, visitor):
        open_account(app, visitor)
        ends = rows(app, WebSession)[0].expires_at
        with app.app_context():
            current_session().execute(update(WebSession).values(last_seen_at=datetime.now(UTC) - timedelta(hours=1)))
            current_session().commit()

        visitor.get("/compte")

        assert rows(app, WebSession)[0].expires_at == ends
        assert rows(app, WebSession)[0].last_seen_at > datetime.now(UTC) - timedelta(minutes=1)


class TestComingBack:
    def test_a_stranger_finds_nothing_to_resume(self, visitor):
        page = visitor.get("/")

        assert "Reprendre" not in page.text
        assert "Mes tests" not in page.links

    def test_a_guest_finds_what_is_open_on_the_first_page_and_in_the_menu(self, visitor):
        question = start(visitor)

        home = visitor.get("/")

        resume = next(link for text, link in home.links.items() if text.startswith("Reprendre"))
        assert visitor.get(resume).headings == question.headings
        assert visitor.get(home.links["Mes tests"]).headings == ["Mes tests"]

    def test_once_finished_the_results_are_one_link_away(self, app, visitor):
        start(visitor)
        result = answer_all(app, visitor, up_to="L1").path

        home = visitor.get("/")
        assert "Reprendre" not in home.text
        index = visitor.get(home.links["Mes tests et résultats"])

        assert result in index.links.values()

    def test_a_guest_takes_everything_along_and_erases_it_without_an_account(self, app, visitor):
        start(visitor)
        visitor.get("/")
        index = visitor.get(visitor.page.links["Mes tests"])
        assert visitor.get(index.links["Télécharger mes données"]).headings == ["Vos données"]

        visitor.get(index.links["Effacer mes données"])
        page = visitor.submit("/compte/effacer", word="effacer")

        assert page.headings == ["Tout est effacé"]
        assert rows(app, Sitting) == []

    def test_the_page_on_data_leads_to_both(self, visitor):
        start(visitor)
        page = visitor.get("/vos-donnees")

        assert visitor.get(page.links["télécharger mes données"]).path == "/compte/mes-donnees"
        assert visitor.get(page.links["effacer mes données"]).path == "/compte/effacer"

    def test_an_account_finds_it_too(self, app, visitor):
        open_account(app, visitor)
        start(visitor)

        assert "Reprendre :" in visitor.get("/").text
