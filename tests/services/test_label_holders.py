"""Whose label it is: the number, the papers, the person behind two accounts, the certification behind a term. Refusals first."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.services.personal_data import CertificateFate
from app.audit import AuditEntry
from app.certification.models import Status
from app.errors import MovedOnError, NotFoundError, SamePersonError
from app.identity.models import Activity
from app.identity.services import professional
from app.label_errors import NameNotCheckedError, SeatNotGrantedError
from app.labels.models import LabelIdentityCheck, LabelProof
from app.labels.services import applying, clock, deciding, dossiers, gathering, parts, personal_data, proofs, seats
from app.organisations.models import Part, TieKind
from app.organisations.services import independence
from app.outbox import OutboxEntry
from certificates.errors import ConditionNotMetError
from certificates.label_rules.independence import Part as Role
from certificates.label_rules.machine import Seat
from tests.services import label_builders as made
from tests.services.label_builders import (
    NOW,
    RPPS,
    a_label,
    announced,
    answered,
    appealed,
    at,
    awarded,
    certified,
    checked,
    complete,
    draft,
    numbered,
    office,
    officers,
    papers,
    professional_of,
    renewal_due,
    revoked,
    sat_examination,
    seated,
    suspended,
    taken_up,
    voted,
)
from tests.services.organisations_builders import named

OTHER = "10100000016"


def found(db, loaded, label, *, now=NOW, demonstration=False):
    given = gathering.gather(db, label=label, ring=loaded.ring, now=now, demonstration=demonstration)
    return {one.criterion: one.reason for one in given.findings}


def sent(db, loaded, person, *, now=NOW):
    return applying.submit(db, person_id=person.id, ring=loaded.ring, origin="", chance=0.9, now=now)


def refused(db, loaded, person, *, now=NOW):
    """Return the condition for which a file is not sent."""
    with pytest.raises(ConditionNotMetError) as caught:
        sent(db, loaded, person, now=now)
    return caught.value.condition


def turned(db, loaded, *, days):
    clock.turn(db, ring=loaded.ring, secret="", origin="", now=NOW + timedelta(days=days))


def subjects(db):
    return [row.payload["subject"] for row in db.scalars(select(OutboxEntry).order_by(OutboxEntry.id))]


def without_number(db, loaded, *, email="claire.dubreuil@example.org", identity=None):
    """A file that rests on a diploma and an employer, seen by two officers."""
    person, label = complete(db, loaded, email=email, rpps=None, identity=identity)
    papers(db, label)
    one, two = officers(db, start=20)
    checked(db, label, one, "diploma")
    checked(db, label, two, "diploma")
    checked(db, label, one, "employer")
    return person, label, officers(db, start=5)


def given(db, loaded, label, two):
    deciding.take_up(db, label=label, actor_id=two[0].id, ring=loaded.ring, now=NOW)
    assert voted(db, loaded, label, two, "award", "criteria-met")


class TestWhoseNumberItIs:
    def test_somebody_elses_number_opens_nothing(self, db, loaded):
        person = professional_of(db)
        numbered(db, person, given="Anne", family="Exemple")
        certified(db, loaded, person)
        label = draft(db, loaded, person)

        assert refused(db, loaded, person) == "criteria-met"
        assert found(db, loaded, label)["N1"] == "rpps-other-name"

    def test_no_officer_mends_that(self, db, loaded):
        person, label, _two = without_number(db, loaded)
        numbered(db, person, given="Anne", family="Exemple")

        assert refused(db, loaded, person) == "criteria-met"
        assert found(db, loaded, label)["N1"] == "rpps-other-name"

    def test_before_the_examination_there_is_no_name_to_compare(self, db, loaded):
        person = professional_of(db)
        numbered(db, person)

        assert found(db, loaded, draft(db, loaded, person))["N1"] == "rpps-name-unchecked"

    @pytest.mark.parametrize(("demonstration", "reason"), [(False, "rpps-unknown"), (True, "rpps-active")])
    def test_the_file_that_stands_in_for_the_directory_counts_in_a_demonstration_only(
        self, db, loaded, demonstration, reason
    ):
        person = professional_of(db)
        numbered(db, person, is_national=False)
        certified(db, loaded, person)

        assert found(db, loaded, draft(db, loaded, person), demonstration=demonstration)["N1"] == reason

    @pytest.mark.parametrize(("demonstration", "reason"), [(False, "demonstration-certification"), (True, "certified")])
    def test_so_does_a_certificate_that_says_to_be_one(self, db, loaded, demonstration, reason):
        person = professional_of(db)
        numbered(db, person)
        certified(db, loaded, person, demonstration=True)

        assert found(db, loaded, draft(db, loaded, person), demonstration=demonstration)["N2"] == reason

    def test_pro_sante_connect_vouches_for_a_number_under_a_married_name(self, db, loaded):
        person = professional_of(db)
        numbered(db, person, given="Claire", family="Martin")
        certified(db, loaded, person)
        label = draft(db, loaded, person)
        professional.learn(db, person_id=person.id, number=RPPS, now=NOW)

        assert found(db, loaded, label)["N1"] == "rpps-active"

    def test_a_document_with_more_given_names_is_of_the_same_person(self, db, loaded):
        _person, label = complete(db, loaded, identity="1" * 64)

        assert found(db, loaded, label)["N1"] == "rpps-active"


class TestWhichNumberIsPrinted:
    def test_none_that_the_directory_does_not_know(self, db, loaded):
        person, label, two = without_number(db, loaded)
        professional.declare(db, person_id=person.id, typed=RPPS, now=NOW)

        sent(db, loaded, person)
        given(db, loaded, label, two)

        assert (label.state, label.rpps) == ("awarded", None)

    def test_none_that_was_swapped_for_an_unknown_one_since_the_file_was_sent(self, db, loaded):
        person, label, two = taken_up(db, loaded)
        professional.declare(db, person_id=person.id, typed=OTHER, now=NOW)

        with pytest.raises(ConditionNotMetError):
            voted(db, loaded, label, two, "award", "criteria-met")

    def test_that_of_the_day_of_the_award(self, db, loaded):
        _person, label, two = taken_up(db, loaded)
        professional.declare(db, person_id=label.person_id, typed=OTHER, now=NOW)
        answered(db, activity=Activity.ACTIVE, rpps=OTHER)

        voted(db, loaded, label, two, "award", "criteria-met")

        assert label.rpps == OTHER


class TestPapers:
    def test_nobody_checks_the_paper_of_somebody_whose_name_was_not_checked(self, db, loaded):
        person = professional_of(db)
        label = draft(db, loaded, person)
        papers(db, label)

        with pytest.raises(NameNotCheckedError):
            checked(db, label, officers(db)[0], "diploma", name=None)

    def test_a_paper_that_was_replaced_meanwhile_is_not_checked(self, db, loaded):
        _person, label = complete(db, loaded, rpps=None)
        papers(db, label)

        with pytest.raises(MovedOnError):
            checked(db, label, officers(db)[0], "diploma", data=b"another")

    def test_one_that_will_not_do_blocks_the_file_until_it_is_replaced(self, db, loaded, monkeypatch):
        person, label, two = without_number(db, loaded)
        checked(db, label, two[0], "employer", is_good=False)
        assert found(db, loaded, label)["N1"] == "paper-refused"
        assert refused(db, loaded, person) == "criteria-met"

        monkeypatch.setattr("app.labels.services.proofs.cleaned", lambda data: ("image/png", data, ""))
        proofs.add_paper(db, label=label, subject="employer", data=b"another", now=NOW)

        assert found(db, loaded, label)["N1"] == "employer-missing"
        checked(db, label, two[0], "employer", data=b"another")
        assert sent(db, loaded, person).state == "submitted"

    def test_what_was_found_of_a_paper_goes_with_it_but_not_who_looked(self, db, loaded):
        person, label, _two = without_number(db, loaded)
        officer = db.scalars(select(LabelIdentityCheck.person_id).order_by(LabelIdentityCheck.id).limit(1)).one()
        diploma = db.scalars(select(LabelProof).where(LabelProof.subject == "diploma")).one()

        proofs.remove(db, proof=diploma, actor_id=person.id, now=NOW)

        left = db.scalars(select(LabelIdentityCheck.subject).where(LabelIdentityCheck.label_id == label.id)).all()
        assert left == ["employer"]
        held = parts.parts_of(db, label=label, person_id=officer, now=NOW)
        assert Role.DIPLOMA_OFFICER in held

    def test_a_check_of_another_paper_counts_for_nothing(self, db, loaded):
        _person, label, _two = without_number(db, loaded)
        for row in db.scalars(select(LabelIdentityCheck).where(LabelIdentityCheck.subject == "diploma")):
            row.proof_sha256 = "0" * 64
        db.flush()

        assert found(db, loaded, label)["N1"] == "officer-missing"


class TestTheClockFollowsTheNumber:
    def test_taking_the_number_back_does_not_end_an_announced_pause(self, db, loaded):
        person, label, _two = awarded(db, loaded)
        answered(db, activity=Activity.INACTIVE)
        turned(db, loaded, days=0)

        professional.withdraw(db, person_id=person.id, now=NOW)
        turned(db, loaded, days=91)

        assert label.state == "dormant"

    def test_a_number_that_is_not_shown_is_announced_and_then_paused(self, db, loaded):
        person, label, _two = awarded(db, loaded)
        professional.withdraw(db, person_id=person.id, now=NOW)
        numbered(db, person, rpps=OTHER)

        turned(db, loaded, days=0)
        turned(db, loaded, days=91)

        assert label.state == "dormant"
        assert subjects(db)[-2:] == [
            "Le numéro de votre label n’est plus dans votre compte",
            "Votre label est en pause",
        ]
        assert [one.reason for one in dossiers.events(db, label=label)][:2] == ["number-not-shown"] * 2

    def test_given_again_it_ends_the_pause(self, db, loaded):
        person, label, _two = awarded(db, loaded)
        professional.withdraw(db, person_id=person.id, now=NOW)
        turned(db, loaded, days=0)
        turned(db, loaded, days=91)

        numbered(db, person)
        clock.react(db, person_id=person.id, ring=loaded.ring, origin="", now=NOW)

        assert label.state == "awarded"

    def test_a_holder_does_not_come_back_from_a_break_without_it(self, db, loaded):
        person, _label, _two = awarded(db, loaded)
        own = {"person_id": person.id, "ring": loaded.ring, "now": NOW}
        applying.step(db, transition="pause_on_request", reason="leave", **own)
        professional.withdraw(db, person_id=person.id, now=NOW)

        with pytest.raises(ConditionNotMetError):
            applying.step(db, transition="come_back", reason="back", **own)

    def test_a_label_without_a_number_follows_none(self, db, loaded):
        person, label, two = without_number(db, loaded)
        sent(db, loaded, person)
        given(db, loaded, label, two)
        numbered(db, person, activity=Activity.INACTIVE)

        turned(db, loaded, days=100)

        assert (label.state, label.pause_announced_on) == ("awarded", None)


class TestOneLabelPerPerson:
    def test_not_a_second_one_by_the_same_number_in_another_account(self, db, loaded):
        person, _label, _two = awarded(db, loaded)
        professional.withdraw(db, person_id=person.id, now=NOW)
        other, _draft = complete(db, loaded, email="claire.bis@example.org")

        assert refused(db, loaded, other) == "only-label"

    def test_nor_by_the_same_identity_without_any_number(self, db, loaded):
        awarded(db, loaded, identity="1" * 64)
        other, _label, _two = without_number(db, loaded, email="claire.bis@example.org", identity="1" * 64)

        assert refused(db, loaded, other) == "only-label"

    def test_the_database_refuses_two_that_live_with_one_number(self, db, loaded):
        awarded(db, loaded)
        db.add(a_label(state="awarded", rpps=RPPS))

        with pytest.raises(IntegrityError):
            db.flush()

    def test_after_a_revocation_another_account_waits_too(self, db, loaded):
        person, _label, _two = revoked(db, loaded, identity="1" * 64)
        professional.withdraw(db, person_id=person.id, now=NOW)
        other, _draft = complete(db, loaded, email="claire.bis@example.org", rpps=OTHER, identity="1" * 64)

        assert refused(db, loaded, other) == "reapply-delay-over"

    def test_leaving_does_not_shorten_the_wait_and_nothing_is_kept_after_it(self, db, loaded):
        person, label, _two = revoked(db, loaded, identity="1" * 64)
        personal_data.erase_person(db, person_id=person.id, fate=CertificateFate.WITHDRAW, ring=loaded.ring, now=NOW)
        other, _draft = complete(db, loaded, email="claire.bis@example.org", rpps=OTHER, identity="1" * 64)

        assert refused(db, loaded, other) == "reapply-delay-over"
        personal_data.expire(db, now=NOW + timedelta(days=364))
        assert label.identity_hmac == "1" * 64
        personal_data.expire(db, now=NOW + timedelta(days=365))
        assert label.identity_hmac is None

    def test_whoever_leaves_with_a_clean_slate_leaves_nothing(self, db, loaded):
        person, label, _two = awarded(db, loaded, identity="1" * 64)

        personal_data.erase_person(db, person_id=person.id, fate=CertificateFate.WITHDRAW, ring=loaded.ring, now=NOW)

        assert label.identity_hmac is None

    @pytest.mark.parametrize("is_decided", [False, True], ids=["announced", "suspended"])
    def test_handing_it_back_while_fraud_is_looked_into_is_no_way_out(self, db, loaded, is_decided):
        if is_decided:
            person, label, _two = suspended(db, loaded)
        else:
            person, label, two = awarded(db, loaded)
            announced(db, loaded, label, two[0])
        applying.step(db, person_id=person.id, transition="withdraw", reason="own-wish", ring=loaded.ring, now=NOW)
        draft(db, loaded, person)

        assert refused(db, loaded, person) == "reapply-delay-over"

    def test_nor_is_leaving_while_it_is_looked_into(self, db, loaded):
        person, label, two = awarded(db, loaded, identity="1" * 64)
        announced(db, loaded, label, two[0])
        personal_data.erase_person(db, person_id=person.id, fate=CertificateFate.WITHDRAW, ring=loaded.ring, now=NOW)
        other, _draft = complete(db, loaded, email="claire.bis@example.org", rpps=OTHER, identity="1" * 64)

        assert refused(db, loaded, other) == "reapply-delay-over"

    def test_a_temporary_ban_alone_bars_nobody_who_hands_it_back(self, db, loaded):
        person, label, two = awarded(db, loaded)
        announced(db, loaded, label, two[0], ground="temporary-ban")
        applying.step(db, person_id=person.id, transition="withdraw", reason="own-wish", ring=loaded.ring, now=NOW)
        draft(db, loaded, person)

        assert sent(db, loaded, person).state == "submitted"


class TestTheCertificationBehindATerm:
    def test_one_that_was_withdrawn_founds_no_renewal(self, db, loaded):
        _person, label, _two = renewal_due(db, loaded)
        for row in made.certificates_of(db, label):
            row.status = Status.REVOKED.value

        assert found(db, loaded, label)["N2"] == "no-certification"

    def test_a_second_renewal_asks_for_one_that_runs(self, db, loaded):
        _person, label, _two = renewal_due(db, loaded)
        label.renewals = 1

        reasons = found(db, loaded, label)

        assert (reasons["N2"], reasons["N9"]) == ("no-certification", "full-examination-due")

    def test_one_that_ended_before_the_label_is_enough_for_the_first_in_grace_too(self, db, loaded):
        _person, label, _two = renewal_due(db, loaded)
        answered(db, activity=Activity.ACTIVE, now=at(2027, 2, 1))

        for day in (NOW, at(2027, 2, 1)):
            reasons = found(db, loaded, label, now=day)
            assert [reasons[name] for name in ("N1", "N2", "N3", "N4")] == [
                "rpps-active",
                "certified-at-award",
                "no-theme-open",
                "supervised",
            ]


class TestTheDayOfTheExamination:
    def examined(self, db, loaded):
        person = professional_of(db)
        numbered(db, person)
        certificate = certified(db, loaded, person)
        place, invigilator = sat_examination(db, person, certificate)
        return person, draft(db, loaded, person), place, invigilator

    def test_a_tie_of_that_day_is_a_fault(self, db, loaded):
        person, label, _place, invigilator = self.examined(db, loaded)
        independence.declare(
            db,
            actor_id=invigilator.id,
            subject_id=person.id,
            kind=TieKind.MANAGER,
            begins_on=NOW.date(),
            ends_on=None,
            declared_by=invigilator.id,
            now=NOW,
        )

        assert found(db, loaded, label)["N4"] == "invigilator-tied"

    def test_a_job_changed_since_is_none(self, db, loaded):
        person, label, place, invigilator = self.examined(db, loaded)
        later = NOW + timedelta(days=20)
        for somebody, part in ((invigilator, Part.MANAGER), (person, Part.INVIGILATOR)):
            named(db, place, somebody, part, actor=invigilator, now=later)
        independence.declare(
            db,
            actor_id=invigilator.id,
            subject_id=person.id,
            kind=TieKind.TRAINER,
            begins_on=later.date(),
            ends_on=None,
            declared_by=person.id,
            now=later,
        )

        assert independence.ties(db, actor_id=invigilator.id, subject_id=person.id, now=later) != frozenset()
        assert found(db, loaded, label, now=later)["N4"] == "supervised"


class TestSeats:
    """Nobody says of themselves that they represent users, or that they are of the profession."""

    def judged(self, db, loaded, label, person, seat):
        return deciding.vote(
            db,
            label=label,
            transition="uphold",
            reason="decision-right",
            note="",
            actor_id=person.id,
            seat=seat,
            now=NOW,
            **office(db, loaded),
        )

    @pytest.mark.parametrize("seat", [Seat.USER, Seat.PEER])
    def test_a_seat_that_nobody_granted_is_not_taken(self, db, loaded, seat):
        _person, label, _two = appealed(db, loaded)

        with pytest.raises(SeatNotGrantedError):
            self.judged(db, loaded, label, officers(db, 1, start=10)[0], seat)

    def test_nor_is_that_of_another_profession(self, db, loaded):
        _person, label, _two = appealed(db, loaded)
        [judge] = officers(db, 1, start=10)
        seated(db, judge, Seat.PEER, profession="medecin")

        with pytest.raises(SeatNotGrantedError):
            self.judged(db, loaded, label, judge, Seat.PEER)
        assert seats.open_to(db, label=label, person_id=judge.id) == (Seat.INDEPENDENT,)

    def test_nor_one_that_was_taken_back(self, db, loaded):
        _person, label, _two = appealed(db, loaded)
        [judge] = officers(db, 1, start=10)
        seated(db, judge, Seat.PEER)
        seats.take_back(db, person_id=judge.id, seat=Seat.PEER, actor_id=None, now=NOW)
        seats.take_back(db, person_id=judge.id, seat=Seat.PEER, actor_id=None, now=NOW)

        with pytest.raises(SeatNotGrantedError):
            self.judged(db, loaded, label, judge, Seat.PEER)
        trail = select(AuditEntry.action).where(AuditEntry.action.like("label:seat%")).order_by(AuditEntry.id)
        assert db.scalars(trail).all() == ["label:seat-granted", "label:seat-taken-back"]

    def test_nobody_grants_themselves_one(self, db):
        [judge] = officers(db, 1)

        with pytest.raises(SamePersonError):
            seats.grant(db, person_id=judge.id, seat=Seat.USER, profession=None, actor_id=judge.id, now=NOW)

    @pytest.mark.parametrize(
        ("seat", "profession"),
        [(Seat.INDEPENDENT, None), (Seat.PEER, None), (Seat.PEER, "astrologue"), (Seat.USER, "medecin")],
    )
    def test_what_is_no_seat_is_not_granted(self, db, seat, profession):
        [judge] = officers(db, 1)

        with pytest.raises(NotFoundError):
            seats.grant(db, person_id=judge.id, seat=seat, profession=profession, actor_id=None, now=NOW)

    def test_only_officers_sit(self, db):
        person = professional_of(db)

        with pytest.raises(NotFoundError):
            seats.grant(db, person_id=person.id, seat=Seat.USER, profession=None, actor_id=None, now=NOW)

    def test_a_seat_goes_with_its_officer(self, db, loaded):
        one, two = officers(db)
        seats.grant(db, person_id=one.id, seat=Seat.USER, profession=None, actor_id=two.id, now=NOW)
        assert personal_data.export_person(db, person_id=one.id)["label_seats"][0]["seat"] == "user"
        own = {"fate": CertificateFate.WITHDRAW, "ring": loaded.ring, "now": NOW}

        personal_data.erase_person(db, person_id=two.id, **own)
        assert [row.granted_by for row in seats.list_held(db)] == [None]
        personal_data.erase_person(db, person_id=one.id, **own)

        assert seats.list_held(db) == []
