"""People of the tests, with one-line overrides."""

from datetime import UTC, datetime

from app.accounts.services import people

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SECRET = "r" * 40
ADDRESS = "marie-claire.dupont@example.com"
PASSWORD = "tortue jaune sous la pluie"


def guest(db, **overrides):
    return people.create_guest(db, **{"now": NOW, **overrides})


def account(db, **overrides):
    given = {"email": ADDRESS, "password": PASSWORD, "is_fifteen": True, "language": "fr", "guest_id": None, "now": NOW}
    return people.create_account(db, **{**given, **overrides})
