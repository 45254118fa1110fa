"""Sessions, candidates and juries of the tests, with one-line overrides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

from app.access import Role
from app.accounts.models import WebSession
from app.accounts.services import people
from app.assessments.services import examining
from app.certification.services import register
from app.examination.models import DocumentKind
from app.examination.services import (
    answering,
    arrivals,
    enrolment,
    identities,
    invigilating,
    jury,
    publishing,
    sessions,
    watch,
)
from app.organisations.models import Part
from certificates.reference import new_code
from quizzes.items import right_response
from quizzes.policy import policies
from tests.services.accounts_builders import NOW, SECRET
from tests.services.organisations_builders import confirmed, named, officer, structure

#: The day of the examination.
DAY = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
BORN = date(1980, 5, 17)
ORIGIN = "https://numericite.example"


@dataclass
class Room:
    """A structure on the day of its session, with whoever works there."""

    db: Any
    loaded: Any
    officer: Any
    structure: Any
    manager: Any
    invigilator: Any
    session: Any
    now: datetime = DAY

    @property
    def bank(self):
        return self.loaded.bank

    def enrolment(self, **overrides):
        given = {
            "family_name": "Durand",
            "given_names": "Léa",
            "email": "",
            "born_on": None,
            "accommodations": [],
            "secret": SECRET,
            "now": self.now,
        }
        return enrolment.make(**{**given, **overrides})

    def enrol(self, **overrides):
        return enrolment.enrol(
            self.db,
            session=self.session,
            enrolment=self.enrolment(**overrides),
            language="fr",
            actor_id=self.manager.id,
            now=self.now,
        )

    def open_doors(self):
        sessions.open_doors(self.db, row=self.session, actor_id=self.manager.id, now=self.now)

    def identify(self, candidate, **overrides):
        given = {
            "session": self.session,
            "candidate": candidate,
            "version": candidate.version,
            "family_name": candidate.family_name,
            "given_names": candidate.given_names,
            "born_on": BORN,
            "document": DocumentKind.IDENTITY_CARD,
            "credential_uuid": f"6f1c2a9e-3b7d-4c58-9a10-{candidate.id:012d}",
            "press": self.loaded.press,
            "origin": ORIGIN,
            "secret": SECRET,
            "actor_id": self.invigilator.id,
            "now": self.now,
        }
        identities.check_identity(self.db, **{**given, **overrides})

    def browser(self, person=None):
        """A machine, with whoever is let in."""
        person = person or people.create_guest(self.db, now=self.now)
        row = WebSession(
            person_id=person.id,
            token_hash=new_code(person.id.to_bytes(10)) + str(self.db.query(WebSession).count()),
            label="Firefox",
            shared_computer=False,
            created_at=self.now,
            last_seen_at=self.now,
            expires_at=self.now + timedelta(days=1),
        )
        self.db.add(row)
        self.db.flush()
        return row

    def arrive(self, candidate, browser=None):
        browser = browser or self.browser()
        return arrivals.arrive(
            self.db,
            candidate=candidate,
            web_session_id=browser.id,
            person_id=browser.person_id,
            screen_number=47,
            language="fr",
            now=self.now,
        )

    def authorise(self, candidate, arrival, **overrides):
        given = {
            "session": self.session,
            "candidate": candidate,
            "version": candidate.version,
            "arrival_id": arrival.id,
            "actor_id": self.invigilator.id,
            "now": self.now,
        }
        invigilating.authorise(self.db, **{**given, **overrides})

    def place(self, arrival):
        return answering.place_of(self.db, web_session_id=arrival.web_session_id)

    def begin(self, candidate, arrival, *, seed=7):
        answering.begin(
            self.db,
            place=self.place(arrival),
            bank=self.bank,
            seed=seed,
            reference=new_code(candidate.id.to_bytes(10)),
            facts=self.loaded.facts,
            now=self.now,
        )

    def seated(self, *, seed=7, **overrides):
        """A candidate who answers, and the browser that may."""
        candidate = self.enrol(**overrides)
        if self.session.state == "planned":
            self.open_doors()
        self.identify(candidate)
        arrival = self.arrive(candidate)
        self.authorise(candidate, arrival)
        self.begin(candidate, arrival, seed=seed)
        return candidate, arrival

    def answer(self, arrival, *, right=True, now=None):
        """Answer the question on screen."""
        place = self.place(arrival)
        held = answering.hold(self.db, place=place, bank=self.bank)
        item = self.bank.item(held.state.current_item_id)
        response = right_response(item).to_json() if right else {"skipped": True}
        return answering.submit(
            self.db, place=place, held=held, item_id=item.id, response=response, now=now or self.now
        )

    def answer_all(self, candidate, arrival, *, right=True):
        while candidate.finished_at is None:
            self.answer(arrival, right=right)

    def close(self):
        invigilating.close_session(
            self.db, session=self.session, bank=self.bank, actor_id=self.invigilator.id, now=self.now
        )

    def juror(self, email):
        person = confirmed(self.db, email, Role.OFFICER)
        watch.join(self.db, session=self.session, person_id=person.id, duty="juror", now=self.now)
        return person

    def decide(self, first, second, kind, **given):
        """One proposes, another takes."""
        proposed = jury.propose(
            self.db,
            session=self.session,
            kind=kind,
            actor_id=first.id,
            now=self.now,
            **{"reason": "Vu le récit de la salle.", **given},
        )
        return jury.take(
            self.db, session=self.session, decision_id=proposed.id, bank=self.bank, actor_id=second.id, now=self.now
        )

    def means(self, *, start=0):
        rolled = SimpleNamespace(count=start)

        def random_bytes(size):
            rolled.count += 1
            return rolled.count.to_bytes(size)

        draw = partial(
            register.draw_chances, self.db, random_bytes=random_bytes, random_below=lambda _most: rolled.count + 17
        )
        return publishing.Means(
            bank=self.bank,
            ring=self.loaded.ring,
            press=self.loaded.press,
            issuer=type(self.loaded.issuer)(name="Organisme", url=ORIGIN, email="contact@example.com"),
            secret=SECRET,
            is_demonstration=lambda _items: True,
            draw_chances=draw,
            panel=None,
        )

    def publish(self, juror):
        return publishing.publish(
            self.db, session=self.session, means=self.means(), actor_id=juror.id, now=self.now + timedelta(days=1)
        )

    def state_of(self, candidate):
        return examining.read(self.db, sitting_id=candidate.sitting_id, bank=self.bank).state


def room(db, loaded, *, framework_code="PRO", policy="examination", seats=20, day=DAY, now=NOW):
    """A planned session of an accredited structure, with its manager and an invigilator on duty."""
    boss = officer(db)
    place = structure(db, actor=boss, accredited_until=day.date() + timedelta(days=700))
    manager, invigilator = confirmed(db, "responsable@example.org"), confirmed(db, "surveillante@example.org")
    named(db, place, manager, Part.MANAGER, actor=boss)
    named(db, place, invigilator, Part.INVIGILATOR, actor=manager)
    session = sessions.plan(
        db,
        structure=place,
        framework_code=framework_code,
        policy=policies()[policy],
        place="Salle 2",
        starts_at=day,
        seats=seats,
        reference="SESS10N000000001",
        secret=SECRET,
        actor_id=manager.id,
        now=now,
    )
    watch.join(db, session=session, person_id=invigilator.id, duty="invigilator", now=now)
    return Room(
        db=db,
        loaded=loaded,
        officer=boss,
        structure=place,
        manager=manager,
        invigilator=invigilator,
        session=session,
        now=now if day is not DAY else DAY,
    )
