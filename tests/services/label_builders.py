"""Professionals of the tests who hold all that a label asks for, and the officers who decide, with one-line overrides."""

import hashlib
import io
import itertools
from datetime import UTC, datetime, timedelta

from PIL import Image

from app.access import Role
from app.certification.services import register
from app.examination.models import Candidate, ExamSession, SessionState
from app.identity.models import Activity as Answered
from app.identity.services import professional
from app.identity.services.annuaire import Found
from app.labels.models import Label, LabelProof
from app.labels.services import applying, clock, crediting, deciding, watching
from app.labels.services.crediting import Registrar
from certificates.credential import AreaResult
from tests.services.accounts_builders import NOW as _NOON
from tests.services.organisations_builders import confirmed, officer, structure
from tests.services.register_builders import registered

NOW = _NOON
RPPS = "10100000008"
FIVE = ("inform_patient", "cyber_hygiene", "inclusion_referral", "mssante", "dmp")
_NUMBERS = itertools.count(5000)


def picture():
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(buffer, "PNG")
    return buffer.getvalue()


PICTURE = picture()


def registrar(db, loaded, *, demonstration=False):
    """Draws by counting, so that a test that fails fails again."""

    def some_bytes(count):
        return hashlib.sha256(next(_NUMBERS).to_bytes(8)).digest()[:count]

    return Registrar(
        ring=loaded.ring,
        issuer=loaded.issuer,
        reference_secret=loaded.settings.reference_secret,
        draw=lambda: register.draw_chances(
            db, random_bytes=some_bytes, random_below=lambda limit: next(_NUMBERS) % limit
        ),
        demonstration=demonstration,
    )


def office(db, loaded):
    """What every decision takes."""
    return {"registrar": registrar(db, loaded), "origin": loaded.settings.public_url}


def certified(db, loaded, person, *, now=NOW, name="Claire Dubreuil"):
    """Give a person a professional certificate, three years long."""
    areas = tuple(
        AreaResult(area_id=f"PRO-{rank}", title=("Domaine", "Area"), level="L3", probability=0.95, mean=0.8, error=0.3)
        for rank in range(1, 6)
    )
    until = now.replace(year=now.year + 3)
    return registered(
        db,
        loaded,
        number=next(_NUMBERS),
        row={"person_id": person.id, "valid_until": until},
        kind="certificate",
        assurance="A2",
        holder_name=name,
        name_verified=True,
        framework_code="PRO",
        framework_title=("Professionnels", "Professionals"),
        level="L3",
        areas=areas,
        provisional=False,
        sat_on=now.date(),
        issued_at=now,
        valid_from=now,
        valid_until=until,
    )


def numbered(db, person, *, activity=Answered.ACTIVE, rpps=RPPS, now=NOW):
    """Give a person an RPPS number, and the directory's answer."""
    professional.declare(db, person_id=person.id, typed=rpps, now=now)
    answered(db, activity=activity, rpps=rpps, now=now)


def answered(db, *, activity, rpps=RPPS, now=NOW, on_change=None):
    found = Found(activity=activity, given="Claire", family="Dubreuil", profession="Sage-femme")
    professional.note(db, rpps=rpps, found=found, is_national=False, now=now, on_change=on_change)


def professional_of(db, email="claire.dubreuil@example.org"):
    return confirmed(db, email)


def kept(label, *, subject="practice", practice_id=None, training_id=None, now=NOW):
    """A proof as it is kept once it was read: reading takes a process each time, which only some tests are about."""
    return LabelProof(
        label_id=label.id,
        subject=subject,
        practice_id=practice_id,
        training_id=training_id,
        media_type="image/png",
        sha256=hashlib.sha256(PICTURE).hexdigest(),
        data=PICTURE,
        added_at=now,
        judgement="given",
        flags="",
    )


def declared(db, label, *, now=NOW, practices=FIVE):
    """Declare practices, each with a proof."""
    for practice in practices:
        row = applying.declare_practice(
            db,
            label=label,
            practice=practice,
            declaration="Une affiche et une fiche d’accueil.",
            is_equivalent=False,
            done_on=now.date() - timedelta(days=30),
            now=now,
        )
        db.add(kept(label, practice_id=row.id, now=now))


def sat_update(db, person, *, verdict, day=datetime(2026, 10, 1, 9, 0, tzinfo=UTC)):
    """An update test whose result was published."""
    place = structure(db, actor=officer(db, "accrediteuse@example.org"))
    session = ExamSession(
        reference="EXAMEN0000000001",
        structure_id=place.id,
        framework_code="PRO",
        policy_id="update",
        place="Salle 1",
        starts_at=day,
        minutes=25,
        seats=5,
        code_hmac="0" * 64,
        state=SessionState.PUBLISHED.value,
        created_at=day,
    )
    db.add(session)
    db.flush()
    db.add(
        Candidate(
            session_id=session.id,
            number=1,
            person_id=person.id,
            family_name="Dubreuil",
            given_names="Claire",
            accommodations=[],
            enrolled_at=day,
            finished_at=day,
            verdict=verdict,
        )
    )
    db.flush()


def draft(db, loaded, person, *, now=NOW, practices=FIVE):
    """An application that lacks nothing."""
    label = applying.open_application(
        db,
        person_id=person.id,
        random_bytes=lambda count: hashlib.sha256(next(_NUMBERS).to_bytes(8)).digest()[:count],
        now=now,
    )
    applying.set_profession(db, label=label, profession="sage-femme", is_prescriber=True, is_tested_out=True)
    declared(db, label, now=now, practices=practices)
    applying.sign_charter(db, label=label, interests="aucun", now=now)
    return label


def complete(db, loaded, *, email="claire.dubreuil@example.org", now=NOW, rpps=RPPS):
    """A professional with everything, and their draft."""
    person = professional_of(db, email)
    numbered(db, person, rpps=rpps, now=now)
    certified(db, loaded, person, now=now)
    return person, draft(db, loaded, person, now=now)


def submitted(db, loaded, *, chance=0.9, now=NOW, **who):
    person, _label = complete(db, loaded, now=now, **who)
    label = applying.submit(
        db,
        person_id=person.id,
        ring=loaded.ring,
        origin=loaded.settings.public_url,
        chance=chance,
        now=now,
    )
    return person, label


def officers(db, count=2, start=1):
    return [confirmed(db, f"agente{rank}@example.org", Role.OFFICER) for rank in range(start, start + count)]


def taken_up(db, loaded, *, now=NOW, **who):
    """An application under review, and two officers."""
    person, label = submitted(db, loaded, now=now, **who)
    two = officers(db)
    deciding.take_up(db, label=label, actor_id=two[0].id, ring=loaded.ring, now=now)
    return person, label, two


def voted(db, loaded, label, people, *decision, now=NOW, seats=(None, None, None)):
    """Everybody votes the same; returns whether it was decided."""
    transition, reason = decision
    return [
        deciding.vote(
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
        for person, seat in zip(people, seats, strict=False)
    ][-1]


def awarded(db, loaded, *, now=NOW, **who):
    person, label, two = taken_up(db, loaded, now=now, **who)
    assert voted(db, loaded, label, two, "award", "criteria-met", now=now)
    return person, label, two


def at(year, month, day):
    return datetime(year, month, day, 9, 0, tzinfo=UTC)


def a_label(**columns):
    return Label(
        **{
            "reference": "0000000000000001",
            "state": "draft",
            "since": NOW,
            "criteria_version": "1.0-proposal",
            "opened_at": NOW,
            **columns,
        }
    )


def announced(db, loaded, label, actor, *, now=NOW, is_urgent=False, ground="fraud-inquiry"):
    return watching.announce(
        db,
        label=label,
        ground=ground,
        text="Nous avons reçu un signalement précis.",
        is_urgent=is_urgent,
        actor_id=actor.id,
        ring=loaded.ring,
        origin="https://x",
        now=now,
    )


def suspended(db, loaded, **who):
    person, label, two = awarded(db, loaded, **who)
    announced(db, loaded, label, two[0], is_urgent=True)
    voted(db, loaded, label, two, "suspend", "fraud-inquiry")
    return person, label, two


def revoked(db, loaded, ground="fraud-proven", **who):
    person, label, two = suspended(db, loaded, **who)
    announced(db, loaded, label, two[0], ground=ground)
    watching.answer(db, person_id=person.id, text="Non.", ring=loaded.ring, now=NOW)
    voted(db, loaded, label, two, "revoke", ground)
    return person, label, two


def appealed(db, loaded, **more):
    person, label, two = revoked(db, loaded, **more)
    watching.appeal(db, person_id=person.id, text="Je conteste.", ring=loaded.ring, origin="", now=NOW)
    return person, label, two


def renewal_due(db, loaded):
    person, label, two = awarded(db, loaded)
    label.term_from, label.awarded_on = at(2023, 12, 20).date(), at(2023, 12, 20).date()
    crediting._set_end(label)
    clock.turn(db, ring=loaded.ring, secret="", origin="", now=NOW)
    assert label.state == "renewal_due"
    return person, label, two


def renewal_asked(db, loaded):
    """Everything that a first renewal takes, and the request."""
    person, label, two = renewal_due(db, loaded)
    for theme, hours in (("cyber", 3), ("ai_ethics", 2), ("inclusion", 2), ("other", 7)):
        row = applying.add_training(
            db,
            label=label,
            title=theme,
            body="CHU de Lyon",
            hours=hours,
            theme=theme,
            done_on=at(2026, 3, 1).date(),
            now=NOW,
        )
        db.add(kept(label, subject="training", training_id=row.id))
    declared(db, label)
    applying.sign_charter(db, label=label, interests="aucun", now=NOW)
    sat_update(db, person, verdict="passed")
    applying.submit(db, person_id=person.id, ring=loaded.ring, origin="", chance=0.9, now=NOW)
    return person, label, two


def renewal_returned(db, loaded, *, now=NOW):
    """A renewal that a committee did not give."""
    person, label, two = renewal_asked(db, loaded)
    assert voted(db, loaded, label, two, "return_renewal", "criteria-not-met", now=now)
    return person, label, two
