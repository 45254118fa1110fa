"""Commands of those who answer for the measure."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import delete

from app.accounts.services import backgrounds
from app.assessments.models import ItemUse
from app.assessments.services import exposures, recorded
from app.certification.services import cut_records
from app.commands import measuring
from app.database import current_session
from app.resources import SHIPPED_CONTENT
from certificates.records import canonical
from quizzes import calibration
from quizzes.bank import load_bank, make_bank
from quizzes.fingerprint import fingerprint
from quizzes.framework import Bilingual
from quizzes.policy import policies
from quizzes.scale import Scale
from tests.builders import NOW, ORIGIN
from tests.panels import panel_text
from tests.services.measuring_builders import people_who_answered


@pytest.fixture
def run(app):
    """Type a command."""
    return lambda *words: app.test_cli_runner().invoke(args=list(words))


@pytest.fixture
def answered(app, loaded):
    """Let people answer, and keep it."""

    def add(**options):
        with app.app_context():
            people_who_answered(current_session(), loaded.bank, **options)
            current_session().commit()

    return add


def edited(bank, item_id):
    """The bank as it was before one question was worded otherwise."""
    items = [
        one.model_copy(update={"stem": Bilingual(fr="Ancien texte ?", en="Former text?")}) if one.id == item_id else one
        for one in bank.items.values()
    ]
    return make_bank(list(bank.frameworks.values()), items)


class TestLines:
    def test_what_does_not_count_is_left_out(self, db, loaded):
        people_who_answered(db, loaded.bank, people=2)
        people_who_answered(db, loaded.bank, people=2, seed=2, language="en")
        people_who_answered(db, loaded.bank, people=2, seed=3, finished_at=None)
        people_who_answered(db, loaded.bank, people=2, seed=4, engine_version="1")
        people_who_answered(db, loaded.bank, people=2, seed=9, engine_version="2")  # these count
        people_who_answered(db, loaded.bank, people=2, seed=5, policy_id="gone")
        people_who_answered(db, loaded.bank, people=1, seed=7, finish_reason="annulled")
        people_who_answered(db, loaded.bank, people=1, seed=8, finish_reason="called-off")
        skipped = people_who_answered(db, loaded.bank, people=1, seed=6)[0]
        for answer in skipped.answers:
            answer.response, answer.score = {"skipped": True}, 0.0
        db.flush()

        found = recorded.lines(db, framework_code="CIT", language="fr", bank=loaded.bank)

        assert len(found) == 48
        assert recorded.lines(db, framework_code="PRO", language="fr", bank=loaded.bank) == []

    def test_each_tells_the_text_that_was_answered(self, db, loaded):
        first = loaded.bank.items_of("CIT", "open")[0]
        former = edited(loaded.bank, first.id)
        people_who_answered(db, former, people=1, among=2, asked=2)
        people_who_answered(db, loaded.bank, people=1, among=2, asked=2, seed=2)
        db.flush()

        found = recorded.lines(db, framework_code="CIT", language="fr", bank=loaded.bank)

        texts = [one.fingerprint for one in found if one.item_id == first.id]
        assert texts == [fingerprint(former.item(first.id), "fr"), fingerprint(first, "fr")]
        assert len({one.fingerprint for one in found if one.item_id != first.id}) == 1

    def test_open_items_count_without_assurance_and_the_rest_with_some(self):
        assert recorded.counted_policies() == list(policies())


class TestCalibrate:
    def test_refuses_too_few_people_and_writes_nothing(self, run, answered, tmp_path):
        answered(people=3)

        done = run("items", "calibrate", "--framework", "CIT", "--output", str(tmp_path))

        assert done.exit_code == 1
        assert "3 personnes ont terminé un test de CIT" in done.output
        assert "il en faut 100" in done.output
        assert list(tmp_path.iterdir()) == []

    def test_refuses_an_unknown_framework(self, run):
        assert "Référentiel inconnu : ZZZ" in run("items", "calibrate", "--framework", "ZZZ").output

    def test_writes_a_scale_and_its_report_once(self, run, answered, tmp_path):
        answered()
        words = ("items", "calibrate", "--framework", "CIT", "--output", str(tmp_path))

        done, again = run(*words), run(*words)

        assert done.exit_code == 0, done.output
        assert re.search(r"\d+ questions, 110 personnes, 1320 réponses", done.output)
        scale = load_bank((SHIPPED_CONTENT, tmp_path)).scales[("CIT", "fr")]
        assert scale.people == 110
        assert "Khi-deux" in next(tmp_path.glob("scales/*.html")).read_text()
        assert again.exit_code == 1
        assert "ne s’écrase pas" in again.output

    def test_names_what_was_edited_since_it_was_answered(self, run, app, loaded, answered, tmp_path):
        first = loaded.bank.items_of("CIT", "open")[0]
        answered()
        with app.app_context():
            people_who_answered(current_session(), edited(loaded.bank, first.id), people=3, among=3, asked=3, seed=2)
            current_session().commit()

        done = run("items", "calibrate", "--framework", "CIT", "--output", str(tmp_path))

        assert done.exit_code == 0, done.output
        assert f"{first.id} (3)" in done.output
        assert "[edited-items]" in done.output
        assert "laissées de côté" in next(tmp_path.glob("scales/*.html")).read_text()

    @pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # what is read again is a file
    def test_an_item_edited_after_the_scale_was_written_is_not_calibrated_and_is_named(self, run, answered, tmp_path):
        answered()
        run("items", "calibrate", "--framework", "CIT", "--output", str(tmp_path))
        written = next(tmp_path.glob("scales/*.yaml"))
        scale = load_bank((SHIPPED_CONTENT, tmp_path)).scales[("CIT", "fr")]
        first, line = next(iter(scale.items.items()))
        written.write_text(written.read_text().replace(line.fingerprint, "f" * 64))

        now = load_bank((SHIPPED_CONTENT, tmp_path)).scales[("CIT", "fr")]
        done = run("content", "check", str(tmp_path))

        assert set(scale.items) - set(now.items) == {first}
        assert done.exit_code == 0, done.output
        assert f"{first} a été modifiée depuis le calibrage" in done.output
        assert "[edited-scale-items]" in done.output

    def test_what_did_not_settle_is_not_written(self, run, answered, tmp_path, monkeypatch):
        answered()
        monkeypatch.setattr(calibration, "calibrate", partial(calibration.calibrate, rounds=1))

        done = run("items", "calibrate", "--framework", "CIT", "--output", str(tmp_path))

        assert done.exit_code == 1
        assert "ne s’est pas stabilisé en 1 tours. Rien n’a été écrit." in done.output
        assert list(tmp_path.iterdir()) == []

    def test_says_that_a_place_cannot_be_written(self, run, answered, tmp_path):
        answered()
        (tmp_path / "file").touch()

        done = run("items", "calibrate", "--framework", "CIT", "--output", str(tmp_path / "file/content"))

        assert done.exit_code == 1
        assert "ne peut pas être écrit" in done.output

    def test_says_that_the_zero_moved(self, run, app, loaded, tmp_path, monkeypatch):
        with app.app_context():
            people_who_answered(current_session(), loaded.bank, people=250, asked=40, among=45)
            current_session().commit()
        framework = loaded.bank.framework("CIT")
        lines = {
            item.id: {"answers": 400, "difficulty": framework.level(item.level).difficulty + 1, "difficulty_error": 0.1}
            for item in loaded.bank.items_of("CIT", "open")
        }
        scale = {"framework": "CIT", "language": "fr", "made_on": NOW.date(), "people": 900, "items": lines}
        items, frameworks = loaded.bank.items.values(), loaded.bank.frameworks.values()
        own = replace(loaded, bank=make_bank(list(frameworks), list(items), [Scale.model_validate(scale)]))
        monkeypatch.setitem(app.extensions, "numericite.resources", own)

        done = run("items", "calibrate", "--framework", "CIT", "--output", str(tmp_path))

        assert done.exit_code == 0, done.output
        assert "[moved-zero]" in done.output
        assert "Recommencez avec --hold-calibrated" in next(tmp_path.glob("scales/*.html")).read_text()

    def test_may_hold_what_is_calibrated(self, run, answered, instance):
        answered()

        done = run("items", "calibrate", "--framework", "CIT", "--hold-calibrated")

        assert done.exit_code == 0, done.output
        written = next((instance / "content/scales").glob("CIT-fr-*.yaml"))
        for path in written.parent.iterdir():
            path.unlink()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # it reads no database
class TestContentCheck:
    def test_refuses_a_scale_of_a_framework_that_is_not_there(self, run, tmp_path):
        (tmp_path / "scales").mkdir()
        (tmp_path / "scales/ZZZ-fr-2026-11-25.yaml").write_text(
            "language: fr\nframework: ZZZ\nmade_on: 2026-11-25\npeople: 300\nitems: {}\n"
        )

        done = run("content", "check", str(tmp_path))

        assert done.exit_code == 1
        assert "scales/ZZZ-fr-2026-11-25.yaml:2: référentiel inconnu, ZZZ." in done.output
        assert "retirez ce fichier" in done.output
        assert "ZZZ" not in {code for code, _language in load_bank((SHIPPED_CONTENT, tmp_path)).scales}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # it reads no database
class TestSimulate:
    def test_refuses_what_cannot_be_sat(self, run):
        assert "unknown-framework" in run("simulate", "--framework", "ZZZ", "--people", "2").output
        assert "not-offered" in run("simulate", "--framework", "DEC", "--policy", "certification").output
        assert "un nombre de logits" in run("simulate", "--people", "2", "--cut", "nan").output

    def test_tells_tables_and_writes_a_page(self, run, tmp_path):
        done = run("simulate", "--people", "5", "--html", str(tmp_path / "a.html"), "--cut", "0.3")

        assert done.exit_code == 0, done.output
        assert "seuil étudié" in done.output
        assert (tmp_path / "a.html").read_text().startswith("<!doctype html>")

    def test_tells_one_line_of_json(self, run):
        passing = run("simulate", "--framework", "PRO", "--policy", "examination", "--people", "5", "--json")
        assert json.loads(passing.output)["passing"]["cut"] == 75
        told = run("simulate", "--framework", "PRO", "--policy", "examination", "--people", "2").output
        assert "Réussite au seuil nominal" in told

        done = run("simulate", "--people", "5", "--policy", "certification", "--json")

        assert json.loads(done.output)["policy"] == "certification"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # it reads no database
class TestCutScore:
    @pytest.fixture
    def panel(self, loaded, tmp_path):
        items = [one.id for one in loaded.bank.items_of("CIT", "reserved")][:15]
        path = tmp_path / "panel.yaml"
        path.write_text(panel_text(items, framework="CIT"))
        return path

    def test_refuses_an_incomplete_panel_and_says_what_is_missing(self, run, panel, tmp_path):
        panel.write_text(panel.read_text().replace("- id: AB\n", "- id: ZY\n"))

        done = run("cutscore", str(panel), "--out", str(tmp_path / "record.json"))

        assert done.exit_code == 1
        assert "aucune note du juge ZY" in done.output
        assert not (tmp_path / "record.json").exists()

    def test_signs_no_cut_that_the_items_cannot_place(self, run, loaded, tmp_path):
        items = [one.id for one in loaded.bank.items_of("CIT", "reserved")][:15]
        (tmp_path / "panel.yaml").write_text(panel_text(items, framework="CIT", chances=[0] * 15))

        done = run("cutscore", str(tmp_path / "panel.yaml"), "--out", str(tmp_path / "record.json"))

        assert "ne placent pas ce seuil" in done.output
        assert not (tmp_path / "record.json").exists()

    def test_signs_nothing_for_a_panel_that_has_not_met(self, run, panel, tmp_path):
        panel.write_text(panel.read_text().replace("2026-11-20", "2999-01-01"))

        done = run("cutscore", str(panel), "--out", str(tmp_path / "record.json"))

        assert done.exit_code == 1
        assert "qui n’est pas encore venu" in done.output
        assert not (tmp_path / "record.json").exists()

    def test_says_that_a_record_cannot_be_written(self, run, panel, tmp_path):
        done = run("cutscore", str(panel), "--out", str(tmp_path / "nowhere/record.json"))

        assert done.exit_code == 1
        assert "ne peut pas être écrit" in done.output

    def test_a_record_that_was_changed_is_named_and_counts_for_nothing(self, run, panel, tmp_path, monkeypatch):
        out = tmp_path / "cutscores" / "CIT-L2.json"
        out.parent.mkdir()
        run("cutscore", str(panel), "--out", str(out))
        monkeypatch.setattr(measuring, "SHIPPED_CONTENT", tmp_path)
        written = json.loads(out.read_text())
        head, payload, signature = written["token"].split(".")
        claims = json.loads(urlsafe_b64decode(payload + "=="))
        claims["cut"]["ability"] = -3.0
        forged = urlsafe_b64encode(canonical(claims).encode()).decode().rstrip("=")
        out.write_text(json.dumps({**written, "token": f"{head}.{forged}.{signature}"}))

        done = run("cutscore", str(panel))

        assert "CIT-L2.json ne prouve rien" in done.output
        assert "[unproved-record]" in done.output
        assert "Seuil L2 de CIT : provisoire" in done.output

    def test_is_provisional_until_a_record_lies_with_the_content(self, run, panel, tmp_path, monkeypatch):
        out = tmp_path / "cutscores" / "CIT-L2.json"
        out.parent.mkdir()

        before = run("cutscore", str(panel))
        monkeypatch.setattr(measuring, "SHIPPED_CONTENT", tmp_path)
        done, again = run("cutscore", str(panel), "--out", str(out)), run("cutscore", str(panel), "--out", str(out))

        assert "provisoire" in before.output
        assert "établi le 2026-11-20" in done.output
        assert "Il ne sert pas encore : le référentiel écrit -0.80" in done.output
        assert "ne s’écrase pas" in again.output

    def test_a_pass_needs_no_level(self, run, panel):
        panel.write_text(panel.read_text().replace("boundary: L2", "boundary: pass"))

        assert "Seuil pass de CIT : provisoire" in run("cutscore", str(panel)).output


class TestRecords:
    def test_only_what_is_signed_counts_and_the_newest(self, loaded, tmp_path):
        (tmp_path / "cutscores").mkdir()
        record = {"framework": "CIT", "boundary": "L2", "cut": {}}
        for number, own in enumerate((record, {**record, "newer": True}, {**record, "framework": "PRO"})):
            cut_records.write(
                own,
                tmp_path / f"cutscores/{9 - number}.json",
                origin=ORIGIN,
                ring=loaded.ring,
                now=NOW + timedelta(days=number),
            )
        (tmp_path / "cutscores/a.json").write_text("[]")
        (tmp_path / "cutscores/b.json").write_text('{"token": "a.b.c", "record": {"framework": "CIT"}}')

        found = cut_records.established((tmp_path,), ring=loaded.ring, framework_code="CIT")

        assert set(found) == {"L2"}
        assert found["L2"]["newer"]


class TestMonitor:
    def test_refuses_an_unknown_framework(self, run):
        assert "Référentiel inconnu : ZZZ" in run("items", "monitor", "--framework", "ZZZ").output

    def test_nothing_answered_is_nothing_to_say(self, run):
        assert "0 tests, 0 réponses" in run("items", "monitor", "--framework", "CIT").output

    def test_leaves_aside_answers_to_a_former_text_and_names_its_item(self, run, app, loaded):
        first = loaded.bank.items_of("CIT", "open")[0]
        with app.app_context():
            people_who_answered(current_session(), edited(loaded.bank, first.id), people=3, among=3, asked=3, seed=2)
            current_session().commit()

        done = run("items", "monitor", "--framework", "CIT")

        assert done.exit_code == 0, done.output
        assert "3 tests, 6 réponses" in done.output
        assert f"laissées de côté : {first.id} (3)" in done.output

    def test_tells_flags_and_writes_everything(self, run, answered, tmp_path):
        answered(people=60, asked=40)
        answered(people=6, seed=2, policy_id="certification", seconds=1)

        done = run("items", "monitor", "--framework", "CIT", "--html", str(tmp_path / "w.html"))

        assert done.exit_code == 0, done.output
        assert "66 tests, 2472 réponses" in done.output
        assert "002FR00000000000" in done.output
        assert "Ce que cela ne veut pas dire" in (tmp_path / "w.html").read_text()

    def test_says_that_a_page_cannot_be_written(self, run, tmp_path):
        done = run("items", "monitor", "--framework", "CIT", "--html", str(tmp_path / "nowhere/w.html"))

        assert done.exit_code == 1
        assert "ne peut pas être écrit" in done.output


class TestSeen:
    def test_times_are_differences_within_a_sitting(self, db, loaded):
        people_who_answered(db, loaded.bank, people=2, seconds=7)

        assert {one.seconds for one in recorded.seen(db, framework_code="CIT", sittings=9, bank=loaded.bank)} == {7.0}

    def test_the_newest_sittings_are_read(self, db, loaded):
        people_who_answered(db, loaded.bank, people=3)

        assert len(recorded.seen(db, framework_code="CIT", sittings=2, bank=loaded.bank)) == 24

    def test_each_tells_the_text_that_was_answered_in_its_own_language(self, db, loaded):
        first = loaded.bank.items_of("CIT", "open")[0]
        former = edited(loaded.bank, first.id)
        people_who_answered(db, former, people=1, among=1, asked=1)
        people_who_answered(db, loaded.bank, people=1, among=1, asked=1, seed=2, language="en")

        found = recorded.seen(db, framework_code="CIT", sittings=9, bank=loaded.bank)

        assert {one.fingerprint for one in found} == {
            fingerprint(former.item(first.id), "fr"),
            fingerprint(first, "en"),
        }

    def test_each_tells_what_its_person_agreed_to_tell_and_nobody_else_s(self, db, loaded):
        silent, person = people_who_answered(db, loaded.bank, people=2, among=2, asked=2)
        backgrounds.give(db, person_id=person.person_id, told={"sex": "male"}, now=NOW)

        found = recorded.seen(db, framework_code="CIT", sittings=9, bank=loaded.bank)

        assert {(one.person, *one.told.items()) for one in found} == {
            (silent.person_id,),
            (person.person_id, ("sex", "male")),
        }


class TestUses:
    def test_each_item_of_each_test_against_its_cap(self, db, loaded):
        exposures.count_sitting(db, framework_code="CIT", policy_id="positioning", resting=())
        exposures.count_sitting(db, framework_code="CIT", policy_id="gone", resting=())
        item = loaded.bank.items_of("CIT", "open")[0]
        exposures.count_asked(db, policy_id="positioning", item_id=item.id)

        found = {one.item_id: one for one in exposures.uses(db, bank=loaded.bank, framework_code="CIT")}

        assert len(found) == len(loaded.bank.items_of("CIT", "open"))
        assert found[item.id].share == 1
        assert 0.25 <= found[item.id].cap <= 1

    def test_a_newcomer_in_a_busy_pool_is_counted_from_when_it_came(self, db, loaded):
        policy, items = policies()["positioning"], [one.id for one in loaded.bank.items_of("CIT", "open")]
        draw = partial(exposures.draw_resting, db, bank=loaded.bank, framework_code="CIT", policy=policy)
        for number in range(40):
            resting = draw(seed=number)
            exposures.count_sitting(db, framework_code="CIT", policy_id=policy.id, resting=resting)
        newcomer, known = items[0], items[1]
        db.execute(delete(ItemUse).where(ItemUse.item_id == newcomer))
        for number in range(40, 44):
            resting = draw(seed=number)
            exposures.count_sitting(db, framework_code="CIT", policy_id=policy.id, resting=resting)
            for item_id in {newcomer, known} - resting:
                exposures.count_asked(db, policy_id=policy.id, item_id=item_id)

        found = {one.item_id: one for one in exposures.uses(db, bank=loaded.bank, framework_code="CIT")}
        resting = [draw(seed=number) for number in range(100, 160)]

        assert found[newcomer].sittings == 4
        assert found[known].sittings == 44
        # Asked in most of its few sittings, the newcomer rests; with forty sittings credited to it, it never would.
        assert sum(newcomer in one for one in resting) > 20
        assert sum(known in one for one in resting) == 0
