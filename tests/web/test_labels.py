"""The pages of the label: what the holder sees, what the desk does, and each of them as somebody else."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.access import Role
from app.accounts.models import Case, Person
from app.accounts.services import people
from app.certification.models import Certificate
from app.database import current_session
from app.labels.models import Label, LabelProof, LabelVote
from app.labels.services import crediting
from app.organisations.models import TieKind
from app.organisations.services import independence
from app.outbox import OutboxEntry
from certificates import verification
from certificates.label_rules.machine import Seat
from tests.rows import rows
from tests.services.accounts_builders import PASSWORD
from tests.services.label_builders import FIVE, PICTURE, certified, numbered, officers, seated, submitted
from tests.services.label_builders import awarded as given
from tests.services.organisations_builders import confirmed

CLAIRE = "claire.dubreuil@example.org"
OFFICERS = ("agente1@example.org", "agente2@example.org")


@pytest.fixture
def sign_in(make_visitor):
    """Sign an account in, in a browser of its own."""

    def signed_in(email):
        visitor = make_visitor()
        visitor.get("/connexion")
        visitor.submit("/connexion", email=email, password=PASSWORD)
        return visitor

    return signed_in


@pytest.fixture
def enter(app, sign_in):
    """Make an account with a confirmed address, and sign it in."""

    def entered(email, *roles):
        with app.app_context():
            confirmed(current_session(), email, *roles)
            current_session().commit()
        return sign_in(email)

    return entered


def qualified(app, email=CLAIRE, *, is_numbered=True):
    """Give an account an active number and a professional certificate."""
    with app.app_context():
        db, now = current_session(), datetime.now(UTC)
        person = db.scalars(select(Person).where(Person.email == email)).one()
        if is_numbered:
            numbered(db, person, now=now)
        certified(db, app.extensions["numericite.resources"], person, now=now)
        db.commit()


def fill(visitor):
    """Go through every page of an application; one real file, the other proofs are put there."""
    visitor.get("/mon-label/")
    visitor.submit("/mon-label/ouvrir")
    visitor.get("/mon-label/profession")
    visitor.submit("/mon-label/profession", profession="sage-femme", route="examination")
    for practice in FIVE:
        declare(visitor, practice)
    visitor.get("/mon-label/charte")
    visitor.submit("/mon-label/charte", interests="aucun", accepts="y", accepts_public="y")


def declare(visitor, practice, *, data=PICTURE, name="affiche.png", expect=200, **more):
    visitor.get(f"/mon-label/pratiques/{practice}")
    fields = {
        "declaration": "Une affiche, une fiche d’accueil.",
        "done_on": datetime.now(UTC).date().isoformat(),
        "proof": (io.BytesIO(data), name),
        "no_patient": "y",
        **more,
    }
    return visitor.submit(f"/mon-label/pratiques/{practice}", expect=expect, **fields)


@pytest.fixture
def quick(monkeypatch):
    """Keep files as they are, and draw nobody for an audit: both are tested elsewhere."""
    monkeypatch.setattr("app.labels.services.proofs.cleaned", lambda data: ("image/png", data, ""))
    monkeypatch.setattr("app.labels.views.holder.draw_chance", lambda: 0.9)


@pytest.fixture
def applied(app, sign_in):
    """Somebody whose file is sent, and two officers."""
    with app.app_context():
        db = current_session()
        submitted(db, app.extensions["numericite.resources"], email=CLAIRE, now=datetime.now(UTC))
        officers(db)
        db.commit()
    return tuple(sign_in(email) for email in (CLAIRE, *OFFICERS))


@pytest.fixture
def awarded(app, sign_in):
    """Somebody whose label was given, and the two who gave it."""
    with app.app_context():
        db = current_session()
        given(db, app.extensions["numericite.resources"], email=CLAIRE, now=datetime.now(UTC))
        db.commit()
    return tuple(sign_in(email) for email in (CLAIRE, *OFFICERS))


def reference(app):
    return rows(app, Label)[0].reference


def vote(officer, app, decision, *, expect=200, **more):
    officer.get(f"/labels/{reference(app)}")
    return officer.submit("/vote", decision=decision, note="", expect=expect, **more)


class TestApplying:
    def test_says_what_it_takes_before_anything_is_opened(self, enter):
        page = enter(CLAIRE).get("/mon-label/")

        assert "Ce n’est pas un label de l’État" in page.text
        assert "Ouvrir mon dossier" in page.text

    def test_says_what_is_missing_one_thing_a_page(self, enter):
        claire = enter(CLAIRE)
        claire.get("/mon-label/")
        page = claire.submit("/mon-label/ouvrir")

        assert "Encore 8 choses" in page.text
        assert "Donnez votre numéro RPPS" in page.text
        for address in ("profession", "identite", "formation", "pratiques", "charte", "pratiques/dmp"):
            claire.get(f"/mon-label/{address}")
        claire.get("/mon-label/pratiques/origami", status=404)

    def test_a_form_with_something_missing_says_so_and_keeps_nothing(self, enter):
        claire = enter(CLAIRE)
        claire.get("/mon-label/")
        claire.submit("/mon-label/ouvrir")

        claire.get("/mon-label/profession")
        assert "Choisissez l’un des deux chemins" in claire.submit("/mon-label/profession", expect=422).text
        claire.get("/mon-label/charte")
        page = claire.submit("/mon-label/charte", interests="", expect=422)
        assert "il ne peut pas être donné" in page.text
        claire.get("/mon-label/profession")
        assert "Choisissez votre profession" in claire.submit("/mon-label/profession", expect=422).text
        claire.get("/mon-label/formation")
        page = claire.submit("/mon-label/formation", expect=422)
        assert "Choisissez le fichier" in page.text
        assert "Choisissez un thème" in page.text
        claire.get("/mon-label/identite")
        claire.submit("/identite/diploma", expect=422)
        assert "Relisez le document" in declare(claire, "dmp", no_patient="", expect=422).text

    def test_a_file_is_judged_by_its_content_and_not_by_its_name(self, app, enter):
        claire = enter(CLAIRE)
        claire.get("/mon-label/")
        claire.submit("/mon-label/ouvrir")

        page = declare(claire, "dmp", data=b"MZ a program", name="affiche.pdf", expect=422)

        assert "ni un PDF, ni une photo JPEG" in page.text
        assert rows(app, LabelProof) == []

        page = declare(claire, "dmp", name="affiche.exe")
        [proof] = rows(app, LabelProof)
        assert (proof.media_type, proof.is_waiting) == ("image/png", True)
        assert "Regardez cette pièce une fois encore" in page.text
        assert "Vos yeux sont le seul contrôle" in page.text

    def test_a_picture_waits_until_whoever_gave_it_has_looked_again(self, app, enter, monkeypatch):
        monkeypatch.setattr("app.labels.services.proofs.cleaned", lambda data: ("image/png", data, "unread"))
        claire = enter(CLAIRE)
        claire.get("/mon-label/")
        claire.submit("/mon-label/ouvrir")
        declare(claire, "dmp")
        assert "À regarder une fois encore" in claire.get("/mon-label/pratiques").text
        [proof] = rows(app, LabelProof)
        other = enter("autre@example.org")
        other.get(f"/mon-label/pieces/{proof.id}/relire", status=404)

        claire.get(f"/mon-label/pieces/{proof.id}/relire")
        page = claire.submit("/garder")

        assert "Déclarée et prouvée" in page.text
        assert not rows(app, LabelProof)[0].is_waiting

    @pytest.mark.usefixtures("quick")
    def test_a_number_of_social_security_is_refused_in_words_too(self, app, enter):
        claire = enter(CLAIRE)
        claire.get("/mon-label/")
        claire.submit("/mon-label/ouvrir")

        page = declare(claire, "dmp", declaration="Le dossier de 1 85 05 78 006 084 91.", expect=422)

        assert "Retirez-le, même si" in page.text
        assert rows(app, LabelProof) == []

    @pytest.mark.usefixtures("quick")
    def test_a_day_to_come_is_refused_beside_its_field(self, enter):
        claire = enter(CLAIRE)
        claire.get("/mon-label/")
        claire.submit("/mon-label/ouvrir")

        assert "pas encore passée" in declare(claire, "dmp", done_on="2199-01-01", expect=422).text

    @pytest.mark.usefixtures("quick")
    def test_training_and_papers_come_and_go(self, app, enter):
        claire = enter(CLAIRE)
        claire.get("/mon-label/")
        claire.submit("/mon-label/ouvrir")
        claire.get("/mon-label/formation")
        page = claire.submit(
            "/mon-label/formation",
            title="Socle numérique",
            body="IFSI de Lyon",
            hours="28",
            theme="other",
            done_on="2026-01-10",
            proof=(io.BytesIO(PICTURE), "a.png"),
            no_patient="y",
        )
        assert "Socle numérique" in page.text
        page = claire.submit("/retirer")
        assert "Socle numérique" not in page.text

        claire.get("/mon-label/identite")
        page = claire.submit("/identite/diploma", proof=(io.BytesIO(PICTURE), "d.png"), no_patient="y")
        assert "Attend d’être vu" in page.text
        [proof] = rows(app, LabelProof)
        answer = claire.raw("GET", f"/mon-label/pieces/{proof.id}")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["Content-Security-Policy"]

    @pytest.mark.usefixtures("quick")
    def test_one_file_for_two_practices_is_told_when_it_is_given_and_not_refused(self, enter):
        claire = enter(CLAIRE)
        claire.get("/mon-label/")
        claire.submit("/mon-label/ouvrir")
        claire.get("/mon-label/profession")
        claire.submit("/mon-label/profession", profession="sage-femme", route="examination")

        assert "Ce fichier prouve aussi" not in declare(claire, "dmp").text
        page = declare(claire, "mssante")

        assert page.text.count("Ce fichier prouve aussi") == 2
        assert "C’est permis" in page.text
        assert "Ce fichier prouve aussi" in claire.get("/mon-label/pratiques/dmp").text
        assert "This file also proves" in claire.get("/mon-label/pratiques/dmp?lang=en").text

    @pytest.mark.usefixtures("quick")
    def test_a_proof_may_be_deleted(self, app, enter):
        claire = enter(CLAIRE)
        claire.get("/mon-label/")
        claire.submit("/mon-label/ouvrir")
        declare(claire, "dmp")
        claire.get("/mon-label/pratiques/dmp")

        claire.submit("/supprimer")

        assert rows(app, LabelProof) == []

    def test_a_file_that_is_not_complete_cannot_be_sent_by_hand_either(self, enter):
        claire = enter(CLAIRE)
        page = claire.get("/mon-label/")
        token = page.form("/ouvrir").fields["csrf_token"]
        claire.submit("/mon-label/ouvrir")

        answer = claire.raw("POST", "/mon-label/envoyer", data={"csrf_token": token})

        assert answer.status_code == 409
        assert "Il manque encore quelque chose" in answer.get_data(as_text=True)

    @pytest.mark.usefixtures("quick")
    def test_from_nothing_to_a_file_that_is_sent(self, app, enter):
        claire = enter(CLAIRE)
        qualified(app)
        fill(claire)
        assert "Votre dossier est prêt" in claire.get("/mon-label/").text

        page = claire.submit("/mon-label/envoyer")

        assert "Vous n’avez rien à faire" in page.text
        assert rows(app, Label)[0].state == "submitted"

    def test_a_file_that_was_sent_does_not_change(self, applied):
        claire, *_officers = applied

        page = claire.get("/mon-label/charte", status=409)

        assert "entre les mains" in page.text


class TestAsSomebodyElse:
    @pytest.mark.usefixtures("quick")
    def test_nobody_reads_the_proofs_of_another(self, app, enter):
        claire = enter(CLAIRE)
        claire.get("/mon-label/")
        claire.submit("/mon-label/ouvrir")
        declare(claire, "dmp")
        [proof] = rows(app, LabelProof)
        other = enter("autre@example.org")

        other.get(f"/mon-label/pieces/{proof.id}", status=404)
        for address in ("profession", "charte", "pratiques", "reponse", "appel", "rendre", "reclamation", "agenda.ics"):
            other.get(f"/mon-label/{address}", status=404)

    def test_the_desk_is_the_officers(self, app, applied):
        claire, *_officers = applied
        path = f"/labels/{reference(app)}"

        for address in ("/labels/", path, f"{path}/papiers", "/administration/exports/labels.csv"):
            claire.get(address, status=403)

    @pytest.mark.usefixtures("quick")
    def test_a_draft_is_not_on_the_desk(self, app, enter):
        claire, officer = enter(CLAIRE), enter("un@example.org", Role.OFFICER)
        claire.get("/mon-label/")
        claire.submit("/mon-label/ouvrir")

        officer.get(f"/labels/{reference(app)}", status=404)
        officer.get(f"/labels/{reference(app)}/papiers", status=404)

    @pytest.mark.usefixtures("quick")
    def test_an_officer_does_not_decide_on_their_own_file(self, app, enter):
        claire = enter(CLAIRE, Role.OFFICER)
        qualified(app)
        fill(claire)
        claire.get("/mon-label/")
        claire.submit("/mon-label/envoyer")
        claire.get(f"/labels/{reference(app)}")

        page = claire.submit("/prendre", expect=403)

        assert "C’est votre propre dossier" in page.text

    def test_whoever_manages_the_person_is_told_so_before_and_refused_after(self, app, applied):
        _claire, one, two = applied
        with app.app_context():
            db = current_session()
            holder = db.scalars(select(Person).where(Person.email == CLAIRE)).one()
            agent = db.scalars(select(Person).where(Person.email == OFFICERS[1])).one()
            independence.declare(
                db,
                actor_id=agent.id,
                subject_id=holder.id,
                kind=TieKind.MANAGER,
                begins_on=datetime.now(UTC).date(),
                ends_on=None,
                declared_by=agent.id,
                now=datetime.now(UTC),
            )
            db.commit()
        one.get(f"/labels/{reference(app)}")
        one.submit("/prendre")
        token = vote(one, app, "award:criteria-met").form("/rendre").fields["csrf_token"]

        page = two.get(f"/labels/{reference(app)}")
        assert "vous encadrez cette personne" in page.text
        assert "ne vous est pas montré" in page.text
        assert "Liens d’intérêts" not in page.text
        proof = rows(app, LabelProof)[0]
        address = f"/labels/{reference(app)}/pieces/{proof.id}"
        refused = two.raw("GET", address)
        assert (refused.status_code, PICTURE in refused.data) == (403, False)
        assert one.raw("GET", address).status_code == 200
        assert not any("/vote" in form.action for form in page.forms)
        data = {"csrf_token": page.form("/deces").fields["csrf_token"], "decision": "award:criteria-met", "note": ""}
        answer = two.raw("POST", f"/labels/{reference(app)}/vote", data=data)
        assert answer.status_code == 403
        assert "Vous encadrez cette personne" in answer.get_data(as_text=True)
        assert len(rows(app, LabelVote)) == 1
        assert token


class TestDesk:
    def test_from_the_queue_to_the_label(self, app, applied):
        claire, one, two = applied
        assert reference(app) in one.get("/labels/").text
        assert reference(app) in one.raw("GET", "/administration/exports/labels.csv").get_data(as_text=True)

        file = one.get(f"/labels/{reference(app)}")
        assert file.text.count("Ce fichier prouve aussi") == 5, "the five practices of the file bear one picture"
        one.submit("/prendre")
        page = vote(one, app, "award:criteria-met")
        assert "Une autre personne doit voter" in page.text
        vote(two, app, "award:criteria-met")

        page = claire.get("/mon-label/")
        label = rows(app, Label)[0]
        assert "Votre label est actif" in page.text
        assert label.number in page.text
        assert claire.raw("GET", "/mon-label/agenda.ics").get_data(as_text=True).count("TRIGGER:-P") == 4
        code = next(link for text, link in page.links.items() if "PDF scellé" in text)
        assert claire.raw("GET", code).data.startswith(b"%PDF-")
        shown = claire.get(next(link for text, link in page.links.items() if "ce que l’on voit" in text))
        for words in ("Sage-femme", label.number, "Ce n’est pas un label de l’État", "sans valeur"):
            assert words in shown.text, words
        assert label.state == "awarded"
        formats = claire.get(f"{code.removesuffix('.pdf')}/emporter")
        assert "Label" in formats.text
        for name in ("badge.png", "badge.svg", "openbadge.json"):
            assert claire.raw("GET", f"{code.removesuffix('.pdf')}/{name}").status_code == 200

    def test_the_desk_of_the_register_shows_a_label_and_changes_none(self, app, awarded, enter):
        claire, *_officers = awarded
        path = next(link for text, link in claire.get("/mon-label/").links.items() if "ce que l’on voit" in text)
        with app.app_context():
            row = current_session().scalars(select(Certificate).where(Certificate.kind == "label")).one()
            row.status, row.status_reason, row.status_changed_at = "suspended", "fraud-inquiry", datetime.now(UTC)
            current_session().commit()
        desk = enter("bureau@example.org", Role.ADMINISTRATOR)

        page = desk.get(path.replace("/c/", "/administration/registre/"))

        assert "depuis le bureau des labels" in page.text
        assert not any("suspendre" in link or "retirer" in link for link in page.links.values())
        refused = desk.get(path.replace("/c/", "/administration/registre/") + "/retirer?reason=fraud", status=409)
        assert "Un label ne se change pas ici" in refused.text

    def test_both_sides_read_it_in_english_too(self, app, awarded):
        claire, one, _two = awarded

        page = claire.get("/mon-label/?lang=en")
        assert "Your label is active" in page.text
        assert "It is not a label of the State" in page.text
        page = one.get(f"/labels/{reference(app)}?lang=en")
        assert "RPPS number active" in page.text
        assert "Send a notice of suspension" in page.text

    def test_one_alone_does_not_decide_and_does_not_vote_twice(self, app, applied):
        _claire, one, _two = applied
        one.get(f"/labels/{reference(app)}")
        one.submit("/prendre")
        vote(one, app, "award:criteria-met")
        page = one.get(f"/labels/{reference(app)}")

        data = {"csrf_token": page.form("/rendre").fields["csrf_token"], "decision": "award:criteria-met", "note": ""}
        answer = one.raw("POST", f"/labels/{reference(app)}/vote", data=data)

        assert answer.status_code == 409
        assert "déjà voté" in answer.get_data(as_text=True)
        assert rows(app, Label)[0].state == "under_review"

    def test_a_decision_that_is_none_is_refused(self, app, applied):
        _claire, one, _two = applied
        one.get(f"/labels/{reference(app)}")
        one.submit("/prendre")

        vote(one, app, "award:nice-person", expect=422)
        vote(one, app, "", expect=422)

        assert rows(app, LabelVote) == []

    def test_a_file_goes_back_with_words(self, app, applied):
        claire, one, _two = applied
        one.get(f"/labels/{reference(app)}")

        one.submit("/rendre", reason="proof-unreadable", note="La photo est floue.")

        page = claire.get("/mon-label/")
        assert "La photo est floue." in page.text
        assert "Envoyer mon dossier" in page.text

    @pytest.mark.usefixtures("quick")
    def test_papers_are_seen_by_two(self, app, enter):
        claire = enter(CLAIRE)
        claire.get("/mon-label/")
        claire.submit("/mon-label/ouvrir")
        for subject in ("diploma", "employer"):
            claire.get("/mon-label/identite")
            claire.submit(f"/identite/{subject}", proof=(io.BytesIO(PICTURE), "d.png"), no_patient="y")
        one = enter("un@example.org", Role.OFFICER)
        path = f"/labels/{reference(app)}/papiers"

        assert reference(app) in one.get("/labels/").text
        assert "Attendez l’examen" in one.get(path).text
        qualified(app, is_numbered=False)
        assert "Claire Dubreuil" in one.get(path).text
        one.submit("/papiers/diploma", verdict="", expect=422)
        one.get(path)
        page = one.submit("/papiers/diploma", verdict="good")
        assert "Vous l’avez vu" in page.text
        proof = rows(app, LabelProof)[0]
        assert one.raw("GET", f"/labels/{reference(app)}/pieces/{proof.id}").data == PICTURE

    def test_a_document_that_holds_a_patients_data_is_deleted_and_the_person_told(self, app, applied):
        claire, one, _two = applied
        proof = rows(app, LabelProof)[0]
        one.get(f"/labels/{reference(app)}")
        page = one.submit("/donnees-de-patient", expect=422)
        assert "Choisissez la pièce" in page.text

        one.submit("/donnees-de-patient", proof=str(proof.id))

        assert proof.id not in [row.id for row in rows(app, LabelProof)]
        page = claire.get("/mon-label/")
        assert "Dossier rendu, une pièce a été retirée" in page.text
        letter = rows(app, OutboxEntry)[-1].payload
        assert letter["subject"] == "Une pièce de votre dossier a été supprimée"
        assert "Informer sur Mon espace santé" in letter["body"]

    @pytest.mark.usefixtures("quick")
    def test_a_diploma_with_somebody_elses_data_too_while_the_file_is_a_draft(self, app, enter):
        claire = enter(CLAIRE)
        claire.get("/mon-label/")
        claire.submit("/mon-label/ouvrir")
        claire.get("/mon-label/identite")
        claire.submit("/identite/diploma", proof=(io.BytesIO(PICTURE), "d.png"), no_patient="y")
        declare(claire, "dmp")
        one = enter("un@example.org", Role.OFFICER)
        page = one.get(f"/labels/{reference(app)}/papiers")
        token = page.form("/donnees-de-patient").fields["csrf_token"]
        paper, of_practice = rows(app, LabelProof)

        data = {"csrf_token": token, "proof": str(of_practice.id)}  # a draft's other documents are nobody's business
        assert one.raw("POST", f"/labels/{reference(app)}/donnees-de-patient", data=data).status_code == 404
        one.submit("/donnees-de-patient", proof=str(paper.id))

        assert [row.subject for row in rows(app, LabelProof)] == ["practice"]

    def test_a_death_closes_the_label_in_silence_once_another_officer_agrees(self, app, applied):
        _claire, one, two = applied
        before, path = len(rows(app, OutboxEntry)), f"/labels/{reference(app)}"
        one.get(path)
        page = one.submit("/deces")
        assert "une autre personne doit confirmer" in page.text
        assert one.raw("GET", "/labels/").get_data(as_text=True).count(f">{reference(app)}<") == 2

        two.get(path)
        two.submit("/deces/confirmer")

        assert rows(app, Label)[0].state == "ended"
        assert len(rows(app, OutboxEntry)) == before

        one.get(path)
        one.submit("/retour")
        two.get(path)
        two.submit("/retour/abandonner")
        one.get(path)
        one.submit("/retour")
        two.get(path)
        two.submit("/retour/confirmer")
        assert rows(app, Label)[0].state == "submitted"


class TestAfterwards:
    def test_a_notice_an_answer_a_suspension(self, app, awarded):
        claire, one, two = awarded
        one.get(f"/labels/{reference(app)}")
        one.submit("/avis", reason="fraud-inquiry", note="", expect=422)
        one.get(f"/labels/{reference(app)}")
        one.submit("/avis", reason="fraud-inquiry", note="Un signalement daté du 3 mars.")
        assert "Un signalement daté" in claire.get("/mon-label/").text
        claire.get("/mon-label/reponse")
        claire.submit("/reponse", text="", expect=422)
        claire.get("/mon-label/reponse")
        claire.submit("/reponse", text="Je n’y étais pas.")
        assert "Je n’y étais pas." in two.get(f"/labels/{reference(app)}").text

        vote(one, app, "suspend:fraud-inquiry")
        vote(two, app, "suspend:fraud-inquiry")

        page = claire.get("/mon-label/")
        assert "Votre label est suspendu" in page.text
        assert "Une fraude est soupçonnée" in page.text
        vote(one, app, "reinstate:ground-gone")
        vote(two, app, "reinstate:ground-gone")
        assert "Votre label est actif" in claire.get("/mon-label/").text

    def test_a_notice_is_dropped_and_an_end_is_moved(self, app, awarded):
        _claire, one, _two = awarded
        one.get(f"/labels/{reference(app)}")
        one.submit("/avis", reason="fraud-inquiry", note="Un signalement.")
        one.submit("/abandon", reason="ground-gone", note="")
        one.submit("/report", months="13", reason="birth", expect=422)
        one.get(f"/labels/{reference(app)}")
        one.submit("/report", months="4", reason="birth")

        assert rows(app, Label)[0].extended_months == 4

    def test_pause_return_and_giving_back_are_the_holders(self, awarded):
        claire, *_officers = awarded
        claire.get("/mon-label/pause")
        claire.submit("/mon-label/pause", expect=422)
        claire.get("/mon-label/pause")
        page = claire.submit("/mon-label/pause", reason="leave")
        assert "En pause" in page.text
        page = claire.submit("/reprendre")
        assert "Votre label est actif" in page.text
        claire.get("/mon-label/rendre")
        page = claire.submit("/mon-label/rendre")
        assert "Vous avez rendu votre label" in page.text

    def test_while_it_is_paused_whoever_checks_it_reads_so_and_no_reproach(self, awarded, visitor):
        claire, *_officers = awarded
        code = next(link for text, link in claire.get("/mon-label/").links.items() if "ce que l’on voit" in text)
        claire.get("/mon-label/pause")
        page = claire.submit("/mon-label/pause", reason="leave")
        assert "reviennent avec la reprise" in page.text
        assert not any("PDF scellé" in text for text in page.links)

        page = visitor.get(code)
        assert "En pause" in page.text
        assert "sans faute de personne" in page.text
        assert "Une pause n’est pas un reproche" in page.text
        assert 'data-verdict="paused"' in page.html
        assert "Suspendu" not in page.text
        answer = visitor.raw("GET", code.replace("/c/", "/api/v1/certificates/")).get_json()
        assert (answer["verdict"], answer["reason"]) == ("suspended", "paused")
        assert "Paused" in visitor.get(f"{code}?lang=en").text

    def test_in_its_grace_whoever_checks_it_reads_that_it_is_being_renewed(self, app, visitor):
        with app.app_context():
            db, loaded = current_session(), app.extensions["numericite.resources"]
            past = datetime.now(UTC) - timedelta(days=3 * 365 + 20)
            _person, label, _two = given(db, loaded, email=CLAIRE, now=past)
            code = verification.read_registered(crediting.current(db, label=label).token, loaded.ring).code
            db.commit()

        page = visitor.get(f"/c/{code}")

        assert "Renouvellement en cours" in page.text
        assert "Son renouvellement est attendu" in page.text
        assert "Expiré" not in page.text
        assert "Being renewed" in visitor.get(f"/c/{code}?lang=en").text

    def test_one_that_was_handed_back_reads_so_and_no_reproach(self, awarded, visitor):
        claire, *_officers = awarded
        code = next(link for text, link in claire.get("/mon-label/").links.items() if "ce que l’on voit" in text)
        claire.get("/mon-label/rendre")
        claire.submit("/mon-label/rendre")

        page = visitor.get(code)

        assert "Rendu" in page.text
        assert "de son propre gré" in page.text
        assert "Retiré" not in page.text

    def test_a_renewal_that_was_not_given_is_appealed_against(self, app, awarded):
        claire, one, _two = awarded
        with app.app_context():
            label = current_session().scalars(select(Label)).one()
            label.state, label.renewal_returned_on = "renewal_due", datetime.now(UTC).date()
            current_session().commit()
        page = claire.get("/mon-label/")
        assert "Le comité n’a pas renouvelé cette fois" in page.text
        claire.get(next(link for text, link in page.links.items() if "Faire appel" in text))

        page = claire.submit("/mon-label/appel", text="Les heures y sont toutes.")

        assert "Trois autres personnes jugent votre appel" in page.text
        page = one.get(f"/labels/{reference(app)}")
        assert "Les heures y sont toutes." in page.text
        assert "vous avez pris part à la première décision" in page.text

    def test_the_card_of_the_update_test_leads_to_where_it_is_sat(self, app, awarded):
        claire, *_officers = awarded
        assert claire.raw("GET", "/mon-label/epreuve").status_code == 404
        with app.app_context():
            label = current_session().scalars(select(Label)).one()
            label.state = "renewal_due"
            current_session().commit()

        page = claire.get(claire.get("/mon-label/").links["Actualisation"])

        assert "L’épreuve d’actualisation" in page.text
        assert "15 questions sur ce qui a changé, en 25 minutes" in page.text
        assert page.links["Voir les leçons"] == "/apprendre/?profil=professional"
        assert page.links["Entrer dans une session"] == "/examens/entrer"

    def test_a_label_cannot_be_hidden(self, awarded):
        claire, *_officers = awarded
        page = claire.get("/mon-label/")
        code = next(link for text, link in page.links.items() if "PDF scellé" in text).removesuffix(".pdf")

        token = claire.get("/mon-label/rendre").form("/rendre").fields["csrf_token"]
        answer = claire.raw("POST", f"{code}/partage", data={"csrf_token": token})

        assert answer.status_code == 409
        assert "Un label ne se cache pas" in answer.get_data(as_text=True)
        assert claire.get(code).path == "/mon-label/"

    def test_a_refusal_is_appealed_against_before_three_others(self, app, enter, applied):
        claire, one, two = applied
        one.get(f"/labels/{reference(app)}")
        one.submit("/prendre")
        vote(one, app, "refuse:criteria-not-met")
        vote(two, app, "refuse:criteria-not-met")
        claire.get("/mon-label/appel")
        claire.submit("/mon-label/appel", text="", expect=422)
        claire.get("/mon-label/appel")
        assert "Trois autres personnes jugent" in claire.submit("/mon-label/appel", text="Tout y est.").text
        assert "vous avez pris part à la première décision" in one.get(f"/labels/{reference(app)}").text

        for rank, seat in enumerate(("user", "peer", "independent")):
            judge = enter(f"juge{rank}@example.org", Role.OFFICER)
            with app.app_context():
                db = current_session()
                person = db.scalars(select(Person).where(Person.email == f"juge{rank}@example.org")).one()
                seated(db, person, Seat(seat))
                db.commit()
            vote(judge, app, "overturn:facts", seat=seat)

        assert "Votre label est actif" in claire.get("/mon-label/").text

    def test_a_complaint_is_numbered_and_answered_by_somebody_else(self, app, enter, awarded):
        claire, one, _two = awarded
        claire.get("/mon-label/reclamation")
        claire.submit("/mon-label/reclamation", text="", expect=422)
        claire.get("/mon-label/reclamation")
        page = claire.submit("/mon-label/reclamation", text="On ne m’a pas répondu.")
        [case] = rows(app, Case)
        assert case.number in page.text
        assert case.number in rows(app, OutboxEntry)[-1].payload["body"]

        with app.app_context():
            db = current_session()
            agent = db.scalars(select(Person).where(Person.email == OFFICERS[0])).one()
            people.grant_role(db, person_id=agent.id, role=Role.ADMINISTRATOR, actor_id=None, now=datetime.now(UTC))
            db.commit()
        one.get(f"/administration/demandes/{case.number}")
        page = one.submit(case.number, answer="Voici.", expect=403)
        assert "auquel vous avez pris part" in page.text
        chief = enter("chef@example.org", Role.ADMINISTRATOR)
        chief.get(f"/administration/demandes/{case.number}")
        chief.submit(case.number, answer="Voici.")
        assert rows(app, Case)[0].answer == "Voici."

    def test_a_complaint_of_anybody_that_names_a_label_is_answered_by_somebody_else(self, app, enter, awarded, visitor):
        _claire, one, _two = awarded
        number = rows(app, Label)[0].number
        visitor.get("/reclamations")
        visitor.submit("/reclamations", text=f"Le label {number.lower()} est affiché à tort.", email="")
        [case] = rows(app, Case)
        with app.app_context():
            db = current_session()
            agent = db.scalars(select(Person).where(Person.email == OFFICERS[0])).one()
            people.grant_role(db, person_id=agent.id, role=Role.ADMINISTRATOR, actor_id=None, now=datetime.now(UTC))
            db.commit()

        one.get(f"/administration/demandes/{case.number}")
        assert "auquel vous avez pris part" in one.submit(case.number, answer="Voici.", expect=403).text

        chief = enter("chef@example.org", Role.ADMINISTRATOR)
        chief.get(f"/administration/demandes/{case.number}")
        chief.submit(case.number, answer="Voici.")
        assert rows(app, Case)[0].answer == "Voici."


def test_the_lists_and_the_criteria_are_public(app, visitor):
    page = visitor.get("/achievements/NUMERICITE/label/criteria")
    linked = visitor.client.get("/achievements/NUMERICITE/label", headers={"Accept": "application/ld+json"})

    assert "ce n’est pas un label de l’État" in page.text
    assert linked.json["achievementType"] == "Certification"
    for address in ("/status/suspension/1", "/status/suspension/1.jwt"):
        assert visitor.raw("GET", address).status_code == 200
    assert visitor.raw("GET", "/status/suspension/99").status_code == 404
