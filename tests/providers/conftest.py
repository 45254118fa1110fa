"""A real provider, and people who go to it and come back."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest
import requests

from app.identity.models import Provider
from app.identity.services.providers import PROFILES, RelyingParty
from app.settings import ProviderSettings
from tests.foreign.npm import installed

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
ORIGIN = "http://127.0.0.1:8000"
DISCOVERY = {
    Provider.FRANCECONNECT: ".well-known/openid-configuration",
    Provider.PRO_SANTE_CONNECT: ".well-known/wallet-openid-configuration",
}
CLIENTS = {Provider.FRANCECONNECT: ("fc", "f" * 40), Provider.PRO_SANTE_CONNECT: ("psc", "p" * 40)}


class RealProvider:
    """The running provider: where it is, how we are known to it, and what it does next."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    def set(self, **what: object) -> None:
        requests.post(f"{self.issuer}/control", json=what, timeout=5).raise_for_status()

    def settings(self, provider: Provider, **overrides: str) -> ProviderSettings:
        client_id, secret = CLIENTS[provider]
        usual = {"discovery_url": f"{self.issuer}/{DISCOVERY[provider]}"}
        return ProviderSettings(**{**usual, "client_id": client_id, "client_secret": secret, **overrides})

    def party(self, provider: Provider, **overrides: str) -> RelyingParty:
        return RelyingParty(PROFILES[provider], self.settings(provider, **overrides), public_url=ORIGIN)

    def travel(self, address: str) -> str:
        """Follow the provider's own redirects until it sends the browser back to us; return where to."""
        with requests.Session() as browser:
            for _hop in range(8):
                response = browser.get(address, allow_redirects=False, timeout=10)
                assert response.is_redirect, f"{address}: {response.status_code} {response.text[:400]}"
                address = urljoin(address, response.headers["Location"])
                if address.startswith(ORIGIN):
                    return address.removeprefix(ORIGIN)
        raise AssertionError(address)


@pytest.fixture(scope="session")
def _running() -> Iterator[RealProvider]:
    modules = installed(HERE, what="oidc-provider")
    with subprocess.Popen(
        ["node", str(HERE / "provider.mjs")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PROVIDER_MODULES": str(modules)},
    ) as process:
        said = (line.strip() for line in process.stdout)
        yield RealProvider(next(line for line in said if line.startswith("http://127.0.0.1:")))
        process.terminate()


@pytest.fixture
def provider(_running) -> RealProvider:
    """The provider, as it usually is."""
    _running.set()
    return _running


@pytest.fixture
def parties(app, provider):
    """Set both providers up in the application."""
    known = app.extensions["numericite.parties"]
    known.update({name: provider.party(name) for name in Provider})
    yield known
    known.clear()


class Traveller:
    """Somebody who signs in by a provider, and may come back changed."""

    def __init__(self, visitor, provider: RealProvider) -> None:
        self.visitor, self.provider = visitor, provider

    def leave(self, name: Provider, *, query: str = "") -> str:
        """Start, and return the address at the provider."""
        response = self.visitor.raw("GET", f"/connexion/{name.value}{query}")
        assert response.status_code == 303, response.get_data(as_text=True)[:1500]
        return response.location

    def return_path(self, name: Provider, *, query: str = "", **changed: str) -> str:
        """Go there with some of the parameters changed; return the path by which the provider sends back."""
        parts = urlsplit(self.leave(name, query=query))
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        return self.provider.travel(parts._replace(query=urlencode({**asked, **changed})).geturl())

    def go(self, name: Provider, *, status: int = 200, query: str = "", **changed: str):
        """Go there and come back; return the page on which one arrives."""
        return self.visitor.get(self.return_path(name, query=query, **changed), status=status)


@pytest.fixture
def traveller(visitor, provider, parties) -> Traveller:
    return Traveller(visitor, provider)
