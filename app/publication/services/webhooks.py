"""Messages to software of employers: posted over https to a public address, never redirected, never into a private network.

The address is resolved once: every address that the name leads to must be public, and the connection goes to one that was checked,
so that a name cannot lead elsewhere a moment later. Redirections are failures. Where this service itself only answers on its own
machine, loopback addresses are allowed too, also without https.

Failures raise: the outbox tries again, later and later, eight times in all. A receiver that answers 410 is not written to any more.
"""

from __future__ import annotations

import socket
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Timer
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import select, update

from app.label_errors import WebhookRefusedError
from app.publication.models import WatchList
from app.publication.services import consent
from certificates.status_event import MIME_TYPE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from ipaddress import IPv4Address

    from sqlalchemy.orm import Session

KIND = "label-webhook"
LONGEST = 500
#: Seconds: for each wait, and for everything.
WAIT, DEADLINE = 5.0, 15.0
_GONE = 410
#: Addresses of one name that are tried, one after the other.
_MOST_ADDRESSES = 3
#: Translated prefixes: behind them lies an IPv4 address, which may be a private one.
_TRANSLATED = (
    IPv6Network("::/96"),  # "IPv4-compatible", RFC 4291, given up
    IPv6Network("64:ff9b::/96"),
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("2002::/16"),
)
#: What Python calls global and no public server has: assignments of the IETF (RFC 6890), and IPv6's former private range (RFC 3879).
_RESERVED = (IPv4Network("192.0.0.0/24"), IPv6Network("fec0::/10"))


class NotDeliveredError(RuntimeError):
    """The receiver could not be reached or did not accept; the outbox tries again."""


class Target(NamedTuple):
    """Where a message goes."""

    is_https: bool
    host: str
    port: int
    path: str


def read_url(url: str, *, allows_loopback: bool) -> Target:
    """Take an address apart.

    Raises:
        WebhookRefusedError: It is not one that we post to: not https, a name and password in it, a private address.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise WebhookRefusedError from None
    host, is_https = parts.hostname or "", parts.scheme == "https"
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url or len(url) > LONGEST:
        raise WebhookRefusedError
    if parts.scheme not in ("https", "http") or not host or parts.username is not None or parts.fragment:
        raise WebhookRefusedError
    literal = _literal(host)
    is_loopback = host == "localhost" or (literal is not None and literal.is_loopback)
    if is_loopback and not allows_loopback:
        raise WebhookRefusedError
    if not is_https and not is_loopback:
        raise WebhookRefusedError
    if literal is not None and not is_loopback and not _is_public(literal):
        raise WebhookRefusedError
    if literal is None and "." not in host and not is_loopback:
        raise WebhookRefusedError  # a name of some local network
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return Target(is_https=is_https, host=host, port=port or (443 if is_https else 80), path=path)


class Messenger:
    """Posts messages: the outbox's handler of kind "label-webhook".

    Args:
        allows_loopback: Whether this service itself answers on this machine only.
        context: Which authorities are believed; those of the system by default.
    """

    def __init__(self, *, allows_loopback: bool, context: ssl.SSLContext | None = None) -> None:
        self._allows_loopback, self._context = allows_loopback, context or ssl.create_default_context()

    def __call__(self, db: Session, payload: Mapping[str, Any], now: datetime) -> None:
        """Post one message, unless nobody wants it, or its holder lets it, any more.

        Raises:
            NotDeliveredError: The receiver was not reached, or did not accept.
            WebhookRefusedError: The address leads where we do not post.
        """
        url = str(payload["url"])
        wanted = select(WatchList.id).where(WatchList.webhook_url == url, WatchList.ended_at.is_(None)).limit(1)
        if db.scalar(wanted) is None:
            return
        # What was owed before messages bore a condition leaves as it did.
        if "condition" in payload and not consent.still_stands(db, payload["condition"], now):
            return
        db.rollback()  # nothing is held while a stranger's server thinks
        status = self._post(read_url(url, allows_loopback=self._allows_loopback), str(payload["token"]))
        if status == _GONE:
            db.execute(update(WatchList).where(WatchList.webhook_url == url).values(webhook_url=None))
        elif not 200 <= status < 300:
            msg = f"answered {status}"
            raise NotDeliveredError(msg)

    def _post(self, target: Target, token: str) -> int:
        connection = self._connection(target, self._resolve(target))
        # A wait is bounded by its time-out; a receiver that drips bytes, by this.
        timer = Timer(DEADLINE, _cut, (connection,))
        timer.start()
        try:
            headers = {"Content-Type": MIME_TYPE, "Accept": "application/json", "Connection": "close"}
            connection.request("POST", target.path, body=token.encode(), headers=headers)
            return connection.getresponse().status
        except (OSError, HTTPException) as error:
            msg = f"not reached: {type(error).__name__}"
            raise NotDeliveredError(msg) from None
        finally:
            timer.cancel()
            connection.close()

    def _resolve(self, target: Target) -> list[str]:
        """Return the addresses that the name leads to; every one must be acceptable."""
        try:
            found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        except OSError as error:
            msg = f"not resolved: {type(error).__name__}"
            raise NotDeliveredError(msg) from None
        addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
        for address in addresses:
            if not (_is_public(address) or (self._allows_loopback and address.is_loopback)):
                raise WebhookRefusedError
            if not target.is_https and not address.is_loopback:
                raise WebhookRefusedError
        return [str(address) for address in addresses[:_MOST_ADDRESSES]]

    def _connection(self, target: Target, addresses: list[str]) -> HTTPConnection:
        if target.is_https:
            return _PinnedHTTPS(target.host, target.port, addresses, context=self._context)
        return _Pinned(target.host, target.port, addresses)


class _Pinned(HTTPConnection):
    """Connects to an address that was checked, whatever the name says now."""

    def __init__(self, host: str, port: int, addresses: list[str]) -> None:
        super().__init__(host, port, timeout=WAIT)
        self._addresses = addresses

    def connect(self) -> None:
        self.sock = _reach(self._addresses, self.port)


class _PinnedHTTPS(HTTPSConnection):
    """The same; the certificate of the receiver must be that of the name."""

    def __init__(self, host: str, port: int, addresses: list[str], *, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=WAIT, context=context)
        self._addresses, self._believes = addresses, context

    def connect(self) -> None:
        plain = _reach(self._addresses, self.port)
        try:
            self.sock = self._believes.wrap_socket(plain, server_hostname=self.host)
        except BaseException:  # whatever ends it, the connection is not left open
            plain.close()
            raise


def _reach(addresses: list[str], port: int) -> socket.socket:
    """Return a connection to the first address that answers."""
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), WAIT)
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), WAIT)


def _cut(connection: HTTPConnection) -> None:
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it ended meanwhile


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one of the public Internet, also when it is an IPv4 one in disguise."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return _is_public(address.ipv4_mapped)
        if any(address in network for network in _TRANSLATED):
            return False
    if any(address in network for network in _RESERVED if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast
