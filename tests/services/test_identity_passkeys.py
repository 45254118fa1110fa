"""Passkeys: what a device may answer, and what is refused."""

import json
import secrets
from datetime import timedelta
from typing import ClassVar

import pytest
from sqlalchemy import select

from app.audit import AuditEntry
from app.errors import (
    AddressNotConfirmedError,
    KnownPasskeyError,
    NoPasskeyError,
    NotFoundError,
    StepSpentError,
    TooManyPasskeysError,
    WrongPasskeyError,
    WrongRecoveryCodeError,
)
from app.identity.models import Passkey, PendingStep, RecoveryCode
from app.identity.services import passkeys, proofs, second_factor, steps
from app.identity.services.passkeys import Site
from certificates.reference import format_code, new_code
from tests.services import accounts_builders
from tests.services.accounts_builders import NOW, SECRET, guest
from tests.services.devices import USER_PRESENT, Device, octets, text

ORIGIN = "http://localhost:8000"
SITE = Site(public_url="http://127.0.0.1:8000", secret=SECRET)
CODES = [new_code(bytes([number] * 10)) for number in range(1, 11)]

#: What is asked about here does not depend on the database, except where two answers meet.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def account(db, **overrides):
    """Somebody without a password: hashing one is slow, and asked about elsewhere."""
    return accounts_builders.account(db, **{"password": None, **overrides})


def ask_new(db, person, **overrides):
    given = {"person_id": person.id, "challenge": secrets.token_bytes(32), "site": SITE, "now": NOW, **overrides}
    return passkeys.begin_new(db, **given)


def ask_use(db, person=None, **overrides):
    person_id = None if person is None else person.id
    given = {"person_id": person_id, "challenge": secrets.token_bytes(32), "site": SITE, "now": NOW, **overrides}
    return passkeys.begin_use(db, **given)


def keep(db, person, device=None, **overrides):
    device = device or Device(ORIGIN)
    answer = device.create(ask_new(db, person))
    passkeys.add(db, **{"person_id": person.id, "answer": answer, "name": "clé", "site": SITE, "now": NOW, **overrides})
    return device


def use(db, answer, person=None, **overrides):
    given = {"person_id": None if person is None else person.id, "answer": answer, "site": SITE, "now": NOW}
    return passkeys.use(db, **{**given, **overrides})


class TestAdd:
    MISBEHAVES: ClassVar = {
        "at another site": {"origin": "http://localhost:9000"},
        "at a site that looks the same": {"origin": "https://localhost:8000"},
        "for another site": {"rp_id": "example.com"},
        "without recognising its owner": {"flags": USER_PRESENT},
        "without anybody there": {"flags": 0},
    }

    @pytest.mark.parametrize("manners", MISBEHAVES.values(), ids=MISBEHAVES)
    def test_refuses_a_device(self, db, manners):
        person = account(db)

        with pytest.raises(WrongPasskeyError):
            keep(db, person, Device(**{"origin": ORIGIN, **manners}))

        assert passkeys.list_own(db, person_id=person.id) == []

    @pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "{", '{"id": 1}', "x" * 30_000])
    def test_refuses_what_is_no_answer(self, db, answer):
        person = account(db)

        with pytest.raises(WrongPasskeyError):
            passkeys.add(db, person_id=person.id, answer=answer, name="clé", site=SITE, now=NOW)

    def test_refuses_a_challenge_used_before(self, db):
        person, device = account(db), Device(ORIGIN)
        answer = device.create(ask_new(db, person))
        passkeys.add(db, person_id=person.id, answer=answer, name="clé", site=SITE, now=NOW)

        with pytest.raises(StepSpentError):
            passkeys.add(db, person_id=person.id, answer=answer, name="clé", site=SITE, now=NOW)

    def test_refuses_a_challenge_made_up(self, db):
        person = account(db)
        made_up = json.loads(ask_new(db, person))
        made_up["challenge"] = text(secrets.token_bytes(32))

        with pytest.raises(StepSpentError):
            passkeys.add(
                db,
                person_id=person.id,
                answer=Device(ORIGIN).create(json.dumps(made_up)),
                name="clé",
                site=SITE,
                now=NOW,
            )

    def test_refuses_a_challenge_of_another_person_or_another_purpose(self, db):
        person, other = account(db), account(db, email="autre@example.com")
        device = Device(ORIGIN)

        with pytest.raises(WrongPasskeyError):
            passkeys.add(
                db, person_id=other.id, answer=device.create(ask_new(db, person)), name="clé", site=SITE, now=NOW
            )
        options = {**json.loads(ask_use(db, person)), "user": json.loads(ask_new(db, person))["user"]}
        with pytest.raises(StepSpentError):
            passkeys.add(
                db,
                person_id=person.id,
                answer=device.create(json.dumps(options)),
                name="clé",
                site=SITE,
                now=NOW,
            )

    def test_refuses_an_answer_that_comes_too_late(self, db):
        person = account(db)
        answer = Device(ORIGIN).create(ask_new(db, person))

        with pytest.raises(StepSpentError):
            passkeys.add(db, person_id=person.id, answer=answer, name="clé", site=SITE, now=NOW + steps.LIFETIME)

    def test_refuses_the_same_passkey_twice(self, db):
        person, other = account(db), account(db, email="autre@example.com")
        device = keep(db, person)

        with pytest.raises(KnownPasskeyError):
            keep(db, other, device)

    def test_refuses_a_guest_and_the_twenty_first(self, db):
        with pytest.raises(NotFoundError):
            ask_new(db, guest(db))
        person = account(db)
        for number in range(passkeys.MAXIMUM):
            keep(db, person, Device(ORIGIN, credential_id=bytes([number] * 16)))
        with pytest.raises(TooManyPasskeysError):
            ask_new(db, person)

    def test_tells_the_device_neither_our_number_nor_which_model_to_say(self, db):
        person = account(db)

        asked = json.loads(ask_new(db, person))

        assert octets(asked["user"]["id"]) != str(person.id).encode()
        assert asked["attestation"] == "none"
        assert asked["rp"]["id"] == "localhost"
        assert asked["authenticatorSelection"]["userVerification"] == "required"
        assert asked["authenticatorSelection"]["residentKey"] == "required"

    def test_names_the_passkeys_that_are_known_already(self, db):
        person = account(db)
        device = keep(db, person)

        asked = json.loads(ask_new(db, person))

        assert [octets(one["id"]) for one in asked["excludeCredentials"]] == [device.credential_id]


class TestUse:
    MISBEHAVES: ClassVar = {
        "at another site": {"origin": "http://localhost:9000"},
        "for another site": {"rp_id": "example.com"},
        "without recognising its owner": {"flags": USER_PRESENT},
        "with another key": {"key": Device(ORIGIN).key},
        "with the name of another owner": {"handle": b"somebody else"},
        "with a passkey that nobody has": {"credential_id": b"unknown"},
    }

    @pytest.mark.parametrize("manners", MISBEHAVES.values(), ids=MISBEHAVES)
    def test_refuses_a_device_and_keeps_it_in_the_trail(self, db, manners):
        device = keep(db, account(db))
        for name, value in manners.items():
            setattr(device, name, value)

        with pytest.raises(WrongPasskeyError):
            use(db, device.get(ask_use(db)))

        assert "passkey:refused" in db.scalars(select(AuditEntry.action)).all()

    def test_refuses_the_same_answer_twice(self, db):
        device = keep(db, account(db))
        answer = device.get(ask_use(db))
        use(db, answer)

        with pytest.raises(StepSpentError):
            use(db, answer)

    def test_refuses_a_copied_key_by_its_counter(self, db):
        device = keep(db, account(db))
        copy = Device(**vars(device))
        for _use in range(3):
            use(db, device.get(ask_use(db)))

        with pytest.raises(WrongPasskeyError, match="sign count"):
            use(db, copy.get(ask_use(db)))
        copy.count = device.count
        use(db, copy.get(ask_use(db)))
        with pytest.raises(WrongPasskeyError, match="sign count"):
            use(db, device.get(ask_use(db)))

    def test_accepts_a_device_that_does_not_count(self, db):
        person = account(db)
        device = keep(db, person)
        for _use in range(2):
            device.count = -1
            assert use(db, device.get(ask_use(db))) == person.id

    def test_refuses_a_challenge_made_for_somebody_else(self, db):
        person, other = account(db), account(db, email="autre@example.com")
        device = keep(db, person)

        with pytest.raises(WrongPasskeyError):
            use(db, device.get(ask_use(db, person)), other)
        with pytest.raises(WrongPasskeyError):
            use(db, device.get(ask_use(db, other)), other)
        with pytest.raises(WrongPasskeyError):
            use(db, device.get(ask_use(db)), person)

    def test_refuses_somebody_who_has_left(self, db):
        person = account(db)
        device = keep(db, person)
        person.erased_at = NOW

        with pytest.raises(WrongPasskeyError):
            use(db, device.get(ask_use(db)))

    def test_knows_the_account_by_the_device_alone(self, db):
        person = account(db)
        device = keep(db, person)
        asked = ask_use(db)

        assert json.loads(asked)["allowCredentials"] == []
        assert use(db, device.get(asked)) == person.id
        (row,) = passkeys.list_own(db, person_id=person.id)
        assert (row.sign_count, row.last_used_at) == (1, NOW)

    def test_as_a_second_factor_names_the_passkeys_of_that_person(self, db):
        person = account(db)
        device = keep(db, person)
        asked = ask_use(db, person)

        assert [octets(one["id"]) for one in json.loads(asked)["allowCredentials"]] == [device.credential_id]
        assert use(db, device.get(asked), person) == person.id


class TestOwn:
    def test_somebody_else_s_is_like_none(self, db):
        person, other = account(db), account(db, email="autre@example.com")
        keep(db, person)
        (row,) = passkeys.list_own(db, person_id=person.id)

        for act in (
            lambda: passkeys.get_own(db, passkey_id=row.id, person_id=other.id),
            lambda: passkeys.rename(db, passkey_id=row.id, person_id=other.id, name="à moi"),
            lambda: passkeys.remove(db, passkey_id=row.id, person_id=other.id, now=NOW),
            lambda: second_factor.remove_passkey(db, passkey_id=row.id, person_id=other.id, now=NOW),
        ):
            with pytest.raises(NotFoundError):
                act()
        assert row.name == "clé"

    def test_one_that_was_removed_opens_nothing(self, db):
        person = account(db)
        device = keep(db, person)
        (row,) = passkeys.list_own(db, person_id=person.id)
        passkeys.remove(db, passkey_id=row.id, person_id=person.id, now=NOW)

        with pytest.raises(WrongPasskeyError):
            use(db, device.get(ask_use(db)))


class TestSecondFactor:
    def test_needs_a_passkey(self, db):
        with pytest.raises(NoPasskeyError):
            second_factor.enable(db, person_id=proven(db).id, codes=CODES, secret=SECRET, now=NOW)

    def test_needs_an_address_that_was_proven(self, db):
        person = account(db)
        keep(db, person)

        with pytest.raises(AddressNotConfirmedError):
            second_factor.enable(db, person_id=person.id, codes=CODES, secret=SECRET, now=NOW)

    @pytest.mark.parametrize("typed", ["", "0000-0000-0000-0000", "x" * 80, CODES[0][:-1]])
    def test_refuses_another_code_and_keeps_it_in_the_trail(self, db, typed):
        person = wants_one(db)

        with pytest.raises(WrongRecoveryCodeError):
            second_factor.spend_code(db, person_id=person.id, typed=typed, secret=SECRET, now=NOW)

        assert "second-factor:refused" in db.scalars(select(AuditEntry.action)).all()
        assert second_factor.count_codes(db, person_id=person.id) == 10

    def test_refuses_somebody_else_s_code(self, db):
        wants_one(db)
        other = account(db, email="autre@example.com")

        with pytest.raises(WrongRecoveryCodeError):
            second_factor.spend_code(db, person_id=other.id, typed=CODES[0], secret=SECRET, now=NOW)

    def test_a_code_serves_once_however_it_is_typed(self, db):
        person = wants_one(db)
        typed = f" {format_code(CODES[3]).lower()} "

        assert second_factor.spend_code(db, person_id=person.id, typed=typed, secret=SECRET, now=NOW) == 9
        with pytest.raises(WrongRecoveryCodeError):
            second_factor.spend_code(db, person_id=person.id, typed=CODES[3], secret=SECRET, now=NOW)

    def test_new_codes_make_the_old_ones_worthless(self, db):
        person = wants_one(db)
        second_factor.renew_codes(db, person_id=person.id, codes=[new_code(b"0123456789")], secret=SECRET)

        with pytest.raises(WrongRecoveryCodeError):
            second_factor.spend_code(db, person_id=person.id, typed=CODES[0], secret=SECRET, now=NOW)

    def test_no_codes_without_a_second_factor(self, db):
        with pytest.raises(NotFoundError):
            second_factor.renew_codes(db, person_id=account(db).id, codes=CODES, secret=SECRET)

    def test_keeps_no_code(self, db):
        wants_one(db)

        assert not {row.code_hash for row in db.scalars(select(RecoveryCode))} & set(CODES)

    def test_ends_with_the_last_passkey_and_not_before(self, db):
        person = wants_one(db)
        keep(db, person, Device(ORIGIN, credential_id=b"another"))
        first, last = passkeys.list_own(db, person_id=person.id)

        assert not second_factor.remove_passkey(db, passkey_id=first.id, person_id=person.id, now=NOW)
        assert second_factor.find(db, person_id=person.id) is not None
        assert second_factor.remove_passkey(db, passkey_id=last.id, person_id=person.id, now=NOW)
        assert second_factor.find(db, person_id=person.id) is None
        assert second_factor.count_codes(db, person_id=person.id) == 0

    def test_switching_off_twice_says_so(self, db):
        person = wants_one(db)

        assert second_factor.disable(db, person_id=person.id, now=NOW)
        assert not second_factor.disable(db, person_id=person.id, now=NOW)


def proven(db):
    person = account(db)
    person.email_confirmed_at = NOW
    return person


def wants_one(db):
    person = proven(db)
    keep(db, person)
    second_factor.enable(db, person_id=person.id, codes=CODES, secret=SECRET, now=NOW)
    return person


@pytest.mark.parametrize(
    ("public_url", "host", "origin"),
    [
        ("https://numericite.example.org", "numericite.example.org", "https://numericite.example.org"),
        ("http://127.0.0.1:8000", "localhost", "http://localhost:8000"),
        ("http://[::1]:8000", "localhost", "http://localhost:8000"),
    ],
)
def test_a_passkey_is_tied_to_a_name_never_to_an_address_in_digits(app, public_url, host, origin):
    site = Site(public_url=public_url, secret=SECRET)

    assert (site.rp_id, site.origin) == (host, origin)


def test_steps_that_nobody_came_back_with_go(db):
    ask_use(db)
    ask_use(db, now=NOW + timedelta(minutes=10))

    assert steps.purge(db, now=NOW + steps.LIFETIME) == 1
    assert len(db.scalars(select(PendingStep)).all()) == 1


def test_every_proof_goes_at_once(db):
    person = wants_one(db)
    ask_use(db, person)

    proofs.forget_all(db, person_id=person.id)

    assert not proofs.holds_any(db, person_id=person.id)
    assert db.scalars(select(Passkey)).all() == db.scalars(select(PendingStep)).all() == []
