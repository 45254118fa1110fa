"""The answer to an appeal: told whole, checked, and silent about reserved keys."""

import pytest
from sqlalchemy import select

from app.assessments.models import Sitting
from app.assessments.services import examining, sittings
from app.audit import Action, AuditEntry
from app.database import current_session
from quizzes.engine_versions import ENGINE_VERSION
from quizzes.items import Response, right_response
from quizzes.policy import policies
from tests.builders import NOW
from tests.services.accounts_builders import account

REFERENCE = "0123456789ABCDEF"
#: Of a form that holds a critical question.
SEED = 7


@pytest.fixture
def run(app):
    """Type a command."""
    return lambda *words: app.test_cli_runner().invoke(args=["sittings", "replay", *words])


@pytest.fixture
def sit(app, loaded):
    """Take a test, right at every other question, and keep it."""

    def take(policy_id="positioning", *, answers=99, stopped=False, change=None, engine_version=ENGINE_VERSION):
        with app.app_context():
            db = current_session()
            person = account(db)
            row = sittings.start(
                db,
                person_id=person.id,
                framework_code="CIT",
                policy=policies()[policy_id],
                language="fr",
                bank=loaded.bank,
                seed=7,
                reference=REFERENCE,
                now=NOW,
            )
            row.engine_version = engine_version
            row.current_item_id = sittings.open_row(db, row, bank=loaded.bank).state.current_item_id
            while row.current_item_id is not None and len(row.answers) < answers:
                item = loaded.bank.item(row.current_item_id)
                response = right_response(item) if len(row.answers) % 2 == 0 else Response.skip()
                held = sittings.hold_own(db, reference=REFERENCE, person_id=person.id, bank=loaded.bank)
                sittings.submit_answer(db, held, item_id=item.id, response=response.to_json(), now=NOW)
            if stopped:
                sittings.stop(db, reference=REFERENCE, person_id=person.id, bank=loaded.bank, now=NOW)
            if change is not None:
                change(row)
            db.commit()
            return [loaded.bank.item(one.item_id) for one in row.answers]

    return take


def test_an_unknown_reference_is_refused(run):
    done = run("0000-0000-0000-0000")

    assert done.exit_code == 1
    assert "Aucun test n’a cette référence" in done.output


class TestDisagreements:
    def test_another_ability_is_said(self, run, sit):
        sit(change=lambda row: setattr(row, "ability", row.ability + 0.001))

        done = run(REFERENCE)

        assert done.exit_code == 1
        assert "ne concorde pas" in done.output
        assert "capacité : " in done.output

    def test_another_score_is_said(self, run, sit):
        sit(change=lambda row: setattr(row.answers[0], "score", 0.5))

        assert "score 0.5 enregistré, 1 au rejeu" in run(REFERENCE).output

    def test_items_that_would_not_have_been_asked_are_said(self, run, sit):
        sit(answers=12, change=lambda row: setattr(row, "seed", 8))

        assert "le moteur poserait" in run(REFERENCE).output

    def test_another_end_is_said(self, run, sit):
        sit(change=lambda row: setattr(row, "finish_reason", "exhausted"))

        assert "fin : exhausted enregistré" in run(REFERENCE).output

    def test_another_engine_is_said(self, run, sit):
        sit(change=lambda row: setattr(row, "engine_version", "1"))

        assert "mesuré par le moteur 1" in run(REFERENCE).output

    def test_a_policy_that_is_gone_is_replayed_from_the_one_that_was_kept(self, run, sit):
        sit(change=lambda row: setattr(row, "policy_id", "gone"))

        assert "Le rejeu concorde" in run(REFERENCE).output

    def test_one_that_was_never_kept_cannot_be(self, run, sit):
        def of_before(row):
            row.policy_id, row.policy_hash = "gone", None

        sit(change=of_before)

        assert "Aucun test" in run(REFERENCE).output


class TestAgreement:
    def test_every_step_is_told_with_why_and_what_was_known(self, run, sit):
        items = sit()

        done = run("0123-4567-89AB-CDEF".lower())

        assert done.exit_code == 0, done.output
        assert "Le rejeu concorde" in done.output
        assert "début en douceur" in done.output
        assert "je passe" in done.output
        assert "ensemble " in done.output
        assert all(item.id in done.output for item in items)
        assert "attendue : " in done.output

    @pytest.mark.parametrize("policy_id", ["positioning", "certification"])
    def test_one_of_an_engine_of_before_was_led_and_is_replayed_by_it(self, app, run, sit, policy_id):
        sit(policy_id, engine_version="2")

        done = run(REFERENCE)

        assert done.exit_code == 0, done.output
        assert "Moteur 2, " in done.output
        with app.app_context():
            current_session().scalars(select(Sitting)).one().engine_version = ENGINE_VERSION
            current_session().commit()
        assert "au rejeu" in run(REFERENCE).output  # the other engine would not say the same

    def test_one_that_goes_on_says_what_is_on_screen(self, run, sit):
        sit(answers=3)

        done = run(REFERENCE)

        assert done.exit_code == 0, done.output
        assert "pas encore ; à l’écran : CIT-" in done.output

    def test_one_that_was_stopped(self, run, sit):
        sit(answers=3, stopped=True)

        assert "la personne a arrêté" in run(REFERENCE).output

    def test_one_that_never_began(self, run, sit):
        sit(answers=0)

        assert run(REFERENCE).exit_code == 0


class TestSupervised:
    """What happened besides answers is told where it happened."""

    def test_a_question_replaced_a_second_set_and_the_closing(self, run, app, loaded):
        critical = {one.id for one in loaded.bank.items.values() if one.critical}
        with app.app_context():
            db = current_session()
            own = {"framework_code": "PRO", "policy": policies()["examination"], "language": "fr", "bank": loaded.bank}
            row = examining.start(
                db, person_id=account(db).id, person_ids=(), seed=SEED, reference=REFERENCE, now=NOW, **own
            )
            first = row.current_item_id
            held = examining.hold(db, sitting_id=row.id, bank=loaded.bank)
            examining.replace_current(db, held, item_id=first, actor_id=None, now=NOW)
            came = row.current_item_id
            while row.current_item_id is not None and len(row.answers) < 41:
                item = loaded.bank.item(row.current_item_id)
                response = Response.skip() if item.id in critical else right_response(item)
                held = examining.hold(db, sitting_id=row.id, bank=loaded.bank)
                examining.submit_answer(db, held, item_id=item.id, response=response.to_json(), deadline=None, now=NOW)
            left = row.current_item_id
            held = examining.hold(db, sitting_id=row.id, bank=loaded.bank)
            examining.close(db, held, reason=examining.Closing.TIME, actor_id=None, now=NOW)
            db.commit()

        done = run(REFERENCE)

        assert done.exit_code == 0, done.output
        assert f"(question {first} retirée : {came} la remplace)" in done.output
        assert "(seconde série ouverte, PRO-" in done.output
        assert f"(fermeture : le temps était écoulé ; à l’écran : {left})" in done.output
        assert "posée : à la place d’une question retirée" in done.output
        assert "posée : seconde série, sur le thème d’une question critique manquée" in done.output
        assert "Fin : le temps était écoulé." in done.output

    def test_questions_added_at_the_person_s_wish(self, run, app, loaded):
        with app.app_context():
            db = current_session()
            row = extended(db, loaded.bank)
            db.commit()
            area = row.extensions[0]["area"]

        done = run(REFERENCE)

        assert done.exit_code == 0, done.output
        assert f"(questions ajoutées sur {area})" in done.output


def extended(db, bank):
    """Take a positioning test until a subject is borderline, and ask for more questions on it."""
    person = account(db)
    for seed in range(30):
        row = sittings.start(
            db, person_id=person.id, framework_code="CIT", policy=policies()["positioning"], language="fr", bank=bank,
            seed=seed, reference=REFERENCE, now=NOW,
        )  # fmt: skip
        while row.current_item_id is not None:
            item = bank.item(row.current_item_id)
            response = right_response(item) if len(row.answers) % 3 else Response.skip()
            held = sittings.hold_own(db, reference=REFERENCE, person_id=person.id, bank=bank)
            sittings.submit_answer(db, held, item_id=item.id, response=response.to_json(), now=NOW)
        state = sittings.get_any(db, reference=REFERENCE, bank=bank).state
        area = next((one.area_id for one in state.measurement.areas if state.may_extend(one.area_id)), None)
        if area is not None:
            sittings.extend(db, reference=REFERENCE, person_id=person.id, area_id=area, bank=bank, now=NOW)
            return row
        db.delete(row)
        db.flush()
    raise AssertionError("no subject was borderline")


class TestKeys:
    def test_of_reserved_items_are_not_told(self, run, sit, app):
        sit("certification")

        done = run(REFERENCE)

        assert done.exit_code == 0, done.output
        assert "question du formulaire" in done.output
        assert "attendue" not in done.output
        assert "donnée" not in done.output
        with app.app_context():
            read = current_session().scalars(
                select(AuditEntry).where(AuditEntry.action == Action.SITTING_KEYS_READ.value)
            )
            assert read.all() == []

    def test_are_told_when_asked_for_and_the_trail_keeps_it(self, run, sit, app):
        sit("certification", answers=4)

        done = run(REFERENCE, "--with-keys")

        assert done.output.count("attendue : ") == 4
        assert done.output.count("donnée : ") == 2
        with app.app_context():
            read = current_session().scalars(
                select(AuditEntry).where(AuditEntry.action == Action.SITTING_KEYS_READ.value)
            )
            assert len(read.all()) == 1
