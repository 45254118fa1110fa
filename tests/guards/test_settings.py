"""The environment: complete in the example, checked whole, silent about secrets."""

from dataclasses import fields
from pathlib import Path

import pytest
from dotenv import dotenv_values

from app.settings import VARIABLES, Settings, SettingsError

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLE = {name: value or "" for name, value in dotenv_values(ROOT / ".env.example").items()}


def test_several_mistakes_are_reported_together_and_quote_no_value():
    wrong = {
        **EXAMPLE,
        "SECRET_KEY": "short-secret",
        "DATABASE_URL": "mysql://root:hunter2@db",
        "TRUSTED_PROXIES": "many",
    }

    with pytest.raises(SettingsError) as caught:
        Settings.from_env(wrong)

    assert len(caught.value.problems) == 3
    assert "hunter2" not in str(caught.value)
    assert "short-secret" not in str(caught.value)


REFUSED = {
    "no secret at all": {"SECRET_KEY": ""},
    "an address with a path": {"PUBLIC_URL": "https://example.org/numericite"},
    "an address without a scheme": {"PUBLIC_URL": "example.org"},
    "an address with a strange port": {"PUBLIC_URL": "http://example.org:eighty"},
    "a switch that is neither on nor off": {"DEMONSTRATION": "perhaps"},
    "mail by another protocol": {"SMTP_URL": "https://mail.example.org"},
    "a cache by another protocol": {"REDIS_URL": "memcached://127.0.0.1"},
    "content in a directory that does not exist": {"CONTENT_DIRS": "/nowhere/at/all"},
    "a provider without the name that it gave us": {
        "FRANCECONNECT_URL": "https://example.org/.well-known/openid-configuration"
    },
    "a secret without its provider": {"PRO_SANTE_CONNECT_CLIENT_SECRET": "hunter2"},
    "a directory without its key": {"ANNUAIRE_URL": "https://example.org/fhir"},
    "a directory asked in the clear": {"ANNUAIRE_URL": "http://example.org/fhir", "ANNUAIRE_KEY": "k"},
    "a stand-in that is not there": {"ANNUAIRE_FILE": "/nowhere/at/all.json"},
    "a passphrase of four letters": {"KEY_PASSPHRASE": "abcd"},
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_refused(change):
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({**EXAMPLE, **change})

    assert next(iter(change)) in str(caught.value)


def test_the_example_names_exactly_the_settings():
    assert set(EXAMPLE) == set(VARIABLES)
    assert list(VARIABLES.values()) == [field.name for field in fields(Settings)]


def test_the_example_is_accepted():
    settings = Settings.from_env(EXAMPLE)

    assert settings.is_loopback
    assert not settings.is_https
    assert settings.demonstration
    assert not settings.shipped_pool_vouched


def test_a_common_postgresql_address_gets_our_driver():
    settings = Settings.from_env({**EXAMPLE, "DATABASE_URL": "postgres://someone@host/name"})

    assert settings.database_url == "postgresql+psycopg://someone@host/name"


def test_no_secret_shows():
    shown = repr(Settings.from_env(EXAMPLE))

    assert EXAMPLE["SECRET_KEY"] not in shown
    assert EXAMPLE["REFERENCE_SECRET"] not in shown
    assert EXAMPLE["KEY_PASSPHRASE"] not in shown


@pytest.mark.parametrize(
    ("address", "is_loopback"),
    [("http://localhost:8000", True), ("http://[::1]:8000", True), ("https://example.org", False)],
)
def test_demonstrations_stay_on_this_machine(address, is_loopback):
    assert Settings.from_env({**EXAMPLE, "PUBLIC_URL": address}).is_loopback is is_loopback
