"""Settings: the environment, read once, checked whole, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class SettingsError(Exception):
    """The environment cannot be used; names every problem at once and quotes no value."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("The settings cannot be used:\n" + "\n".join(f"- {problem}" for problem in problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """How we are known to one OpenID provider: its description of itself, and the name and secret that it gave us."""

    discovery_url: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the application may be told from outside.

    Args:
        secret_key: Signs the cookie; at least 32 characters.
        reference_secret: Keys the HMAC under which public references and e-mail links are looked up; at least 32 characters.
        key_passphrase: Opens the encrypted private keys; at least 12 characters.
        public_url: Scheme and host that citizens and employers type; printed and signed.
        database_url: SQLAlchemy address; SQLite or PostgreSQL.
        instance_directory: Where the SQLite file, the keys, the mail files and the built assets lie.
        key_directory: Encrypted private keys and their index.
        content_directories: Private content added to the shipped one, separated by ":".
        organisation_name: Printed as issuer.
        organisation_email: Where people write to the issuer.
        organisation_address: Postal address and telephone of the publisher, for the legal notice; empty: said to be missing.
        publication_director: Who answers for what is published, by law; idem.
        hosting_provider: Name, address and telephone of whoever hosts the service; idem.
        smtp_url: `smtp://` or `smtps://` address; without it, mail is written to `instance/mail/*.eml`.
        redis_url: Shares rate limits between processes; without it they count per process.
        trusted_proxies: How many proxies in front may be believed about the caller's address.
        demonstration: Certificates say "démonstration"; switched off by whoever vouches for the keys and the organisation.
        shipped_pool_vouched: Certificates drawn from the shipped reserved items may do without that word too; otherwise they bear it
            whatever `demonstration` says, since anybody can read in the source what is right.
        embedded_worker: Run the outbox's worker as a thread of this process.
        franceconnect_url: Where FranceConnect describes itself; it is off unless all three of its variables are set.
        pro_sante_connect_url: Idem for Pro Santé Connect.
        annuaire_url: Base of the FHIR interface of the national directory of professionals; without it and its key, a file stands in.
        annuaire_file: The FHIR bundle that stands in; None: the shipped one, of invented people.
    """

    secret_key: str = field(repr=False)
    reference_secret: str = field(repr=False)
    key_passphrase: str = field(repr=False)
    public_url: str
    database_url: str = field(repr=False)
    instance_directory: Path
    key_directory: Path
    content_directories: tuple[Path, ...]
    organisation_name: str
    organisation_email: str
    organisation_address: str
    publication_director: str
    hosting_provider: str
    smtp_url: str | None = field(repr=False)
    redis_url: str | None = field(repr=False)
    trusted_proxies: int
    demonstration: bool
    shipped_pool_vouched: bool
    embedded_worker: bool
    franceconnect_url: str | None
    franceconnect_client_id: str
    franceconnect_client_secret: str = field(repr=False)
    pro_sante_connect_url: str | None
    pro_sante_connect_client_id: str
    pro_sante_connect_client_secret: str = field(repr=False)
    annuaire_url: str | None
    annuaire_key: str = field(repr=False)
    annuaire_file: Path | None

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def is_loopback(self) -> bool:
        """Whether the public address only answers on this machine: demo people are allowed there."""
        return is_this_machine(self.public_url)

    @property
    def mail_directory(self) -> Path:
        return self.instance_directory / "mail"

    @property
    def franceconnect(self) -> ProviderSettings | None:
        """How FranceConnect knows us; None: it is off."""
        return _provider(self.franceconnect_url, self.franceconnect_client_id, self.franceconnect_client_secret)

    @property
    def pro_sante_connect(self) -> ProviderSettings | None:
        """How Pro Santé Connect knows us; None: it is off."""
        return _provider(
            self.pro_sante_connect_url, self.pro_sante_connect_client_id, self.pro_sante_connect_client_secret
        )

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read and check every variable.

        Raises:
            SettingsError: One or more variables are missing or malformed; all are named.
        """
        reader = _Reader(environ)
        instance = reader.path("INSTANCE_DIRECTORY", default="instance").resolve()
        settings = cls(
            secret_key=reader.secret("SECRET_KEY", minimum=32),
            reference_secret=reader.secret("REFERENCE_SECRET", minimum=32),
            key_passphrase=reader.secret("KEY_PASSPHRASE", minimum=12),
            public_url=reader.origin("PUBLIC_URL", default="http://127.0.0.1:8000"),
            database_url=reader.database("DATABASE_URL", default=f"sqlite:///{instance / 'numericite.sqlite'}"),
            instance_directory=instance,
            key_directory=reader.path("KEY_DIRECTORY", default=str(instance / "keys")).resolve(),
            content_directories=reader.directories("CONTENT_DIRS"),
            organisation_name=reader.text("ORGANISATION_NAME", default="Organisme de démonstration"),
            organisation_email=reader.text("ORGANISATION_EMAIL", default="contact@example.com"),
            organisation_address=reader.text("ORGANISATION_ADDRESS", default=""),
            publication_director=reader.text("PUBLICATION_DIRECTOR", default=""),
            hosting_provider=reader.text("HOSTING_PROVIDER", default=""),
            smtp_url=reader.url("SMTP_URL", schemes=("smtp", "smtps")),
            redis_url=reader.url("REDIS_URL", schemes=("redis", "rediss", "unix")),
            trusted_proxies=reader.count("TRUSTED_PROXIES", default=0),
            demonstration=reader.switch("DEMONSTRATION", default=True),
            shipped_pool_vouched=reader.switch("SHIPPED_POOL_VOUCHED", default=False),
            embedded_worker=reader.switch("EMBEDDED_WORKER", default=True),
            franceconnect_url=reader.service("FRANCECONNECT_URL"),
            franceconnect_client_id=reader.text("FRANCECONNECT_CLIENT_ID", default=""),
            franceconnect_client_secret=reader.text("FRANCECONNECT_CLIENT_SECRET", default=""),
            pro_sante_connect_url=reader.service("PRO_SANTE_CONNECT_URL"),
            pro_sante_connect_client_id=reader.text("PRO_SANTE_CONNECT_CLIENT_ID", default=""),
            pro_sante_connect_client_secret=reader.text("PRO_SANTE_CONNECT_CLIENT_SECRET", default=""),
            annuaire_url=reader.service("ANNUAIRE_URL"),
            annuaire_key=reader.text("ANNUAIRE_KEY", default=""),
            annuaire_file=reader.file("ANNUAIRE_FILE"),
        )
        reader.together("FRANCECONNECT_URL", "FRANCECONNECT_CLIENT_ID", "FRANCECONNECT_CLIENT_SECRET")
        reader.together("PRO_SANTE_CONNECT_URL", "PRO_SANTE_CONNECT_CLIENT_ID", "PRO_SANTE_CONNECT_CLIENT_SECRET")
        reader.together("ANNUAIRE_URL", "ANNUAIRE_KEY")
        if reader.problems:
            raise SettingsError(reader.problems)
        return settings


#: Environment variable -> field, in the order of `.env.example`.
VARIABLES: Mapping[str, str] = {
    "SECRET_KEY": "secret_key",
    "REFERENCE_SECRET": "reference_secret",
    "KEY_PASSPHRASE": "key_passphrase",
    "PUBLIC_URL": "public_url",
    "DATABASE_URL": "database_url",
    "INSTANCE_DIRECTORY": "instance_directory",
    "KEY_DIRECTORY": "key_directory",
    "CONTENT_DIRS": "content_directories",
    "ORGANISATION_NAME": "organisation_name",
    "ORGANISATION_EMAIL": "organisation_email",
    "ORGANISATION_ADDRESS": "organisation_address",
    "PUBLICATION_DIRECTOR": "publication_director",
    "HOSTING_PROVIDER": "hosting_provider",
    "SMTP_URL": "smtp_url",
    "REDIS_URL": "redis_url",
    "TRUSTED_PROXIES": "trusted_proxies",
    "DEMONSTRATION": "demonstration",
    "SHIPPED_POOL_VOUCHED": "shipped_pool_vouched",
    "EMBEDDED_WORKER": "embedded_worker",
    "FRANCECONNECT_URL": "franceconnect_url",
    "FRANCECONNECT_CLIENT_ID": "franceconnect_client_id",
    "FRANCECONNECT_CLIENT_SECRET": "franceconnect_client_secret",
    "PRO_SANTE_CONNECT_URL": "pro_sante_connect_url",
    "PRO_SANTE_CONNECT_CLIENT_ID": "pro_sante_connect_client_id",
    "PRO_SANTE_CONNECT_CLIENT_SECRET": "pro_sante_connect_client_secret",
    "ANNUAIRE_URL": "annuaire_url",
    "ANNUAIRE_KEY": "annuaire_key",
    "ANNUAIRE_FILE": "annuaire_file",
}


def _provider(url: str | None, client_id: str, client_secret: str) -> ProviderSettings | None:
    if url is None:
        return None
    return ProviderSettings(discovery_url=url, client_id=client_id, client_secret=client_secret)


class _Reader:
    """Reads typed values and gathers problems instead of stopping at the first."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: list[str] = []

    def text(self, name: str, *, default: str) -> str:
        return self._environ.get(name, "").strip() or default

    def path(self, name: str, *, default: str) -> Path:
        return Path(self.text(name, default=default))

    def directories(self, name: str) -> tuple[Path, ...]:
        found = tuple(Path(part) for part in self.text(name, default="").split(":") if part)
        for place, directory in enumerate(found, 1):
            if not directory.is_dir():
                self.problems.append(f"{name}: directory {place} of {len(found)} does not exist")
        return found

    def secret(self, name: str, *, minimum: int) -> str:
        value = self._environ.get(name, "")
        if not value:
            self.problems.append(f"{name} is missing")
        elif len(value) < minimum:
            self.problems.append(f"{name} must have at least {minimum} characters")
        return value

    def switch(self, name: str, *, default: bool) -> bool:
        value = self._environ.get(name, "").strip().lower()
        if value in ("1", "true", "yes", "on"):
            return True
        if value in ("0", "false", "no", "off"):
            return False
        if value:
            self.problems.append(f"{name} must be 1 or 0")
        return default

    def count(self, name: str, *, default: int) -> int:
        value = self.text(name, default=str(default))
        if not value.isascii() or not value.isdigit():
            self.problems.append(f"{name} must be a whole number, 0 or more")
            return default
        return int(value)

    def origin(self, name: str, *, default: str) -> str:
        value = self.text(name, default=default).rstrip("/")
        if not _holds(lambda: urlsplit(value).port is None or True):
            self.problems.append(f"{name} holds a port that is not a number")
            return default
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.username:
            self.problems.append(f"{name} must be a scheme and a host, such as https://example.org")
        return value

    def database(self, name: str, *, default: str) -> str:
        value = self.text(name, default=default)
        if value.startswith(("postgres://", "postgresql://")):
            return "postgresql+psycopg://" + value.split("://", 1)[1]
        if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            self.problems.append(f"{name} must begin with sqlite:/// or postgresql://")
        return value

    def url(self, name: str, *, schemes: tuple[str, ...]) -> str | None:
        value = self.text(name, default="")
        if not value:
            return None
        if urlsplit(value).scheme not in schemes:
            self.problems.append(f"{name} must begin with {' or '.join(scheme + '://' for scheme in schemes)}")
        return value

    def service(self, name: str) -> str | None:
        """Return the address of somebody else's service: nothing travels in the clear, except on this machine."""
        value = self.url(name, schemes=("http", "https"))
        if value is not None and not value.startswith("https://") and not is_this_machine(value):
            self.problems.append(f"{name} must begin with https://")
        return value.rstrip("/") if value else None

    def file(self, name: str) -> Path | None:
        value = self.text(name, default="")
        if value and not Path(value).is_file():
            self.problems.append(f"{name} is not a file")
        return Path(value) if value else None

    def together(self, *names: str) -> None:
        """Refuse some of these variables without the others."""
        missing = [name for name in names if not self.text(name, default="")]
        if missing and len(missing) < len(names):
            self.problems.append(f"{', '.join(missing)} must be set too: {', '.join(names)} go together")


def is_this_machine(address: str) -> bool:
    """Tell whether an address only answers on this machine."""
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except ValueError:
        return False
