"""What tests build: one-line overrides, a fixed clock, keys whose private numbers are written here."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from certificates.authority import make_ed25519_key, make_pdf_key, make_root, make_token_key
from certificates.credential import AreaResult, Credential, Issuer, LabelFacts
from certificates.keys import KeyFamily, KeyRing, KeyState, SigningKey

NOW = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
ORIGIN = "https://numericite.example"
ORGANISATION = "Organisme de démonstration Numéricité"
#: Keys are older than what they sign.
KEYS_MADE = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def issuer(**overrides: Any) -> Issuer:
    return Issuer(**{"name": ORGANISATION, "url": ORIGIN, "email": "contact@example.com", **overrides})


def area(area_id: str = "CIT-1", **overrides: Any) -> AreaResult:
    fields = {
        "area_id": area_id,
        "title": ("S’informer avec esprit critique", "Being critically informed"),
        "level": "L2",
        "probability": 0.9312,
        "mean": -0.214,
        "error": 0.437,
    }
    return AreaResult(**{**fields, **overrides})


AREAS = (
    area("CIT-1"),
    area(
        "CIT-2",
        title=("Gérer son espace numérique de santé", "Managing one’s digital health space"),
        level="L3",
        probability=0.9047,
        mean=0.731,
    ),
    area("CIT-3", title=("Communiquer et se soigner à distance", "Communicating and caring at a distance")),
    area(
        "CIT-4",
        title=("Protéger ses données et exercer ses droits", "Protecting data, exercising rights"),
        level="L1",
        mean=-0.88,
    ),
    area(
        "CIT-5",
        title=("Être aidé, aider, participer", "Getting help, helping, taking part"),
        level=None,
        probability=0.3125,
        mean=-1.702,
    ),
)


def credential(**overrides: Any) -> Credential:
    """A statement of an unsupervised test, of the demonstration."""
    fields = {
        "credential_id": f"{ORIGIN}/credentials/6f1c2a9e-3b7d-4c58-9a10-2f4e8d5b7c61",
        "code": "7KQ2M4XR9TBDH5VN",
        "kind": "statement",
        "assurance": "A1",
        "holder_name": "Maëlys Tama’ehu",
        "name_verified": False,
        "framework_code": "CIT",
        "framework_version": "1.0",
        "framework_title": ("Compétences numériques en santé du citoyen", "Digital-health skills of citizens"),
        "level": "L2",
        "level_probability": 0.9421,
        "areas": AREAS,
        "items_answered": 27,
        "provisional": True,
        "sat_on": date(2026, 11, 22),
        "issued_at": NOW,
        "valid_from": NOW,
        "valid_until": None,
        "engine_version": "1",
        "bank_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "status_index": 94_567,
        "supersedes": None,
        "demonstration": True,
    }
    return Credential(**{**fields, **overrides})


def supervised(**overrides: Any) -> Credential:
    """A certificate of a supervised test, valid for three years."""
    fields = {
        "kind": "certificate",
        "assurance": "A2",
        "name_verified": True,
        "provisional": False,
        "demonstration": False,
        "valid_until": datetime(2029, 11, 23, 10, 42, tzinfo=UTC),
    }
    return credential(**{**fields, **overrides})


def label_credential(**overrides: Any) -> Credential:
    """A label, for three years to the eve."""
    fields = {
        "kind": "label",
        "assurance": "A2",
        "holder_name": "Claire Dubreuil",
        "name_verified": True,
        "framework_code": "NUMERICITE",
        "framework_version": "1.0-proposal",
        "framework_title": ("Label numéricité", "Numéricité label"),
        "level": None,
        "level_probability": 0,
        "areas": (),
        "items_answered": 0,
        "provisional": False,
        "sat_on": date(2026, 11, 23),
        "valid_until": datetime(2029, 11, 22, 23, 0, tzinfo=UTC),
        "demonstration": False,
        "label": LabelFacts(number="2026-00417-U", profession="sage-femme"),
    }
    return credential(**{**fields, **overrides})


@cache
def private_key(number: int) -> ec.EllipticCurvePrivateKey:
    """A key that everybody knows; each number gives another."""
    return ec.derive_private_key(0x5EED_0000_0000_0000_0000_0000_0000_0000 + number, ec.SECP256R1())


def token_key(number: int = 1, state: KeyState = KeyState.ACTIVE, since: datetime = KEYS_MADE) -> SigningKey:
    return make_token_key(private_key(number), state=state, now=since)


def ed25519_key(
    family: KeyFamily = KeyFamily.DATA_INTEGRITY,
    number: int = 1,
    state: KeyState = KeyState.ACTIVE,
    since: datetime = KEYS_MADE,
) -> SigningKey:
    """An Ed25519 key that everybody knows; each family and number gives another."""
    seed = f"{family} {number}".encode().ljust(32, b".")
    return make_ed25519_key(ed25519.Ed25519PrivateKey.from_private_bytes(seed), family=family, state=state, now=since)


def pdf_key(number: int = 2, state: KeyState = KeyState.ACTIVE, *, root_number: int = 3) -> SigningKey:
    root_key = private_key(root_number)
    return make_pdf_key(
        private_key(number),
        root_key=root_key,
        root=make_root(root_key, organisation=ORGANISATION, now=KEYS_MADE),
        organisation=ORGANISATION,
        state=state,
        now=KEYS_MADE,
    )


def log_key(number: int = 1, state: KeyState = KeyState.ACTIVE) -> SigningKey:
    return ed25519_key(KeyFamily.LOG, number, state)


def key_ring(*keys: SigningKey) -> KeyRing:
    """The ring of these keys; by default, one active key per family, the same every time."""
    root = make_root(private_key(3), organisation=ORGANISATION, now=KEYS_MADE)
    return KeyRing(organisation=ORGANISATION, roots=(root,), keys=keys or default_keys())


def default_keys() -> tuple[SigningKey, ...]:
    """One active key per family."""
    return token_key(), pdf_key(), ed25519_key(), ed25519_key(KeyFamily.LOG)
