"""One label, looked at from everywhere on the same day: no two surfaces contradict each other, whatever state it is in."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from app.certification.services import open_formats, register, withdrawing
from app.identity.models import Activity
from app.label_errors import LabelDecidedElsewhereError
from app.labels.services import applying, clock, crediting, deciding, watching
from app.publication.services import fhir, words
from app.publication.services import register as shown
from app.verification.services import credentials, list_words, receipts, verdicts
from app.verification.services.files import as_shared, check_file
from app.verification.services.presenting import present
from certificates import receipt_page
from certificates.dates import day_in_paris
from certificates.label_rules.machine import Seat
from certificates.receipt import read_receipt
from tests.services import label_builders as made
from tests.services.label_builders import NOW, answered, at, awarded, closed_for_death, office, officers, voted

SEATS = (Seat.USER, Seat.PEER, Seat.INDEPENDENT)
LATER = NOW + timedelta(days=100)
GRACE, AFTER_GRACE, A_YEAR_LATER = at(2029, 12, 1), at(2030, 3, 1), at(2031, 6, 1)


def awarded_only(db, loaded):
    return awarded(db, loaded)[1], NOW


def near_its_end(db, loaded):
    label = awarded(db, loaded)[1]
    clock.turn(db, ring=loaded.ring, secret="", origin="", now=at(2029, 7, 1))
    return label, at(2029, 7, 1)


def in_its_grace(db, loaded):
    label = awarded(db, loaded)[1]
    clock.turn(db, ring=loaded.ring, secret="", origin="", now=GRACE)
    return label, GRACE


def over(db, loaded):
    label = awarded(db, loaded)[1]
    clock.turn(db, ring=loaded.ring, secret="", origin="", now=AFTER_GRACE)
    return label, AFTER_GRACE


def paused_by_its_holder(db, loaded):
    person, label, _two = awarded(db, loaded)
    applying.step(db, person_id=person.id, transition="pause_on_request", reason="leave", ring=loaded.ring, now=NOW)
    return label, LATER


def paused_by_the_number(db, loaded):
    label = awarded(db, loaded)[1]
    answered(db, activity=Activity.INACTIVE)
    for day in (NOW, NOW + timedelta(days=91)):
        clock.turn(db, ring=loaded.ring, secret="", origin="", now=day)
    return label, LATER


def extended_while_paused(db, loaded):
    label, _now = paused_by_its_holder(db, loaded)
    three = officers(db, 1, start=7)
    deciding.extend(db, label=label, months=3, reason="illness", actor_id=three[0].id, now=NOW, **office(db, loaded))
    return label, LATER


def back_from_a_pause(db, loaded):
    label, _now = paused_by_its_holder(db, loaded)
    applying.step(db, person_id=label.person_id, transition="come_back", reason="back", ring=loaded.ring, now=NOW)
    return label, LATER


def over_while_paused(db, loaded):
    label, _now = paused_by_its_holder(db, loaded)
    clock.turn(db, ring=loaded.ring, secret="", origin="", now=AFTER_GRACE)
    return label, AFTER_GRACE


def handed_back_while_paused(db, loaded):
    label, _now = paused_by_its_holder(db, loaded)
    applying.step(db, person_id=label.person_id, transition="withdraw", reason="own-wish", ring=loaded.ring, now=LATER)
    return label, LATER


def suspended(db, loaded):
    return made.suspended(db, loaded)[1], NOW


def suspension_over(db, loaded):
    label = made.suspended(db, loaded)[1]
    clock.turn(db, ring=loaded.ring, secret="", origin="", now=at(2027, 6, 1))
    return label, at(2027, 6, 1)


def revoked_and_contestable(db, loaded):
    return made.revoked(db, loaded)[1], NOW


def revoked_for_good_before_the_clock_came(db, loaded):
    return made.revoked(db, loaded)[1], LATER


def revoked_for_good(db, loaded):
    label = made.revoked(db, loaded)[1]
    clock.turn(db, ring=loaded.ring, secret="", origin="", now=LATER)
    return label, LATER


def struck_off(db, loaded):
    return made.revoked(db, loaded, ground="struck-off")[1], NOW


def appealed(db, loaded):
    return made.appealed(db, loaded)[1], NOW


def left_during_the_appeal(db, loaded):
    person, label, _two = made.appealed(db, loaded)
    applying.step(db, person_id=person.id, transition="withdraw", reason="own-wish", ring=loaded.ring, now=NOW)
    return label, NOW


def appeal_lost(db, loaded):
    label = made.appealed(db, loaded)[1]
    voted(db, loaded, label, officers(db, 3, start=10), "uphold", "decision-right", seats=SEATS)
    return label, NOW


def appeal_won(db, loaded):
    label = made.appealed(db, loaded, ground="struck-off")[1]
    voted(db, loaded, label, officers(db, 3, start=10), "overturn", "facts", seats=SEATS)
    return label, NOW


def renewal_appealed(db, loaded):
    person, label, _three = made.renewal_returned(db, loaded)
    watching.appeal(db, person_id=person.id, text="Non.", ring=loaded.ring, origin="", now=NOW)
    return label, NOW


def handed_back(db, loaded):
    person, label, _two = awarded(db, loaded)
    applying.step(db, person_id=person.id, transition="withdraw", reason="own-wish", ring=loaded.ring, now=NOW)
    return label, LATER


def handed_back_a_year_ago(db, loaded):
    return handed_back(db, loaded)[0], A_YEAR_LATER


def died(db, loaded):
    _person, label, two = awarded(db, loaded)
    closed_for_death(db, loaded, label, two)
    return label, NOW


@dataclass(frozen=True)
class Told:
    """What each surface says: the public register and FHIR, a check and its reason, the lists of offices, the bit, the badge."""

    word: str | None
    verdict: str
    reason: str | None
    listed: str
    is_set: bool
    badge: str


IN_FORCE = Told("active", "valid", None, "valable", is_set=False, badge="En vigueur")
PAUSED = Told("dormant", "suspended", "paused", "en pause", is_set=True, badge="En pause")
SUSPENDED = Told("suspended", "suspended", None, "suspendu", is_set=True, badge="Suspendu")
REVOKED = Told("revoked", "revoked", None, "retiré", is_set=True, badge="Retiré")
EXPIRED = Told("expired", "expired", None, "expiré", is_set=False, badge="Terminé")
HANDED_BACK = Told("withdrawn", "revoked", "handed-back", "rendu", is_set=True, badge="Rendu")
NOT_SHOWN = Told(None, "unknown", None, "inconnu", is_set=True, badge="Aucun label à ce numéro")

STATES = {
    "awarded": (awarded_only, IN_FORCE),
    "near its end": (near_its_end, IN_FORCE),
    "back from a pause": (back_from_a_pause, IN_FORCE),
    "a suspension that is over": (suspension_over, IN_FORCE),
    "an appeal that was won": (appeal_won, IN_FORCE),
    "a renewal that was not given, and is appealed against": (renewal_appealed, IN_FORCE),
    "in its grace": (
        in_its_grace,
        Told(
            "renewing",
            "expired",
            "renewing",
            "renouvellement en cours",
            is_set=False,
            badge="Renouvellement en cours",
        ),
    ),
    "paused by its holder": (paused_by_its_holder, PAUSED),
    "paused since the number is inactive": (paused_by_the_number, PAUSED),
    "extended while it is paused": (extended_while_paused, PAUSED),
    "suspended": (suspended, SUSPENDED),
    "revoked, while an appeal may change it": (revoked_and_contestable, SUSPENDED),
    "revoked and appealed against": (appealed, SUSPENDED),
    "revoked for good, before the clock came by": (revoked_for_good_before_the_clock_came, REVOKED),
    "revoked for good": (revoked_for_good, REVOKED),
    "revoked for safety": (struck_off, REVOKED),
    "an appeal that was lost": (appeal_lost, REVOKED),
    "given up while a revocation is appealed against": (left_during_the_appeal, REVOKED),
    "over": (over, EXPIRED),
    "over while it was paused": (over_while_paused, EXPIRED),
    "handed back": (handed_back, HANDED_BACK),
    "handed back while it was paused": (handed_back_while_paused, HANDED_BACK),
    "handed back a year ago": (handed_back_a_year_ago, NOT_SHOWN),
    "its holder died": (died, NOT_SHOWN),
}


@pytest.mark.parametrize(("reach", "told"), STATES.values(), ids=STATES)
def test_every_surface_tells_the_same(db, loaded, reach, told):
    label, now = reach(db, loaded)
    on, secret = day_in_paris(now), loaded.settings.reference_secret
    row = crediting.current(db, label=label)
    code = verdicts.verdict_of(db, row, ring=loaded.ring, now=now).credential.code

    by_code = verdicts.check_code(db, text=code, ring=loaded.ring, secret=secret, now=now)
    entry = shown.find_by_number(db, number=label.number, on=on)
    badge = words.badge(entry, on=on, language="fr", is_demonstration=False)

    # The public register, its badge, FHIR.
    assert (entry and entry.word.value) == told.word
    assert told.badge in badge
    people = shown.find_people(db, number=label.number, rpps=None, on=on)
    resources = [fhir.holder_of(one._replace(reference="r", changed_at=now)) for one in people]
    said = [one.status.value for resource in resources for one in resource.labels]
    assert said == ([told.word] if told.word not in (None, "withdrawn") else [])

    # A check by code: verdict, JSON, list of an office, receipt on paper and signed.
    assert (by_code.outcome.value, by_code.reason) == (told.verdict, told.reason)
    json = present(by_code)
    assert (json["verdict"], json["reason"]) == (told.verdict, told.reason)
    assert ("holder_name" in (json["certificate"] or {})) == (told.word is not None)
    assert told.listed in list_words.checked_file(str, "x.pdf", by_code, receipt="")
    receipt, token = receipts.make(
        db, verdict=by_code, subject=receipts.of_code(code), ring=loaded.ring, origin=loaded.settings.public_url
    )
    signed = read_receipt(token, loaded.ring)
    assert (signed.verdict, signed.reason) == (told.verdict, told.reason)
    paper = receipt_page.render_html(receipt, issuer="x", origin="https://x")
    assert told.listed.capitalize() in paper

    # Whoever holds the file or the token, and software that only looks at the list.
    by_file = as_shared(db, row, ring=loaded.ring, now=now)
    assert by_file.outcome.value == (told.verdict if told.word else "revoked")
    assert by_file.tells_name == by_code.tells_name
    asked = credentials.Asked(
        ring=loaded.ring, secret=secret, now=now, moment=now, origin="https://x", check_file=check_file
    )
    twin = open_formats.twin(row.token, loaded.ring)
    for text in (row.token, twin):
        assert credentials.check(db, text, asked=asked).verdict.outcome == by_file.outcome
    is_set = row.status_index in register.withdrawn_status_indices(db, purpose="suspension")
    assert is_set is told.is_set or reach is revoked_for_good_before_the_clock_came

    # Since when, where both say so.
    if entry is not None and told.verdict in ("suspended", "revoked"):
        assert day_in_paris(by_code.since) == entry.since


def test_a_past_day_is_told_as_it_was(db, loaded):
    person, label, _two = awarded(db, loaded)
    days = {name: NOW + timedelta(days=count) for name, count in (("pause", 10), ("back", 20), ("leave", 30))}
    for name, transition, reason in (
        ("pause", "pause_on_request", "leave"),
        ("back", "come_back", "back"),
        ("leave", "withdraw", "own-wish"),
    ):
        applying.step(db, person_id=person.id, transition=transition, reason=reason, ring=loaded.ring, now=days[name])
    token, now = crediting.current(db, label=label).token, NOW + timedelta(days=40)

    def told(count):
        asked = credentials.Asked(
            ring=loaded.ring,
            secret=loaded.settings.reference_secret,
            now=now,
            moment=NOW + timedelta(days=count, hours=1),
            origin="https://x",
            check_file=check_file,
        )
        verdict = credentials.check(db, token, asked=asked).verdict
        return verdict.outcome.value, verdict.reason

    assert [told(count) for count in (5, 15, 25, 35)] == [
        ("valid", None),
        ("suspended", "paused"),
        ("valid", None),
        ("revoked", "handed-back"),
    ]


class TestDesk:
    """The desk of the register goes round no committee."""

    def change(self, db, loaded, row, verb, **more):
        verb(db, row=row, actor_id=None, ring=loaded.ring, origin="https://x", now=NOW, **more)

    def test_it_neither_suspends_nor_revokes_nor_reinstates_a_label(self, db, loaded):
        _person, label, _two = awarded(db, loaded)
        row = crediting.current(db, label=label)

        for verb, more in (
            (withdrawing.suspend, {"reason": "under-review"}),
            (withdrawing.revoke, {"reason": "fraud"}),
            (withdrawing.reinstate, {}),
        ):
            with pytest.raises(LabelDecidedElsewhereError):
                self.change(db, loaded, row, verb, **more)
        assert row.status == "active"

    def test_a_stolen_key_does_and_no_check_says_more_than_that(self, db, loaded):
        _person, label, _two = awarded(db, loaded)
        row = crediting.current(db, label=label)

        self.change(db, loaded, row, withdrawing.revoke, reason="key-compromise")

        verdict = verdicts.verdict_of(db, row, ring=loaded.ring, now=NOW)
        assert (verdict.outcome.value, verdict.reason) == ("revoked", None)
        assert shown.find_by_number(db, number=label.number, on=day_in_paris(NOW)).word.value == "active"

    def test_a_document_set_aside_by_a_stolen_key_is_never_told_more_kindly(self, db, loaded):
        label, now = in_its_grace(db, loaded)
        row = crediting.current(db, label=label)

        self.change(db, loaded, row, withdrawing.suspend, reason="key-compromise")

        assert verdicts.verdict_of(db, row, ring=loaded.ring, now=now).outcome.value == "suspended"
