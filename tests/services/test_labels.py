"""Labels: what is refused, each with its own words; then what a file goes through from its opening to its end."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from weasyprint import HTML

from app.accounts.services.personal_data import CertificateFate
from app.audit import Action, AuditEntry
from app.certification.models import Certificate, Status
from app.certification.services import personal_data as register_data
from app.certification.services import register, status_list
from app.errors import AddressNotConfirmedError, NotFoundError
from app.identity.models import Activity
from app.label_errors import (
    AlreadyVotedError,
    BrokenProofError,
    FileInHandsError,
    FutureDayError,
    NotAProofError,
    PatientDataError,
    TooLargeProofError,
)
from app.labels.models import Label, LabelEvent, LabelProof, LabelVote
from app.labels.services import (
    applying,
    clock,
    crediting,
    deciding,
    dossiers,
    following,
    gathering,
    parts,
    patient_data,
    personal_data,
    proofs,
    public,
    queues,
    watching,
)
from app.organisations.models import ExposureKind, TieKind
from app.organisations.services import independence
from app.outbox import OutboxEntry
from app.transparency.models import LogLeaf
from certificates import verification
from certificates.errors import (
    ConditionNotMetError,
    NoSuchTransitionError,
    NotIndependentError,
    UnknownReasonError,
)
from certificates.label_rules.machine import Seat
from tests.services.accounts_builders import account
from tests.services.label_builders import (
    NOW,
    PICTURE,
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
    kept,
    numbered,
    office,
    officers,
    papers,
    professional_of,
    renewal_asked,
    renewal_due,
    renewal_returned,
    revoked,
    sat_update,
    submitted,
    suspended,
    taken_up,
    voted,
)
from tests.services.organisations_builders import confirmed

SEATS = (Seat.USER, Seat.PEER, Seat.INDEPENDENT)


def letters(db):
    return [row.payload["subject"] for row in db.scalars(select(OutboxEntry).order_by(OutboxEntry.id))]


def events(db, label):
    rows = select(LabelEvent.transition).where(LabelEvent.label_id == label.id).order_by(LabelEvent.id)
    return list(db.scalars(rows))


def judge(db, loaded, label, person, *decision, now=NOW, seat=None):
    transition, reason = (*decision, *("award", "criteria-met")[len(decision) :])
    return deciding.vote(
        db,
        label=label,
        transition=transition,
        reason=reason,
        note="",
        actor_id=person.id,
        seat=seat,
        now=now,
        **office(db, loaded),
    )


class TestApplying:
    def test_asks_for_an_address_where_somebody_can_be_written_to(self, db):
        person = account(db)

        with pytest.raises(AddressNotConfirmedError):
            applying.open_application(db, person_id=person.id, random_bytes=bytes, now=NOW)

    def test_opens_one_file_however_often_it_is_asked(self, db, loaded):
        person, label = complete(db, loaded)

        again = applying.open_application(db, person_id=person.id, random_bytes=bytes, now=NOW)

        assert again.id == label.id

    def test_the_database_refuses_a_second_living_label(self, db, loaded):
        person, _label = complete(db, loaded)
        db.add(a_label(person_id=person.id))

        with pytest.raises(IntegrityError):
            db.flush()

    def test_says_that_a_file_with_something_missing_cannot_be_sent(self, db, loaded):
        person = professional_of(db)
        numbered(db, person)
        draft(db, loaded, person)

        with pytest.raises(ConditionNotMetError) as caught:
            applying.submit(db, person_id=person.id, ring=loaded.ring, origin="", chance=0.9, now=NOW)

        assert caught.value.condition == "criteria-met"
        assert dossiers.find_own(db, person_id=person.id).state == "draft"

    def test_refuses_what_has_not_taken_place_yet(self, db, loaded):
        _person, label = complete(db, loaded)
        tomorrow = NOW.date() + timedelta(days=1)

        with pytest.raises(FutureDayError):
            applying.declare_practice(
                db, label=label, practice="dmp", declaration="x", is_equivalent=False, done_on=tomorrow, now=NOW
            )
        with pytest.raises(FutureDayError):
            applying.add_training(
                db, label=label, title="x", body="y", hours=2, theme="cyber", done_on=tomorrow, now=NOW
            )

    def test_refuses_a_tenth_practice_and_an_unheard_of_profession(self, db, loaded):
        _person, label = complete(db, loaded)

        with pytest.raises(NotFoundError):
            applying.declare_practice(
                db, label=label, practice="origami", declaration="x", is_equivalent=False, done_on=NOW.date(), now=NOW
            )
        with pytest.raises(NotFoundError):
            applying.set_profession(db, label=label, profession="druide", is_prescriber=False, is_tested_out=False)

    def test_a_file_that_was_sent_does_not_change_any_more(self, db, loaded):
        person, _label = submitted(db, loaded)

        with pytest.raises(FileInHandsError):
            applying.hold_open(db, person_id=person.id)

    def test_nobody_reaches_somebody_elses_file(self, db, loaded):
        complete(db, loaded)
        other = confirmed(db, "autre@example.org")

        with pytest.raises(NotFoundError):
            applying.hold_open(db, person_id=other.id)

    def test_a_complete_file_is_sent_and_acknowledged(self, db, loaded):
        _person, label = submitted(db, loaded)

        assert (label.state, label.audit, label.rpps) == ("submitted", "not-drawn", None)
        assert letters(db)[-1] == "Votre dossier de label est envoyé"

    @pytest.mark.parametrize(("chance", "audit"), [(0.0499, "drawn"), (0.05, "not-drawn")])
    def test_one_in_twenty_is_drawn_for_an_audit(self, db, loaded, chance, audit):
        _person, label = submitted(db, loaded, chance=chance)

        assert label.audit == audit

    def test_training_counts_once_its_proof_is_there(self, db, loaded):
        _person, label = complete(db, loaded)
        applying.set_profession(db, label=label, profession="infirmier", is_prescriber=False, is_tested_out=False)
        row = applying.add_training(
            db, label=label, title="Formation socle", body="IFSI", hours=28, theme="other", done_on=NOW.date(), now=NOW
        )

        def found():
            return gathering.gather(db, label=label, ring=loaded.ring, now=NOW).findings[4].reason

        before = found()
        proof = proofs.add_to_training(db, label=label, training_id=row.id, data=PICTURE, now=NOW)
        waiting = found()
        proofs.confirm(db, proof=proof, actor_id=label.person_id, now=NOW)

        assert (before, waiting, found()) == (
            "initial-training-missing",
            "initial-training-missing",
            "initial-training-attested",
        )

        applying.remove_training(db, label=label, training_id=row.id)
        db.expire_all()
        assert found() == "initial-training-missing"
        with pytest.raises(NotFoundError):
            applying.remove_training(db, label=label, training_id=row.id)


class TestProofs:
    UNFIT = (
        (b"MZ a program", NotAProofError),
        (b"%PDF-1.7 cut", BrokenProofError),
        (bytes(proofs.LIMIT_BYTES + 1), TooLargeProofError),
    )

    @pytest.mark.parametrize(("data", "error"), UNFIT, ids=["not what it says", "broken", "too large"])
    def test_refuses_a_file_that_is_no_proof_and_keeps_the_former(self, db, loaded, data, error):
        _person, label = complete(db, loaded)
        practice = applying.find_practice(db, label=label, practice="dmp")

        with pytest.raises(error):
            proofs.add_to_practice(db, label=label, practice=practice, data=data, now=NOW)

        assert db.scalar(select(LabelProof.id).where(LabelProof.practice_id == practice.id)) is not None

    def test_refuses_a_number_of_social_security(self, db, loaded):
        _person, label = complete(db, loaded)
        data = HTML(string="<p>1 85 05 78 006 084 91").write_pdf()

        with pytest.raises(PatientDataError):
            proofs.add_paper(db, label=label, subject="diploma", data=data, now=NOW)

    def test_a_file_that_costs_too_much_to_read_is_refused(self, monkeypatch):
        monkeypatch.setattr(proofs, "SECONDS", 0)

        with pytest.raises(BrokenProofError):
            proofs.cleaned(PICTURE)

    def test_refuses_a_paper_that_is_none_of_the_two(self, db, loaded):
        _person, label = complete(db, loaded)

        with pytest.raises(NotFoundError):
            proofs.add_paper(db, label=label, subject="passport", data=PICTURE, now=NOW)
        with pytest.raises(NotFoundError):
            proofs.add_to_training(db, label=label, training_id=999, data=PICTURE, now=NOW)

    def test_nobody_reads_somebody_elses_proof(self, db, loaded):
        person, label = complete(db, loaded)
        proof = db.scalars(select(LabelProof).where(LabelProof.label_id == label.id).order_by(LabelProof.id)).first()
        other = confirmed(db, "autre@example.org")

        with pytest.raises(NotFoundError):
            proofs.get_own(db, person_id=other.id, proof_id=proof.id)
        assert proofs.get_own(db, person_id=person.id, proof_id=proof.id).id == proof.id

    def test_the_desk_reads_nothing_of_a_draft_but_papers_of_identity(self, db, loaded):
        _person, label = complete(db, loaded)
        [agent] = officers(db, 1)
        proof = db.scalars(select(LabelProof).where(LabelProof.label_id == label.id).order_by(LabelProof.id)).first()
        diploma = proofs.add_paper(db, label=label, subject="diploma", data=PICTURE, now=NOW)

        def read(one):
            return proofs.get_for_desk(db, reference=label.reference, proof_id=one.id, actor_id=agent.id, now=NOW)

        with pytest.raises(NotFoundError):
            read(proof)
        with pytest.raises(NotFoundError):  # nor these, before whoever gave them has looked again
            read(diploma)
        with pytest.raises(NotFoundError):
            queues.get_for_papers(db, reference=label.reference)
        proofs.confirm(db, proof=diploma, actor_id=label.person_id, now=NOW)
        proofs.confirm(db, proof=diploma, actor_id=label.person_id, now=NOW)
        assert read(diploma).data.startswith(b"\x89PNG")

    def test_another_proof_replaces_the_former_and_one_may_be_deleted(self, db, loaded):
        person, label = complete(db, loaded)
        practice = applying.find_practice(db, label=label, practice="dmp")
        proof = proofs.add_to_practice(db, label=label, practice=practice, data=PICTURE, now=NOW)

        assert len(db.scalars(select(LabelProof).where(LabelProof.practice_id == practice.id)).all()) == 1

        proofs.remove(db, proof=proof, actor_id=person.id, now=NOW)
        assert db.scalars(select(LabelProof).where(LabelProof.practice_id == practice.id)).all() == []

    def test_six_months_after_the_decision_nothing_is_kept(self, db, loaded):
        awarded(db, loaded)

        assert proofs.purge(db, now=NOW + timedelta(days=180)) == 0
        assert proofs.purge(db, now=NOW + timedelta(days=190)) == 5

    def test_what_nobody_looked_at_again_is_not_sent_and_is_gone_in_a_day(self, db, loaded):
        person, label = complete(db, loaded)
        first, second, third = (kept(label, subject=subject) for subject in ("diploma", "employer", "employer"))
        first.is_waiting = second.is_waiting = third.is_waiting = True
        db.add_all([first, second])
        db.flush()
        proofs.confirm(db, proof=first, actor_id=person.id, now=NOW)
        first_id, second_id = first.id, second.id

        assert proofs.purge(db, now=NOW + timedelta(hours=23)) == 0
        assert proofs.purge(db, now=NOW + timedelta(hours=25)) == 1
        db.add(third)
        db.flush()
        third_id = third.id
        applying.submit(db, person_id=person.id, ring=loaded.ring, origin="", chance=0.9, now=NOW)

        left = set(db.scalars(select(LabelProof.id).where(LabelProof.label_id == label.id).order_by(LabelProof.id)))
        assert (first_id in left, second_id in left, third_id in left) == (True, False, False)

    def test_what_waits_for_a_decision_is_kept(self, db, loaded):
        submitted(db, loaded)

        assert proofs.purge(db, now=NOW + timedelta(days=400)) == 0


class TestPatientData:
    """Whoever sees it deletes it at once; nobody is judged by that."""

    def deleted(self, db, loaded, label, proof_id, actor):
        patient_data.delete_proof(
            db, label=label, proof_id=proof_id, actor_id=actor.id, ring=loaded.ring, origin="", now=NOW
        )

    def some_proof(self, db, label):
        return db.scalars(select(LabelProof).where(LabelProof.label_id == label.id).order_by(LabelProof.id)).first()

    def test_a_document_of_another_file_or_one_that_waits_is_not_reached(self, db, loaded):
        _person, label = submitted(db, loaded)
        [agent] = officers(db, 1)
        other = a_label(person_id=None, state="awarded")
        db.add(other)
        db.flush()
        of_another, waiting = kept(other, subject="diploma"), kept(label, subject="diploma")
        waiting.is_waiting = True
        db.add_all([of_another, waiting])
        db.flush()

        for proof in (of_another, waiting):
            with pytest.raises(NotFoundError):
                self.deleted(db, loaded, label, proof.id, agent)

    def test_an_application_goes_back_without_the_document_and_without_a_vote(self, db, loaded):
        person, label, two = taken_up(db, loaded)
        judge(db, loaded, label, two[0], "award", "criteria-met")
        [third] = officers(db, 1, start=5)
        proof_id = self.some_proof(db, label).id

        self.deleted(db, loaded, label, proof_id, third)

        assert (label.state, db.get(LabelProof, proof_id), deciding.votes_of(db, label=label)) == ("draft", None, [])
        assert events(db, label)[-1] == "give_back"
        entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "label:proof-deleted")).one()
        assert (entry.actor_id, entry.detail["reason"]) == (third.id, "patient-data")
        assert "supprimée" in letters(db)[-1]
        assert parts.parts_of(db, label=label, person_id=third.id, now=NOW) == frozenset()
        with pytest.raises(ConditionNotMetError):
            applying.submit(db, person_id=person.id, ring=loaded.ring, origin="", chance=0.9, now=NOW)

    def test_a_renewal_goes_back_and_the_label_goes_on(self, db, loaded):
        _person, label, _two = renewal_asked(db, loaded)
        [third] = officers(db, 1, start=5)
        training = db.scalars(
            select(LabelProof.id)
            .where(LabelProof.label_id == label.id, LabelProof.subject == "training")
            .order_by(LabelProof.id)
        ).first()

        self.deleted(db, loaded, label, training, third)

        assert (label.state, label.renewal_asked_at, label.renewal_returned_on) == ("renewal_due", None, None)

    def test_after_the_decision_only_the_document_goes(self, db, loaded):
        person, label, two = awarded(db, loaded)
        person.language = "en"
        diploma = kept(label, subject="diploma")
        db.add(diploma)
        db.flush()

        self.deleted(db, loaded, label, diploma.id, two[0])

        assert label.state == "awarded"
        body = db.scalars(select(OutboxEntry).order_by(OutboxEntry.id.desc())).first().payload["body"]
        assert "The document: Your diploma." in body


class TestWithoutNumber:
    def file(self, db, loaded):
        person = professional_of(db)
        certified(db, loaded, person)
        label = draft(db, loaded, person)
        papers(db, label)
        return person, label

    def test_one_officer_is_not_enough_and_does_not_count_twice(self, db, loaded):
        person, label = self.file(db, loaded)
        one, _two = officers(db)
        for subject in ("diploma", "employer"):
            checked(db, label, one, subject)

        with pytest.raises(ConditionNotMetError):
            applying.submit(db, person_id=person.id, ring=loaded.ring, origin="", chance=0.9, now=NOW)
        with pytest.raises(IntegrityError):
            checked(db, label, one, "diploma")

    def test_a_diploma_that_was_not_given_is_not_checked(self, db, loaded):
        _person, label = complete(db, loaded)
        [one] = officers(db, 1)

        with pytest.raises(NotFoundError):
            checked(db, label, one, "diploma")

    def test_nobody_checks_their_own_diploma(self, db, loaded):
        person, label = self.file(db, loaded)

        with pytest.raises(NotIndependentError) as caught:
            checked(db, label, person, "diploma")

        assert caught.value.part == "holder"

    def test_two_officers_and_an_employer_open_the_way(self, db, loaded):
        person, label = self.file(db, loaded)
        one, two = officers(db)
        checked(db, label, one, "diploma")
        checked(db, label, one, "employer")
        checked(db, label, two, "diploma")

        applying.submit(db, person_id=person.id, ring=loaded.ring, origin="", chance=0.9, now=NOW)

        assert label.state == "submitted"


class TestIndependence:
    def test_nobody_votes_on_their_own_file(self, db, loaded):
        person, label, _two = taken_up(db, loaded)

        with pytest.raises(NotIndependentError) as caught:
            judge(db, loaded, label, person)

        assert caught.value.part == "holder"
        assert db.scalars(select(LabelVote)).all() == []

    @pytest.mark.parametrize("kind", TieKind)
    def test_whoever_trains_or_manages_the_person_does_not_decide(self, db, loaded, kind):
        person, label, two = taken_up(db, loaded)
        independence.declare(
            db,
            actor_id=two[1].id,
            subject_id=person.id,
            kind=kind,
            begins_on=NOW.date(),
            ends_on=None,
            declared_by=person.id,
            now=NOW,
        )

        with pytest.raises(NotIndependentError) as caught:
            judge(db, loaded, label, two[1])

        assert caught.value.part == kind

    def test_whoever_saw_reserved_questions_does_not_decide_for_two_years(self, db, loaded):
        _person, label, two = taken_up(db, loaded)
        independence.note_reserved_view(
            db, person_id=two[1].id, framework_code="PRO", kind=ExposureKind.WROTE, now=NOW - timedelta(days=700)
        )

        with pytest.raises(NotIndependentError) as caught:
            judge(db, loaded, label, two[1])

        assert caught.value.part == "author"

    def test_who_audits_does_not_decide(self, db, loaded):
        _person, label = submitted(db, loaded, chance=0.0)
        one, two, three = officers(db, 3)
        deciding.take_up(db, label=label, actor_id=two.id, ring=loaded.ring, now=NOW)
        deciding.audit_proofs(db, label=label, refused=frozenset(), note="", actor_id=one.id, ring=loaded.ring, now=NOW)

        with pytest.raises(NotIndependentError) as caught:
            judge(db, loaded, label, one)

        assert caught.value.part == "auditor"
        assert voted(db, loaded, label, (two, three), "award", "criteria-met")


class TestDeciding:
    def test_one_alone_decides_nothing(self, db, loaded):
        _person, label, two = taken_up(db, loaded)

        assert judge(db, loaded, label, two[0]) is False
        assert label.state == "under_review"

    def test_nobody_votes_twice(self, db, loaded):
        _person, label, two = taken_up(db, loaded)
        judge(db, loaded, label, two[0])

        with pytest.raises(AlreadyVotedError):
            judge(db, loaded, label, two[0])

    def test_the_database_refuses_a_second_vote(self, db, loaded):
        _person, label, two = taken_up(db, loaded)
        judge(db, loaded, label, two[0])
        db.add(
            LabelVote(
                label_id=label.id,
                round=label.round,
                person_id=two[0].id,
                transition="award",
                reason="criteria-met",
                at=NOW,
            )
        )

        with pytest.raises(IntegrityError):
            db.flush()

    def test_a_decision_that_the_machine_does_not_have_is_refused(self, db, loaded):
        _person, label = submitted(db, loaded)
        [one] = officers(db, 1)

        for transition in ("award", "promote", "take_up"):
            with pytest.raises(NoSuchTransitionError):
                judge(db, loaded, label, one, transition)

    def test_a_reason_that_is_none_of_the_decisions_is_refused(self, db, loaded):
        _person, label, two = taken_up(db, loaded)

        with pytest.raises(UnknownReasonError):
            judge(db, loaded, label, two[0], "refuse", "criteria-met")

    def test_no_award_while_something_has_fallen_away_since_the_file_was_sent(self, db, loaded):
        person, label, two = taken_up(db, loaded)
        answered(db, activity=Activity.INACTIVE)

        with pytest.raises(ConditionNotMetError):
            judge(db, loaded, label, two[0])

        assert person.id == label.person_id

    def test_no_award_before_the_audit_is_done(self, db, loaded):
        _person, label = submitted(db, loaded, chance=0.0)
        [one] = officers(db, 1)
        deciding.take_up(db, label=label, actor_id=one.id, ring=loaded.ring, now=NOW)

        with pytest.raises(ConditionNotMetError) as caught:
            judge(db, loaded, label, one)

        assert caught.value.condition == "audit-settled"

    def test_a_refused_proof_counts_for_nothing(self, db, loaded):
        _person, label = submitted(db, loaded, chance=0.0)
        one, two, three = officers(db, 3)
        deciding.take_up(db, label=label, actor_id=two.id, ring=loaded.ring, now=NOW)
        bad = db.scalars(select(LabelProof.id).where(LabelProof.label_id == label.id).order_by(LabelProof.id)).first()
        deciding.audit_proofs(
            db,
            label=label,
            refused=frozenset({bad}),
            note="Illisible.",
            actor_id=one.id,
            ring=loaded.ring,
            now=NOW,
        )

        assert label.audit == "refused"
        with pytest.raises(ConditionNotMetError):
            judge(db, loaded, label, two)
        assert voted(db, loaded, label, (two, three), "refuse", "audit-refused")

    def test_a_file_may_come_back_with_what_has_to_change(self, db, loaded):
        person, label, two = taken_up(db, loaded)

        deciding.ask_again(
            db,
            label=label,
            reason="proof-unreadable",
            note="La photo de l’affiche est floue.",
            actor_id=two[0].id,
            ring=loaded.ring,
            origin="",
            now=NOW,
        )

        assert label.state == "draft"
        assert applying.hold_open(db, person_id=person.id).id == label.id
        assert letters(db)[-1] == "Votre dossier de label\N{NO-BREAK SPACE}: une chose à reprendre"

    def test_two_give_a_label_and_the_register_has_it(self, db, loaded):
        person, label, _two = awarded(db, loaded)
        row = db.get(Certificate, label.certificate_id)
        stated = verification.verify_signature(row.token, loaded.ring)

        assert (label.state, label.number[:11]) == ("awarded", "2026-00001-")
        assert (label.awarded_on.isoformat(), label.ends_on.isoformat()) == ("2026-11-24", "2029-11-23")
        assert (stated.kind, stated.holder_name, stated.label.number) == ("label", "Claire Dubreuil", label.number)
        assert stated.framework_version == label.criteria_version == "1.0-proposal"
        assert (row.person_id, row.status) == (person.id, "active")
        assert letters(db)[-1] == "Votre label est accordé"

    def test_each_step_is_in_the_trail_and_in_the_log(self, db, loaded):
        _person, label, two = awarded(db, loaded)
        rows = db.scalars(select(LabelEvent).where(LabelEvent.label_id == label.id).order_by(LabelEvent.id)).all()
        trail = db.scalars(
            select(AuditEntry).where(AuditEntry.action == Action.LABEL_MOVED.value).order_by(AuditEntry.id)
        ).all()

        assert [row.transition for row in rows] == ["submit", "take_up", "award"]
        assert [entry.detail["transition"] for entry in trail] == ["submit", "take_up", "award"]
        assert [entry.actor_id for entry in trail] == [label.person_id, two[0].id, two[1].id]
        for row in rows:
            assert db.get(LogLeaf, row.log_seq).event == "label"

    def test_a_refusal_leaves_no_number_and_no_credential(self, db, loaded):
        _person, label, two = taken_up(db, loaded)

        assert voted(db, loaded, label, two, "refuse", "criteria-not-met")

        assert (label.state, label.number, label.certificate_id) == ("refused", None, None)
        assert public.status_of(label, now=NOW) is None


class TestSuspension:
    def test_nobody_is_suspended_without_notice(self, db, loaded):
        _person, label, two = awarded(db, loaded)

        with pytest.raises(ConditionNotMetError) as caught:
            judge(db, loaded, label, two[0], "suspend", "fraud-inquiry")

        assert caught.value.condition == "heard-on-suspension"

    def test_nor_within_fifteen_days_unheard_unless_it_is_urgent(self, db, loaded):
        _person, label, two = awarded(db, loaded)
        announced(db, loaded, label, two[0])

        with pytest.raises(ConditionNotMetError):
            judge(db, loaded, label, two[0], "suspend", "fraud-inquiry", now=NOW + timedelta(days=15))
        assert voted(db, loaded, label, two, "suspend", "fraud-inquiry", now=NOW + timedelta(days=16))

    def test_an_urgent_one_does_not_wait(self, db, loaded):
        _person, label, two = awarded(db, loaded)
        announced(db, loaded, label, two[0], is_urgent=True)

        assert voted(db, loaded, label, two, "suspend", "fraud-inquiry")

    def test_one_notice_at_a_time(self, db, loaded):
        _person, label, two = awarded(db, loaded)
        announced(db, loaded, label, two[0])

        with pytest.raises(ConditionNotMetError):
            announced(db, loaded, label, two[1], ground="temporary-ban")

    def test_the_decision_bears_the_ground_that_was_announced(self, db, loaded):
        person, label, two = awarded(db, loaded)
        announced(db, loaded, label, two[0])
        watching.answer(db, person_id=person.id, text="Je n’y étais pas.", ring=loaded.ring, now=NOW)

        with pytest.raises(UnknownReasonError):
            judge(db, loaded, label, two[0], "suspend", "temporary-ban")

    def test_an_answer_to_no_notice_is_refused(self, db, loaded):
        person, _label, _two = awarded(db, loaded)

        with pytest.raises(ConditionNotMetError):
            watching.answer(db, person_id=person.id, text="?", ring=loaded.ring, now=NOW)

    def test_a_notice_may_be_dropped(self, db, loaded):
        person, label, two = awarded(db, loaded)
        announced(db, loaded, label, two[0])
        watching.answer(db, person_id=person.id, text="Voici pourquoi.", ring=loaded.ring, now=NOW)
        row = watching.answer(db, person_id=person.id, text="Et encore.", ring=loaded.ring, now=NOW)

        watching.drop(
            db, label=label, reason="answer-accepted", actor_id=two[1].id, ring=loaded.ring, origin="", now=NOW
        )

        assert row.answer == "Voici pourquoi.\n\nEt encore."
        assert dossiers.open_notice(db, label=label) is None
        assert label.state == "awarded"

    def test_sets_a_bit_of_the_suspension_list_and_a_reinstatement_clears_it(self, db, loaded):
        _person, label, two = suspended(db, loaded)
        row = crediting.current(db, label=label)

        assert register.withdrawn_status_indices(db, purpose="suspension") == [row.status_index]
        assert register.withdrawn_status_indices(db, purpose="revocation") == []
        assert public.status_of(label, now=NOW) == "suspended"

        assert voted(db, loaded, label, two, "reinstate", "ground-gone")
        assert register.withdrawn_status_indices(db, purpose="suspension") == []
        assert (label.state, label.ground) == ("reinstated", None)

    def test_the_list_is_published_signed_for_its_purpose(self, db, loaded):
        suspended(db, loaded)

        text = status_list.publish(
            db,
            number=1,
            form=status_list.Form.DOCUMENT,
            issuer=loaded.issuer,
            ring=loaded.ring,
            now=NOW,
            purpose="suspension",
        )

        assert '"statusPurpose": "suspension"' in text
        assert "/status/suspension/1" in text

    def test_ends_by_itself_after_six_months(self, db, loaded):
        _person, label, _two = suspended(db, loaded)

        clock.turn(db, ring=loaded.ring, secret="", origin="", now=at(2027, 5, 24))
        assert label.state == "suspended"
        clock.turn(db, ring=loaded.ring, secret="", origin="", now=at(2027, 5, 25))
        assert label.state == "reinstated"
        assert crediting.current(db, label=label).status == "active"

    def test_a_revocation_takes_effect_when_no_appeal_can_change_it(self, db, loaded):
        _person, label, _two = revoked(db, loaded)

        assert (label.state, crediting.current(db, label=label).status) == ("revoked", "suspended")
        clock.turn(db, ring=loaded.ring, secret="", origin="", now=at(2027, 1, 24))
        assert crediting.current(db, label=label).status == "suspended"
        clock.turn(db, ring=loaded.ring, secret="", origin="", now=at(2027, 1, 25))
        assert crediting.current(db, label=label).status == "revoked"

    def test_for_safety_at_once(self, db, loaded):
        _person, label, _two = revoked(db, loaded, ground="struck-off")

        assert crediting.current(db, label=label).status == "revoked"

    def test_after_a_revocation_a_new_application_waits_a_year(self, db, loaded):
        person, _label, _two = revoked(db, loaded)

        draft(db, loaded, person)
        with pytest.raises(ConditionNotMetError) as caught:
            applying.submit(db, person_id=person.id, ring=loaded.ring, origin="", chance=0.9, now=NOW)

        assert caught.value.condition == "reapply-delay-over"

    def test_an_appeal_after_two_months_is_too_late(self, db, loaded):
        person, _label, _two = revoked(db, loaded)

        with pytest.raises(ConditionNotMetError) as caught:
            watching.appeal(
                db, person_id=person.id, text="x", ring=loaded.ring, origin="", now=NOW + timedelta(days=62)
            )

        assert caught.value.condition == "within-appeal-time"

    def test_nobody_appeals_against_nothing(self, db, loaded):
        person, _label, _two = awarded(db, loaded)

        with pytest.raises(NoSuchTransitionError):
            watching.appeal(db, person_id=person.id, text="x", ring=loaded.ring, origin="", now=NOW)

    def test_whoever_decided_first_does_not_judge_the_appeal(self, db, loaded):
        _person, label, two = appealed(db, loaded)

        with pytest.raises(NotIndependentError) as caught:
            judge(db, loaded, label, two[0], "uphold", "decision-right", seat=Seat.PEER)

        assert caught.value.part == "committee"

    def test_two_do_not_judge_an_appeal_nor_three_without_each_seat(self, db, loaded):
        _person, label, _two = appealed(db, loaded)
        three = officers(db, 3, start=10)

        assert not voted(db, loaded, label, three, "uphold", "decision-right", seats=(Seat.PEER, Seat.PEER, Seat.USER))
        assert label.state == "appeal"

    def test_an_appeal_that_fails_confirms_the_withdrawal(self, db, loaded):
        _person, label, _two = appealed(db, loaded)

        assert voted(db, loaded, label, officers(db, 3, start=10), "uphold", "decision-right", seats=SEATS)

        assert (label.state, crediting.current(db, label=label).status) == ("upheld", "revoked")
        assert watching.list_appeals(db, label=label)[0].outcome == "upheld"

    @pytest.mark.parametrize("ground", ["fraud-proven", "struck-off"])
    def test_an_appeal_that_convinces_brings_the_label_back(self, db, loaded, ground):
        _person, label, _two = appealed(db, loaded, ground=ground)

        assert voted(db, loaded, label, officers(db, 3, start=10), "overturn", "facts", seats=SEATS)

        assert (label.state, label.ground) == ("reinstated", None)
        assert crediting.current(db, label=label).status == "active"
        assert events(db, label)[-2:] == ["overturn", "reinstate_on_appeal"]


class TestAppealOfARefusal:
    def refused(self, db, loaded):
        person, label, two = taken_up(db, loaded)
        voted(db, loaded, label, two, "refuse", "criteria-not-met")
        return person, label

    def test_gives_the_label_when_everything_is_there(self, db, loaded):
        person, label = self.refused(db, loaded)
        watching.appeal(db, person_id=person.id, text="Tout y est.", ring=loaded.ring, origin="", now=NOW)

        voted(db, loaded, label, officers(db, 3, start=10), "overturn", "procedure", seats=SEATS)

        assert (label.state, label.number is not None) == ("awarded", True)
        assert letters(db)[-1] == "Votre appel\N{NO-BREAK SPACE}: le label vous est accordé"

    def test_leads_to_another_look_when_something_is_missing(self, db, loaded):
        person, label = self.refused(db, loaded)
        answered(db, activity=Activity.INACTIVE)
        watching.appeal(db, person_id=person.id, text="Tout y est.", ring=loaded.ring, origin="", now=NOW)

        voted(db, loaded, label, officers(db, 3, start=10), "overturn", "procedure", seats=SEATS)

        assert (label.state, label.number) == ("under_review", None)

    def test_an_audit_that_was_overturned_is_done_again_by_somebody_else(self, db, loaded):
        person, label = submitted(db, loaded, chance=0.01)
        one, two, first, second = officers(db, 4)
        deciding.take_up(db, label=label, actor_id=one.id, ring=loaded.ring, now=NOW)
        proof = db.scalars(select(LabelProof).where(LabelProof.label_id == label.id).order_by(LabelProof.id)).first()

        def audited(actor, refused=frozenset()):
            deciding.audit_proofs(
                db, label=label, refused=refused, note="", actor_id=actor.id, ring=loaded.ring, now=NOW
            )

        audited(first, frozenset({proof.id}))
        voted(db, loaded, label, (one, two), "refuse", "audit-refused")
        watching.appeal(db, person_id=person.id, text="Si.", ring=loaded.ring, origin="", now=NOW)
        voted(db, loaded, label, officers(db, 3, start=10), "overturn", "facts", seats=SEATS)

        assert (label.state, label.audit) == ("under_review", "drawn")
        with pytest.raises(NotIndependentError):
            audited(first)
        audited(second)
        assert voted(db, loaded, label, (one, two), "award", "criteria-met")

    def test_a_draft_opened_meanwhile_gives_way(self, db, loaded):
        person, label = self.refused(db, loaded)
        other = (
            draft(db, loaded, person)
            if False
            else applying.open_application(db, person_id=person.id, random_bytes=lambda count: b"\7" * count, now=NOW)
        )

        watching.appeal(db, person_id=person.id, text="Tout y est.", ring=loaded.ring, origin="", now=NOW)

        assert (other.state, label.state) == ("voluntarily_withdrawn", "appeal")


class TestTime:
    def test_a_renewal_opens_six_months_before_the_end_and_reminders_follow(self, db, loaded):
        _person, label, _two = awarded(db, loaded)

        def turn(moment):
            before = len(letters(db))
            clock.turn(db, ring=loaded.ring, secret="", origin="", now=moment)
            return [subject.partition(" le ")[0] for subject in letters(db)[before:]]

        assert turn(at(2029, 5, 22)) == []
        assert turn(at(2029, 5, 27)) == ["Le renouvellement de votre label est ouvert", "Votre label prend fin"]
        assert turn(at(2029, 8, 24)) == []
        assert turn(at(2029, 8, 25)) == ["Votre label prend fin"]
        assert turn(at(2029, 11, 20)) == ["Votre label prend fin"]
        assert turn(at(2029, 11, 21)) == []
        assert label.state == "renewal_due"
        payloads = [row.payload for row in db.scalars(select(OutboxEntry).order_by(OutboxEntry.id))]
        stoppable = {one["subject"].partition(" le ")[0] for one in payloads if "stop_url" in one}
        assert stoppable == {"Votre label prend fin"}, "a decision, a window that opens, are owed"

    def test_a_reminder_brings_the_end_for_the_calendar_with_its_four_alarms(self, db, loaded):
        awarded(db, loaded, now=at(2023, 12, 20))
        answered(db, activity=Activity.ACTIVE)

        clock.turn(db, ring=loaded.ring, secret="", origin="https://x", now=NOW)

        rows = db.scalars(select(OutboxEntry).where(OutboxEntry.kind == "mail").order_by(OutboxEntry.id)).all()
        entry = rows[-1].payload["calendar"]
        assert ("DTSTART;VALUE=DATE:20261219" in entry, entry.count("BEGIN:VALARM")) == (True, 4)
        assert all("calendar" not in row.payload for row in rows[:-1])

    def test_labels_are_looked_at_in_parts(self, db, loaded):
        first = awarded(db, loaded)[1]
        _someone, second = submitted(db, loaded, email="autre@example.org", rpps="10100000016")
        second.state, second.term_from, second.ends_on = first.state, first.term_from, first.ends_on
        db.flush()
        means = {"ring": loaded.ring, "secret": "", "origin": "", "now": at(2029, 5, 27), "count": 1}

        assert clock.turn(db, **means) == first.id
        assert (first.state, second.state) == ("renewal_due", "awarded")
        assert clock.turn(db, **means, after=first.id) == second.id
        assert clock.turn(db, **means, after=second.id) is None
        assert letters(db)[-1].startswith("Votre label prend fin"), "reminders are owed at the end"

    def test_who_stopped_reminders_gets_what_is_owed_and_no_reminder(self, db, loaded):
        person, _label, _two = awarded(db, loaded)
        person.reminders_stopped_at = NOW

        clock.turn(db, ring=loaded.ring, secret="", origin="", now=at(2029, 5, 27))

        assert letters(db)[-1].startswith("Le renouvellement de votre label est ouvert")

    def test_the_grace_is_shown_and_then_it_is_over(self, db, loaded):
        _person, label, _two = awarded(db, loaded)
        clock.turn(db, ring=loaded.ring, secret="", origin="", now=at(2029, 6, 1))

        assert public.status_of(label, now=at(2029, 11, 24)) == "renewing"
        clock.turn(db, ring=loaded.ring, secret="", origin="", now=at(2030, 2, 23))
        assert label.state == "renewal_due"
        clock.turn(db, ring=loaded.ring, secret="", origin="", now=at(2030, 2, 24))
        assert (label.state, public.status_of(label, now=at(2030, 2, 24))) == ("expired", "expired")

    def test_an_inactive_number_gives_notice_then_a_pause_and_no_fault(self, db, loaded):
        _person, label, _two = awarded(db, loaded)
        answered(db, activity=Activity.INACTIVE)

        clock.react(db, person_id=label.person_id, ring=loaded.ring, origin="", now=NOW)
        assert (label.state, label.pause_announced_on) == ("awarded", NOW.date())
        clock.turn(db, ring=loaded.ring, secret="", origin="", now=NOW + timedelta(days=90))
        assert label.state == "awarded"
        clock.turn(db, ring=loaded.ring, secret="", origin="", now=NOW + timedelta(days=91))
        held = crediting.current(db, label=label)
        assert (label.state, public.status_of(label, now=NOW)) == ("dormant", "paused")
        assert (held.status, held.status_reason) == ("suspended", "paused")

        answered(db, activity=Activity.ACTIVE)
        clock.turn(db, ring=loaded.ring, secret="", origin="", now=NOW + timedelta(days=120))
        assert (label.state, held.status) == ("awarded", "active")

    def test_a_number_that_is_active_again_in_time_ends_the_notice(self, db, loaded):
        _person, label, _two = awarded(db, loaded)
        answered(db, activity=Activity.INACTIVE)
        clock.turn(db, ring=loaded.ring, secret="", origin="", now=NOW)
        answered(db, activity=Activity.ACTIVE)

        clock.turn(db, ring=loaded.ring, secret="", origin="", now=NOW + timedelta(days=30))

        assert (label.state, label.pause_announced_on) == ("awarded", None)

    def test_a_directory_that_is_away_pauses_nobody(self, db, loaded):
        _person, label, _two = awarded(db, loaded)
        answered(db, activity=Activity.UNKNOWN)

        clock.turn(db, ring=loaded.ring, secret="", origin="", now=NOW + timedelta(days=200))

        assert label.state == "awarded"

    def test_the_register_forgets_a_year_after_the_end(self, db, loaded):
        person, label, _two = awarded(db, loaded)
        applying.step(db, person_id=person.id, transition="withdraw", reason="own-wish", ring=loaded.ring, now=NOW)

        personal_data.expire(db, now=at(2027, 11, 24))
        assert label.printed_name == "Claire Dubreuil"
        personal_data.expire(db, now=at(2027, 11, 25))
        assert (label.printed_name, label.rpps, label.number is not None) == (None, None, True)


class TestHolder:
    def test_gives_the_label_back_at_any_time(self, db, loaded):
        person, label, _two = awarded(db, loaded)

        applying.step(db, person_id=person.id, transition="withdraw", reason="own-wish", ring=loaded.ring, now=NOW)

        assert (label.state, crediting.current(db, label=label).status) == ("voluntarily_withdrawn", "revoked")

    def test_pauses_and_comes_back(self, db, loaded):
        person, label, _two = awarded(db, loaded)
        own = {"person_id": person.id, "ring": loaded.ring, "now": NOW}

        applying.step(db, transition="pause_on_request", reason="leave", **own)
        assert (label.state, label.is_paused_by_holder) == ("dormant", True)
        clock.turn(db, ring=loaded.ring, secret="", origin="", now=NOW)
        assert label.state == "dormant"
        applying.step(db, transition="come_back", reason="back", **own)
        assert (label.state, label.paused_from) == ("awarded", None)

    def test_does_not_take_a_step_that_is_not_theirs(self, db, loaded):
        person, _label, _two = awarded(db, loaded)

        with pytest.raises(NoSuchTransitionError):
            applying.step(db, person_id=person.id, transition="come_back", reason="back", ring=loaded.ring, now=NOW)


class TestRenewal:
    def test_is_refused_while_hours_and_practices_of_the_new_term_are_missing(self, db, loaded):
        person, label, _two = renewal_due(db, loaded)

        with pytest.raises(ConditionNotMetError):
            applying.submit(db, person_id=person.id, ring=loaded.ring, origin="", chance=0.9, now=NOW)

        reasons = {
            one.criterion: one.reason for one in gathering.gather(db, label=label, ring=loaded.ring, now=NOW).findings
        }
        assert (reasons["N5"], reasons["N6"], reasons["N9"]) == (
            "hours-missing",
            "compulsory-missing",
            "update-test-due",
        )

    def test_an_update_test_that_was_failed_is_told_and_sat_again(self, db, loaded):
        person, label, _two = renewal_due(db, loaded)
        sat_update(db, person, verdict="failed")

        found = {
            one.criterion: one.reason for one in gathering.gather(db, label=label, ring=loaded.ring, now=NOW).findings
        }

        assert found["N9"] == "update-test-failed"

    def test_nothing_is_renewed_that_was_not_asked_for(self, db, loaded):
        _person, label, two = renewal_due(db, loaded)

        with pytest.raises(ConditionNotMetError):
            judge(db, loaded, label, two[0], "renew", "criteria-met")

    def test_while_the_committee_has_it_nothing_changes_and_nothing_ends(self, db, loaded):
        person, label, _two = renewal_asked(db, loaded)

        with pytest.raises(FileInHandsError):
            applying.hold_open(db, person_id=person.id)
        clock.turn(db, ring=loaded.ring, secret="", origin="", now=at(2027, 6, 1))
        assert label.state == "renewal_due"

    def test_the_next_term_begins_on_the_day_after_the_former(self, db, loaded):
        _person, label, two = renewal_asked(db, loaded)
        number, former = label.number, crediting.current(db, label=label)

        assert voted(db, loaded, label, two, "renew", "criteria-met")

        now_stated = verification.verify_signature(crediting.current(db, label=label).token, loaded.ring)
        assert (label.state, label.renewals, label.number) == ("renewed", 1, number)
        assert (label.term_from.isoformat(), label.ends_on.isoformat()) == ("2026-12-20", "2029-12-19")
        assert (former.status, now_stated.supersedes) == ("superseded", former.credential_id)
        assert letters(db)[-1] == "Votre label est renouvelé"

    def test_one_that_is_not_complete_comes_back_and_may_be_sent_again(self, db, loaded):
        person, label, two = renewal_asked(db, loaded)

        assert voted(db, loaded, label, two, "return_renewal", "criteria-not-met")

        assert (label.state, label.renewal_asked_at) == ("renewal_due", None)
        applying.submit(db, person_id=person.id, ring=loaded.ring, origin="", chance=0.9, now=NOW)
        assert label.renewal_asked_at == NOW

    def test_an_extension_moves_the_end_and_replaces_the_credential(self, db, loaded):
        _person, label, two = renewal_due(db, loaded)
        former = label.certificate_id

        deciding.extend(db, label=label, months=4, reason="birth", actor_id=two[0].id, now=NOW, **office(db, loaded))

        assert label.ends_on.isoformat() == "2027-04-19"
        assert db.get(Certificate, former).status == Status.SUPERSEDED
        assert crediting.current(db, label=label).id == label.certificate_id != former
        with pytest.raises(ConditionNotMetError):
            deciding.extend(
                db, label=label, months=9, reason="birth", actor_id=two[0].id, now=NOW, **office(db, loaded)
            )


class TestAppealOfARenewal:
    """The label stays what it is while three others judge."""

    def appealed(self, db, loaded, *, now=NOW):
        person, label, two = renewal_returned(db, loaded)
        row = watching.appeal(db, person_id=person.id, text="Tout y est.", ring=loaded.ring, origin="", now=now)
        return person, label, two, row

    def test_two_months_later_it_is_too_late(self, db, loaded):
        person, _label, _two = renewal_returned(db, loaded)

        with pytest.raises(ConditionNotMetError) as caught:
            watching.appeal(db, person_id=person.id, text="x", ring=loaded.ring, origin="", now=at(2027, 1, 25))

        assert caught.value.condition == "return-contestable"

    def test_nobody_appeals_twice_against_one_decision(self, db, loaded):
        person, _label, _two, _row = self.appealed(db, loaded)

        with pytest.raises(ConditionNotMetError):
            watching.appeal(db, person_id=person.id, text="x", ring=loaded.ring, origin="", now=NOW)

    def test_whoever_did_not_renew_does_not_judge(self, db, loaded):
        _person, label, two, _row = self.appealed(db, loaded)

        with pytest.raises(NotIndependentError) as caught:
            judge(db, loaded, label, two[0], "uphold_return", "decision-right", seat=Seat.PEER)

        assert caught.value.part == "committee"

    def test_what_was_sent_does_not_change_and_nothing_ends_meanwhile(self, db, loaded):
        person, label, _two, row = self.appealed(db, loaded)

        with pytest.raises(FileInHandsError):
            applying.hold_open(db, person_id=person.id)
        clock.turn(db, ring=loaded.ring, secret="", origin="", now=at(2027, 6, 1))
        assert (label.state, label.appealed, row.due_on.isoformat()) == ("renewal_due", "renewal_due", "2027-01-24")
        assert [one.id for one in queues.queues(db).appeals] == [label.id]
        assert "appeals" in queues.first_due(db, queues.queues(db))

    def test_nothing_ends_either_while_one_may_still_appeal(self, db, loaded):
        _person, label, _two = renewal_returned(db, loaded)
        label.renewal_returned_on = at(2027, 3, 1).date()

        clock.turn(db, ring=loaded.ring, secret="", origin="", now=at(2027, 5, 1))
        assert label.state == "renewal_due"
        clock.turn(db, ring=loaded.ring, secret="", origin="", now=at(2027, 5, 2))
        assert label.state == "expired"

    def test_one_that_fails_leaves_the_label_to_its_end_and_the_file_to_its_holder(self, db, loaded):
        person, label, _two, row = self.appealed(db, loaded)

        voted(db, loaded, label, officers(db, 3, start=10), "uphold_return", "decision-right", seats=SEATS)

        assert (label.state, label.appealed, label.renewal_returned_on) == ("renewal_due", None, None)
        db.refresh(row)
        assert (row.outcome, row.decided_at) == ("upheld", NOW)
        assert letters(db)[-1] == "Votre appel\N{NO-BREAK SPACE}: la décision est confirmée"
        applying.submit(db, person_id=person.id, ring=loaded.ring, origin="", chance=0.9, now=NOW)
        assert label.renewal_asked_at == NOW

    def test_one_that_convinces_renews_at_once_when_everything_is_there(self, db, loaded):
        _person, label, _two, row = self.appealed(db, loaded)
        former = crediting.current(db, label=label)

        voted(db, loaded, label, officers(db, 3, start=10), "overturn_return", "procedure", seats=SEATS)

        assert (label.state, label.renewals, label.appealed) == ("renewed", 1, None)
        db.refresh(row)
        assert (label.ends_on.isoformat(), former.status, row.outcome) == ("2029-12-19", "superseded", "overturned")
        assert events(db, label)[-2:] == ["overturn_return", "renew_on_appeal"]

    def test_or_leads_to_a_committee_of_others(self, db, loaded):
        _person, label, two, _row = self.appealed(db, loaded)
        answered(db, activity=Activity.INACTIVE)
        three = officers(db, 3, start=10)

        voted(db, loaded, label, three, "overturn_return", "facts", seats=SEATS)

        assert (label.state, label.renewal_asked_at, label.renewal_returned_on) == ("renewal_due", NOW, None)
        with pytest.raises(NotIndependentError):
            judge(db, loaded, label, three[0], "return_renewal", "criteria-not-met")
        answered(db, activity=Activity.ACTIVE)
        assert voted(db, loaded, label, two, "renew", "criteria-met")

    def test_a_revocation_in_between_is_judged_first_and_the_renewal_then(self, db, loaded):
        person, label, two, row = self.appealed(db, loaded)
        announced(db, loaded, label, two[0], is_urgent=True)
        voted(db, loaded, label, two, "suspend", "fraud-inquiry")
        announced(db, loaded, label, two[0], ground="fraud-proven")
        watching.answer(db, person_id=person.id, text="Non.", ring=loaded.ring, now=NOW)
        voted(db, loaded, label, two, "revoke", "fraud-proven")
        watching.appeal(db, person_id=person.id, text="Non plus.", ring=loaded.ring, origin="", now=NOW)

        voted(db, loaded, label, officers(db, 3, start=10), "overturn", "facts", seats=SEATS)

        db.refresh(row)
        assert (label.state, label.appealed, row.decided_at) == ("reinstated", "renewal_due", None)
        assert [one.id for one in queues.queues(db).appeals] == [label.id]


def test_a_draft_is_nobodys_business(db, loaded):
    _person, label = complete(db, loaded)

    with pytest.raises(NotFoundError):
        dossiers.get(db, reference=label.reference)


def test_a_revocation_that_never_was_is_not_settled(db, loaded):
    _person, label, _two = awarded(db, loaded)

    following.settle_revocation(db, label=label, actor_id=None, now=NOW)

    assert crediting.current(db, label=label).status == "active"


def test_two_people_have_two_numbers(db, loaded):
    first = awarded(db, loaded)[1].number
    person, label = submitted(db, loaded, email="autre@example.org", rpps="10100000016")
    two = officers(db, 2, start=5)
    deciding.take_up(db, label=label, actor_id=two[0].id, ring=loaded.ring, now=NOW)
    voted(db, loaded, label, two, "award", "criteria-met")

    assert (first[:11], label.number[:11]) == ("2026-00001-", "2026-00002-")
    assert db.scalars(select(Label).where(Label.person_id == person.id)).one() is label


class TestLeaving:
    def test_everything_that_was_given_can_be_taken_along(self, db, loaded):
        person, label, two = awarded(db, loaded)

        told = personal_data.export_person(db, person_id=person.id)["labels"][0]
        votes = personal_data.export_person(db, person_id=two[0].id)["label_votes"]

        assert (told["number"], told["state"], told["rpps"]) == (label.number, "awarded", "10100000008")
        assert [one["what"] for one in told["events"]] == ["submit", "take_up", "award"]
        assert len(told["practices"]) == len(told["proofs"]) == 5
        assert [one["voted"] for one in votes] == ["award"]

    def test_who_leaves_takes_the_label_with_them(self, db, loaded):
        person, label, _two = awarded(db, loaded)
        row = crediting.current(db, label=label)

        personal_data.erase_person(db, person_id=person.id, fate=CertificateFate.KEEP, ring=loaded.ring, now=NOW)
        register_data.erase_person(db, person_id=person.id, fate=CertificateFate.KEEP, now=NOW)

        assert (label.person_id, label.printed_name, label.rpps, label.log_salt) == (None, None, None, None)
        assert (label.state, label.number is not None) == ("voluntarily_withdrawn", True)
        assert (row.status, row.token) == ("revoked", "")
        assert db.scalars(select(LabelProof)).all() == []
        with pytest.raises(NotFoundError):
            dossiers.get(db, reference=label.reference)

    def test_three_years_after_the_end_the_file_is_forgotten(self, db, loaded):
        person, label, _two = awarded(db, loaded)
        applying.step(db, person_id=person.id, transition="withdraw", reason="own-wish", ring=loaded.ring, now=NOW)

        personal_data.expire(db, now=NOW + timedelta(days=3 * 365))
        assert label.person_id == person.id
        personal_data.expire(db, now=NOW + timedelta(days=3 * 365 + 1))
        assert (label.person_id, label.interests, label.number is not None) == (None, None, True)
        assert personal_data.expire(db, now=NOW + timedelta(days=3 * 365 + 2)) == 0

    def test_an_officer_who_leaves_leaves_their_vote_without_their_words(self, db, loaded):
        _person, label, two = awarded(db, loaded)
        for one in db.scalars(select(LabelVote)):
            one.note = "Très bon dossier."

        personal_data.erase_person(db, person_id=two[0].id, fate=CertificateFate.WITHDRAW, ring=loaded.ring, now=NOW)

        rows = db.scalars(select(LabelVote).where(LabelVote.label_id == label.id).order_by(LabelVote.id)).all()
        assert [one.note for one in rows] == ["", "Très bon dossier."]
        assert label.state == "awarded"
