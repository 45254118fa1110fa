"""What a QR code carries is read by the browser as it is by Python: the same tables, the same words."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import assets
from certificates import keys
from certificates.algorithms import base64url
from certificates.compact import compact, from_fragment, read_compact, stated
from certificates.credential import LEVELS
from certificates.errors import (
    BadSignatureError,
    CompromisedKeyError,
    MalformedCredentialError,
    UnknownKeyError,
    VerificationError,
)
from certificates.keys import KeyState
from tests.builders import NOW, credential, key_ring, token_key
from tests.compact_cases import CARRIED, FRAGMENTS, GOOD, REFUSED, RING
from tests.vectors.make_formats import FOLDER

pytestmark = pytest.mark.browser

PARTS = Path(assets.__file__).parent / "static" / "js" / "check"
#: What each refusal of Python's may be called by the browser.
NAMES = {
    MalformedCredentialError: {"malformed", "truncated"},
    UnknownKeyError: {"unknown-key"},
    BadSignatureError: {"bad-signature"},
    CompromisedKeyError: {"unknown-key"},  # a compromised key is not published
}


@pytest.fixture(scope="module")
def read(browser, site):
    """Read fragments in the browser, against the published keys of a ring: statements, or names of refusals."""
    context = browser.new_context(base_url=site.origin)
    page = context.new_page()
    page.goto("/healthz")
    parts = "\n".join((PARTS / f"{part}.js").read_text(encoding="utf-8") for part in ("cbor", "statement"))
    page.evaluate(f"void (globalThis.readFragment = (() => {{ {parts}; return readFragment }})())")

    def reading(fragments, ring=RING):
        given = {"fragments": list(fragments), "keys": ring and ring.jwks()["keys"]}
        return page.evaluate(
            """async ({fragments, keys}) => {
              const found = [];
              for (const one of fragments) found.push(await readFragment(one, keys).catch((error) => error.code ?? String(error)));
              return found;
            }""",
            given,
        )

    yield reading
    context.close()


def python(fragment, ring=RING):
    """What Python finds, as the browser would put it."""
    try:
        return read_compact(from_fragment(fragment), ring)
    except VerificationError as error:
        return type(error)


def as_browser(one):
    """A statement in the browser's words."""
    number = {None: 0, **{level: place for place, level in enumerate(LEVELS, start=1)}}

    def milliseconds(moment):
        return None if moment is None else int(moment.timestamp() * 1000)

    return {
        "code": one.code,
        "name": one.holder_name,
        "framework": one.framework_code,
        "version": one.framework_version,
        "level": number[one.level],
        "areas": [[int(area_id.rpartition("-")[2]), number[level]] for area_id, level in one.areas],
        "statusIndex": one.status_index,
        "label": one.label and {"number": one.label.number, "profession": one.label.profession},
        "isCertificate": one.is_certificate,
        "isSupervised": one.is_supervised,
        "isNameVerified": one.is_name_verified,
        "isProvisional": one.is_provisional,
        "isDemonstration": one.is_demonstration,
        "satOn": milliseconds(datetime(one.sat_on.year, one.sat_on.month, one.sat_on.day, tzinfo=UTC)),
        "issuedAt": milliseconds(one.issued_at),
        "validFrom": milliseconds(one.valid_from),
        "validUntil": milliseconds(one.valid_until),
    }


def test_every_named_fault_is_refused_alike(read):
    found = dict(zip(REFUSED, read(base64url(data) for data, _error in REFUSED.values()), strict=True))

    wrong = {name: found[name] for name, (_data, error) in REFUSED.items() if found[name] not in NAMES[error]}
    assert wrong == {}


def test_every_fragment_written_otherwise_is_refused_alike(read):
    found = dict(zip(FRAGMENTS, read(FRAGMENTS.values()), strict=True))

    assert set(found.values()) == {"malformed"}, found


def test_a_fragment_cut_anywhere_is_told_apart(read):
    text = base64url(GOOD)

    assert set(read(text[:length] for length in range(1, len(text)))) == {"truncated"}


def test_whatever_bit_changes_both_say_the_same(read):
    changed = []
    for position in range(len(GOOD) * 8):
        data = bytearray(GOOD)
        data[position // 8] ^= 1 << position % 8
        changed.append(base64url(bytes(data)))

    found = read(changed)

    differ = [(text, told) for text, told in zip(changed, found, strict=True) if told not in NAMES[python(text)]]
    assert differ == []


def test_what_is_stated_is_read_alike(read):
    forms = {name: base64url(compact(one, token_key())) for name, one in CARRIED.items()}

    found = dict(zip(forms, read(forms.values()), strict=True))

    assert found == {name: as_browser(stated(one)) for name, one in CARRIED.items()}


def test_every_form_ever_made_is_still_read(read):
    frozen = {path.name: base64url(path.read_bytes()) for path in sorted(FOLDER.glob("*.cose"))}

    found = dict(zip(frozen, read(frozen.values()), strict=True))

    assert len(found) == 6
    assert found == {name: as_browser(python(text)) for name, text in frozen.items()}


@pytest.mark.parametrize("state", [KeyState.NEXT, KeyState.RETIRED])
def test_a_key_that_no_longer_signs_is_believed(read, state):
    [found] = read([base64url(GOOD)], key_ring(token_key(6), token_key(1, state)))

    assert found == as_browser(stated(credential()))


def test_a_compromised_key_is_refused(read):
    ring = keys.declare_compromised(RING, token_key().kid, since=NOW)

    assert read([base64url(GOOD)], ring) == ["unknown-key"]
    assert python(base64url(GOOD), ring) is CompromisedKeyError


def test_without_our_keys_nothing_is_believed(read):
    assert read([base64url(GOOD)], None) == ["no-keys"]
    assert json.dumps(read([base64url(GOOD)], key_ring(token_key(9)))) == '["unknown-key"]'
