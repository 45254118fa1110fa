"""OpenID Connect with the two national providers, each by its own rules; the only importer of Authlib and joserfc.

Sources: the partners' documentation of FranceConnect v2 and of Pro Santé Connect, OpenID Connect Core 1.0 (3.1.3.7 and
5.3.4) and RFC 7636. No function here touches the database: no transaction is open while a provider is asked.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import requests
import structlog
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from app.errors import (
    ProviderAnswerError,
    ProviderAwayError,
    ProviderCancelledError,
    ProviderLevelError,
    StepSpentError,
)
from app.identity.models import Provider
from app.identity.services import exercise
from app.identity.services.exercise import Professional

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from app.settings import ProviderSettings

log = structlog.get_logger(__name__)

_TIMEOUT_SECONDS = (3.0, 6.0)
_LEEWAY_SECONDS = 60
#: For how long what a provider publishes of itself is believed; a key that is not known is asked for before that.
_KEPT_SECONDS = 3600.0
_KEYS_ASKED_AGAIN_SECONDS = 60.0
_MAXIMUM_BYTES = 500_000
_ALGORITHMS = ("ES256", "RS256", "PS256")
#: Where Pro Santé Connect lets services try themselves.
_SANDBOX = ".bas.psc.esante.gouv.fr"
#: Errors that a provider sends back with the browser when somebody said no.
_CANCELLED = frozenset({"access_denied", "login_required", "consent_required", "interaction_required"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The rules of one provider.

    Args:
        scope: Only what we keep: FranceConnect is not asked for a birth date, an address or a number.
        proves_code: Whether the code is proven by PKCE; FranceConnect v2 refuses it.
        signs_userinfo: Whether the second answer is a signed token, and nothing else is accepted.
        levels: Values of `acr` that are enough.
    """

    provider: Provider
    scope: str
    proves_code: bool
    signs_userinfo: bool
    acr_values: str = "eidas1"
    levels: frozenset[str] = frozenset({"eidas1", "eidas2", "eidas3"})


PROFILES: Mapping[Provider, Profile] = {
    Provider.FRANCECONNECT: Profile(
        provider=Provider.FRANCECONNECT,
        scope="openid given_name family_name",
        proves_code=False,
        signs_userinfo=True,
    ),
    Provider.PRO_SANTE_CONNECT: Profile(
        provider=Provider.PRO_SANTE_CONNECT, scope="openid scope_all", proves_code=True, signs_userinfo=False
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What a provider vouches for.

    Args:
        subject: The provider's own name for the person; only its digest is kept.
        name: Given and family name.
        professional: From Pro Santé Connect: number, profession, and that it is exercised.
        is_invented: The provider is a sandbox, whose people do not exist.
        id_token: Goes back to the provider when the person leaves.
    """

    provider: Provider
    subject: str
    name: str
    id_token: str
    professional: Professional = field(default_factory=Professional)
    is_invented: bool = False


class RelyingParty:
    """Ourselves before one provider.

    Args:
        clock: Seconds that only go forward; for what is kept of the provider's own description.
    """

    def __init__(
        self,
        profile: Profile,
        settings: ProviderSettings,
        *,
        public_url: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.profile, self._settings, self._clock = profile, settings, clock
        self._public_url = public_url
        self._redirect_uri = f"{public_url}/connexion/{profile.provider.value}/retour"
        self._described: tuple[float, Mapping[str, str]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def address(self, *, state: str, nonce: str, verifier: str) -> str:
        """Return where the browser goes. The three are 43 characters of chance each; FranceConnect asks for 32 at least.

        Raises:
            ProviderAwayError: The provider does not describe itself.
            ProviderAnswerError: Its description is not of it.
        """
        description = self._description()
        with self._session() as session:
            address, _state = session.create_authorization_url(
                description["authorization_endpoint"],
                state=state,
                nonce=nonce,
                acr_values=self.profile.acr_values,
                code_verifier=verifier if self.profile.proves_code else None,
            )
        return str(address)

    def prove(self, *, code: str, nonce: str, verifier: str, now: datetime) -> Proven:
        """Exchange the code and return what the provider vouches for, everything checked.

        Raises:
            StepSpentError: The code was used or has expired.
            ProviderAwayError: The provider does not answer.
            ProviderLevelError: It vouches for less than was asked.
            ProviderAnswerError: Anything in its answers is not as it must be.
        """
        try:
            return self._prove(code=code, nonce=nonce, verifier=verifier, now=now)
        except OAuthError as refusal:
            if refusal.error == "invalid_grant":
                raise StepSpentError from refusal
            raise self._unacceptable(f"token: {refusal.error}") from refusal
        except requests.RequestException as failure:
            raise self._away(failure) from failure
        except JoseError as fault:
            raise self._unacceptable(f"{type(fault).__name__}: {getattr(fault, 'claim', '')}") from fault
        except (ValueError, TypeError, KeyError, AttributeError) as fault:
            raise self._unacceptable(type(fault).__name__) from fault

    def is_issuer(self, told: str | None) -> bool:
        """Tell whether the answer that the browser brings is this provider's, where it says whose it is (RFC 9207)."""
        return told is None or self._described is None or told == self._described[1]["issuer"]

    def farewell(self, *, id_token: str, state: str) -> str | None:
        """Return where the browser will go to end its session there too; None where the provider does not say where.

        Nobody is asked: the description was read a moment ago, when the identity was proven.
        """
        end = self._described[1].get("end_session_endpoint") if self._described else None
        if end is None:
            return None
        query = {
            "id_token_hint": id_token,
            "state": state,
            "post_logout_redirect_uri": f"{self._public_url}/deconnexion/retour",
        }
        return f"{end}?{urlencode(query)}"

    def _prove(self, *, code: str, nonce: str, verifier: str, now: datetime) -> Proven:
        description = self._description()
        with self._session() as session:
            token = session.fetch_token(
                description["token_endpoint"],
                code=code,
                timeout=_TIMEOUT_SECONDS,
                **({"code_verifier": verifier} if self.profile.proves_code else {}),
            )
            answer = session.get(description["userinfo_endpoint"], timeout=_TIMEOUT_SECONDS)
        answer.raise_for_status()
        id_token = self._id_token(token, nonce=nonce, now=now)
        person = self._userinfo(answer, now=now)
        if not isinstance(person["sub"], str) or person["sub"] != id_token["sub"]:
            raise self._unacceptable("userinfo: somebody else")
        name = " ".join(str(person.get(part) or "") for part in ("given_name", "family_name"))
        is_professional = self.profile.provider is Provider.PRO_SANTE_CONNECT
        return Proven(
            provider=self.profile.provider,
            subject=person["sub"],
            name=" ".join(name.split())[:160],
            id_token=token["id_token"],
            professional=self._professional(person) if is_professional else Professional(),
            is_invented=(urlsplit(self._settings.discovery_url).hostname or "").endswith(_SANDBOX),
        )

    def _professional(self, person: Mapping[str, Any]) -> Professional:
        try:
            return exercise.read(person)
        except ValueError as fault:
            raise self._unacceptable(f"userinfo: {fault}") from fault

    def _id_token(self, token: Mapping[str, Any], *, nonce: str, now: datetime) -> Mapping[str, Any]:
        read = self._read(token["id_token"])
        claims = CodeIDToken(
            read.claims,
            read.header,
            options={
                "iss": {"essential": True, "value": self._description()["issuer"]},
                "aud": {"essential": True, "value": self._settings.client_id},
                "nonce": {"essential": True, "value": nonce},
                "sub": {"essential": True},
            },
            params={
                "nonce": nonce,
                "client_id": self._settings.client_id,
                "access_token": token["access_token"],
            },
        )
        claims.validate(now=int(now.timestamp()), leeway=_LEEWAY_SECONDS)
        if claims.get("acr") not in self.profile.levels:
            raise ProviderLevelError
        return dict(claims)

    def _userinfo(self, answer: requests.Response, *, now: datetime) -> Mapping[str, Any]:
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if len(answer.content) > _MAXIMUM_BYTES:
            raise self._unacceptable("userinfo: too long")
        if kind == "application/jwt":
            read = self._read(answer.text.strip())
            jwt.JWTClaimsRegistry(
                now=int(now.timestamp()),
                leeway=_LEEWAY_SECONDS,
                iss={"essential": True, "value": self._description()["issuer"]},
                aud={"essential": True, "value": self._settings.client_id},
                sub={"essential": True},
            ).validate(read.claims)
            signed: Mapping[str, Any] = read.claims
            return signed
        if self.profile.signs_userinfo:
            raise self._unacceptable("userinfo: not signed")
        person = answer.json()
        if not isinstance(person, dict):
            raise self._unacceptable("userinfo: not an object")
        return person

    def _read(self, token: str) -> jwt.Token:
        """Check a signature; a key that we do not know yet is asked for, at most once a minute."""
        try:
            return jwt.decode(token, self._key_set(), algorithms=_ALGORITHMS)
        except InvalidKeyIdError:
            if self._keys is not None and self._clock() < self._keys[0] + _KEYS_ASKED_AGAIN_SECONDS:
                raise
            self._keys = None
            return jwt.decode(token, self._key_set(), algorithms=_ALGORITHMS)

    def _key_set(self) -> KeySet:
        if self._keys is None or self._clock() >= self._keys[0] + _KEPT_SECONDS:
            self._keys = self._clock(), KeySet.import_key_set(self._fetch(self._description()["jwks_uri"]))
        return self._keys[1]

    def _description(self) -> Mapping[str, str]:
        """Return what the provider publishes of itself, kept for an hour.

        Every address in it must be as safe as the one that we were given, and its issuer must be where we found it.
        """
        if self._described is not None and self._clock() < self._described[0] + _KEPT_SECONDS:
            return self._described[1]
        try:
            told = self._fetch(self._settings.discovery_url)
        except (requests.RequestException, ValueError) as failure:
            raise self._away(failure) from failure
        needed = ("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
        if not isinstance(told, dict) or any(not isinstance(told.get(name), str) for name in needed):
            raise self._unacceptable("discovery: incomplete")
        scheme = urlsplit(self._settings.discovery_url).scheme
        if any(urlsplit(told[name]).scheme != scheme for name in needed):
            raise self._unacceptable("discovery: another scheme")
        if not self._settings.discovery_url.startswith(told["issuer"].rstrip("/") + "/"):
            raise self._unacceptable("discovery: another issuer")
        self._described = self._clock(), told
        return told

    def _fetch(self, address: str) -> Any:  # noqa: ANN401 (JSON from outside)
        response = requests.get(address, timeout=_TIMEOUT_SECONDS, allow_redirects=False)
        response.raise_for_status()
        if len(response.content) > _MAXIMUM_BYTES:
            raise self._unacceptable("discovery: too long")
        return response.json()

    def _session(self) -> OAuth2Session:
        return OAuth2Session(
            client_id=self._settings.client_id,
            client_secret=self._settings.client_secret,
            token_endpoint_auth_method="client_secret_post",  # noqa: S106 (the name of a method)
            scope=self.profile.scope,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256" if self.profile.proves_code else None,
        )

    def _unacceptable(self, reason: str) -> ProviderAnswerError:
        log.error("provider.unacceptable", provider=self.profile.provider.value, reason=reason)
        return ProviderAnswerError(reason)

    def _away(self, failure: Exception) -> ProviderAwayError:
        log.warning("provider.away", provider=self.profile.provider.value, kind=type(failure).__name__)
        return ProviderAwayError()


def refused(error: str) -> Exception:
    """Return what an error means that came back with the browser instead of a code."""
    if error in _CANCELLED:
        return ProviderCancelledError()
    if error in ("temporarily_unavailable", "server_error"):
        return ProviderAwayError()
    log.error("provider.refused", error=error[:60])
    return ProviderAnswerError("authorization")
