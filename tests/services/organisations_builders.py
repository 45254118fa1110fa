"""Structures and the people of the tests, with one-line overrides."""

from datetime import date
from functools import cache

from app.access import Role
from app.accounts.services import people
from app.accounts.services.tokens import hash_secret
from app.organisations.models import Part, StructureKind
from app.organisations.services import members, structures
from tests.services.accounts_builders import NOW, PASSWORD, account


@cache
def _password_hash():
    """Made once: it is slow on purpose, and a room is full of people."""
    return hash_secret(PASSWORD)


def confirmed(db, email, *roles, **overrides):
    """An account whose address is confirmed, with these roles and the password of the tests."""
    person = account(db, **{"email": email, "password": None, **overrides})
    person.password_hash = _password_hash()
    person.email_confirmed_at = NOW
    person.printed_name = email.partition("@")[0].replace(".", " ").title()
    for role in roles:
        people.grant_role(db, person_id=person.id, role=role, actor_id=None, now=NOW)
    db.flush()
    return person


def officer(db, email="agente@example.org"):
    return confirmed(db, email, Role.OFFICER)


def structure(db, *, actor, reference="STRVCTVRE0000001", **overrides):
    given = {
        "name": "Espace France services de Trévoux",
        "kind": StructureKind.FRANCE_SERVICES,
        "address": "2 place de la Terrasse, 01600 Trévoux",
        "finess": None,
        "siret": None,
        "accredited_from": date(2026, 1, 1),
        "accredited_until": date(2029, 12, 31),
        "reference": reference,
        "actor_id": actor.id,
        "now": NOW,
    }
    return structures.accredit(db, **{**given, **overrides})


def named(db, place, person, part, *, actor, framework_code=None, now=NOW):
    """Give a part in a structure."""
    if part is Part.TRAINER and framework_code is None:
        framework_code = "PRO"
    return members.name(
        db,
        structure=place,
        email=person.email,
        part=part,
        framework_code=framework_code,
        actor_id=actor.id,
        now=now,
    )
