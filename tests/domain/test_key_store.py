"""Keys in files."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519

from certificates import keys
from certificates.errors import (
    BrokenKeyRingError,
    KeyDirectoryError,
    WrongPassphraseError,
)
from certificates.key_store import add_next_key, complete_key_ring, create_key_ring, load_key_ring, save_key_ring
from certificates.keys import KeyFamily, KeyState
from tests.builders import (
    LATER,
    NOW,
    ORGANISATION,
    key_ring,
    private_key,
)

PASSPHRASE = "a passphrase for tests only"


@pytest.fixture
def directory(tmp_path):
    create_key_ring(tmp_path / "keys", PASSPHRASE, now=NOW, organisation=ORGANISATION)
    return tmp_path / "keys"


def index(directory: Path) -> dict:
    return json.loads((directory / "keyring.json").read_text())


def write_index(directory: Path, **changes) -> None:
    (directory / "keyring.json").write_text(json.dumps(index(directory) | changes))


def change_entry(directory: Path, position: int, **changes) -> None:
    entries = index(directory)["keys"]
    entries[position] |= changes
    write_index(directory, keys=entries)


def kid(directory: Path, position: int) -> str:
    return index(directory)["keys"][position]["kid"]


def drop_key(directory):
    (directory / f"{kid(directory, 0)}.pem").unlink()


def plain_key(directory):
    encodings = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (directory / f"{kid(directory, 0)}.pem").write_bytes(private_key(1).private_bytes(*encodings))


def another_kind_of_key(directory, private=None):
    encrypted = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    pem = (private or ed25519.Ed25519PrivateKey.generate()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encrypted
    )
    (directory / f"{kid(directory, 0)}.pem").write_bytes(pem)


def yet_another_kind_of_key(directory):
    encrypted = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    pem = x25519.X25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encrypted
    )
    (directory / f"{kid(directory, 0)}.pem").write_bytes(pem)


def swap_keys(directory):
    (directory / f"{kid(directory, 0)}.pem").write_bytes((directory / f"{kid(directory, 1)}.pem").read_bytes())


def cut_key(directory):
    path = directory / f"{kid(directory, 0)}.pem"
    path.write_bytes(path.read_bytes()[:120])


DAMAGED = {
    "no index": (lambda d: (d / "keyring.json").unlink(), KeyDirectoryError),
    "index is a directory": (
        lambda d: ((d / "keyring.json").unlink(), (d / "keyring.json").mkdir()),
        KeyDirectoryError,
    ),
    "no roots": (lambda d: (d / "roots.pem").unlink(), KeyDirectoryError),
    "a key is missing": (drop_key, KeyDirectoryError),
    "index is not JSON": (lambda d: (d / "keyring.json").write_text("{"), BrokenKeyRingError),
    "index is not text": (lambda d: (d / "keyring.json").write_bytes(b"\xff\xfe\xfa"), BrokenKeyRingError),
    "index is a list": (lambda d: (d / "keyring.json").write_text("[]"), BrokenKeyRingError),
    "index without keys": (lambda d: (d / "keyring.json").write_text('{"version": 1}'), BrokenKeyRingError),
    "index of the future": (lambda d: write_index(d, version=2), BrokenKeyRingError),
    "family unknown": (lambda d: change_entry(d, 0, family="wallet"), BrokenKeyRingError),
    "family swapped": (lambda d: change_entry(d, 1, family="token"), BrokenKeyRingError),
    "state unknown": (lambda d: change_entry(d, 0, state="lost"), BrokenKeyRingError),
    "date without zone": (lambda d: change_entry(d, 0, since="2026-11-23T10:42:00"), BrokenKeyRingError),
    "not a date": (lambda d: change_entry(d, 0, since="now"), BrokenKeyRingError),
    "name that leads out": (lambda d: change_entry(d, 0, kid="../../key"), BrokenKeyRingError),
    "roots are not certificates": (lambda d: (d / "roots.pem").write_text("x"), BrokenKeyRingError),
    "roots of somebody else": (
        lambda d: (d / "roots.pem").write_bytes(key_ring().roots[0].public_bytes(serialization.Encoding.PEM)),
        BrokenKeyRingError,
    ),
    "key not encrypted": (plain_key, BrokenKeyRingError),
    "key of another kind": (another_kind_of_key, BrokenKeyRingError),
    "key that signs nothing": (yet_another_kind_of_key, BrokenKeyRingError),
    "key of another": (swap_keys, BrokenKeyRingError),
    "key cut short": (cut_key, WrongPassphraseError),
}


@pytest.mark.parametrize(("damage", "error"), DAMAGED.values(), ids=DAMAGED)
def test_does_not_load(directory, damage, error):
    damage(directory)

    with pytest.raises(error):
        load_key_ring(directory, PASSPHRASE)


@pytest.mark.parametrize("passphrase", ["", "another", PASSPHRASE + " "])
def test_opens_with_the_passphrase_only(directory, passphrase):
    with pytest.raises(WrongPassphraseError):
        load_key_ring(directory, passphrase)


def test_refuses_an_empty_passphrase(tmp_path):
    with pytest.raises(WrongPassphraseError):
        create_key_ring(tmp_path / "keys", "", now=NOW, organisation=ORGANISATION)

    assert not (tmp_path / "keys").exists()


def test_refuses_to_write_over_a_ring(directory):
    before = (directory / "keyring.json").read_bytes()

    with pytest.raises(KeyDirectoryError, match="already"):
        create_key_ring(directory, PASSPHRASE, now=NOW, organisation=ORGANISATION)

    assert (directory / "keyring.json").read_bytes() == before


def test_refuses_a_place_that_is_no_directory(tmp_path):
    (tmp_path / "file").write_text("x")

    with pytest.raises(KeyDirectoryError):
        create_key_ring(tmp_path / "file" / "keys", PASSPHRASE, now=NOW, organisation=ORGANISATION)


def test_refuses_a_root_of_another_kind(directory):
    (directory / "authority.pem").write_bytes((directory / f"{kid(directory, 2)}.pem").read_bytes())

    with pytest.raises(BrokenKeyRingError, match="the authority signs with P-256"):
        add_next_key(directory, PASSPHRASE, KeyFamily.PDF, now=LATER)


def test_says_what_cannot_be_written(directory):
    ring = load_key_ring(directory, PASSPHRASE)

    with pytest.raises(KeyDirectoryError, match="missing"):
        save_key_ring(ring, directory / "missing", PASSPHRASE)


def test_what_was_made_is_what_is_loaded(directory):
    ring = load_key_ring(directory, PASSPHRASE)

    assert ring.organisation == ORGANISATION
    assert [(key.family, key.state, key.since) for key in ring.keys] == [
        (KeyFamily.TOKEN, KeyState.ACTIVE, NOW),
        (KeyFamily.PDF, KeyState.ACTIVE, NOW),
        (KeyFamily.DATA_INTEGRITY, KeyState.ACTIVE, NOW),
        (KeyFamily.LOG, KeyState.ACTIVE, NOW),
    ]
    assert ring.active("pdf").chain == ring.roots


def test_private_keys_are_encrypted_and_closed_to_others(directory):
    private = [directory / "authority.pem", *[directory / f"{kid(directory, n)}.pem" for n in (0, 1)]]

    assert all(b"BEGIN ENCRYPTED PRIVATE KEY" in path.read_bytes() for path in private)
    assert {path.stat().st_mode & 0o777 for path in [*private, directory / "keyring.json"]} == {0o600}
    assert directory.stat().st_mode & 0o777 == 0o700


def test_nothing_is_left_behind(directory):
    assert [path.name for path in directory.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("family", list(KeyFamily))
def test_a_next_key_is_made_written_and_rotated(directory, family):
    ring = add_next_key(directory, PASSPHRASE, family, now=NOW)
    rotated = keys.rotate(ring, family, now=LATER)
    save_key_ring(rotated, directory, PASSPHRASE)

    loaded = load_key_ring(directory, PASSPHRASE)

    assert loaded.keys == rotated.keys
    assert sorted(key.state for key in loaded.keys if key.family == family) == [KeyState.ACTIVE, KeyState.RETIRED]


def test_an_authority_of_another_kind_certifies_nothing(directory):
    (directory / "authority.pem").write_bytes((directory / f"{kid(directory, 2)}.pem").read_bytes())

    with pytest.raises(BrokenKeyRingError, match="authority signs with P-256"):
        add_next_key(directory, PASSPHRASE, KeyFamily.PDF, now=LATER)


@pytest.mark.parametrize("family", [KeyFamily.DATA_INTEGRITY, KeyFamily.LOG])
def test_prepares_the_next_ed25519_key(directory, family):
    ring = add_next_key(directory, PASSPHRASE, family, now=LATER)

    assert (ring.keys[-1].family, ring.keys[-1].state) == (family, KeyState.NEXT)
    assert load_key_ring(directory, PASSPHRASE).keys == ring.keys


def test_a_ring_of_an_earlier_version_is_given_the_families_it_lacks(directory):
    write_index(directory, keys=index(directory)["keys"][:2])
    before = load_key_ring(directory, PASSPHRASE).keys

    grown = complete_key_ring(directory, PASSPHRASE, now=LATER)

    assert grown.keys[:2] == before
    assert [(key.family, key.state) for key in grown.keys[2:]] == [
        (KeyFamily.DATA_INTEGRITY, KeyState.ACTIVE),
        (KeyFamily.LOG, KeyState.ACTIVE),
    ]
    assert load_key_ring(directory, PASSPHRASE).keys == grown.keys


def test_a_ring_that_lacks_nothing_is_left_as_it_is(directory):
    ring = load_key_ring(directory, PASSPHRASE)
    save_key_ring(keys.retire(ring, ring.keys[2].kid, now=LATER), directory, PASSPHRASE)
    before = (directory / "keyring.json").read_bytes()

    complete_key_ring(directory, PASSPHRASE, now=LATER)

    assert (directory / "keyring.json").read_bytes() == before
