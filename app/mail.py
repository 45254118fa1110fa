"""Letters: composed in the caller's transaction, owed to the outbox, delivered to files or by SMTP."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from app import outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

KIND = "mail"
#: The field and value that mail software posts for somebody who pressed its button (RFC 8058, 3.2).
ONE_CLICK = ("List-Unsubscribe", "One-Click")


def send(
    db: Session,
    *,
    to: str,
    subject: str,
    body: str,
    person_id: int | None,
    now: datetime,
    calendar: str | None = None,
    stop_url: str | None = None,
    condition: Mapping[str, Any] | None = None,
) -> None:
    """Owe one plain-text letter; it leaves after the caller's commit.

    Args:
        calendar: An iCalendar file to join.
        stop_url: Where a POST stops letters of this kind; only for those that one may stop, never for those that are owed.
        condition: What has to hold still when it is sent; `Postman` asks whoever knows.
    """
    payload: dict[str, Any] = {"to": to, "subject": subject, "body": body}
    if calendar is not None:
        payload["calendar"] = calendar
    if stop_url is not None:
        payload["stop_url"] = stop_url
    if condition is not None:
        payload["condition"] = dict(condition)
    outbox.owe(db, kind=KIND, payload=payload, person_id=person_id, now=now)


class Postman:
    """Delivers letters: the outbox's handler of kind "mail".

    Args:
        still_stands: Tells whether the condition of a letter that bears one holds.
    """

    def __init__(
        self,
        *,
        sender: str,
        directory: Path,
        smtp_url: str | None,
        still_stands: Callable[[Session, Mapping[str, Any], datetime], bool] | None = None,
    ) -> None:
        self._sender, self._directory, self._smtp_url = sender, directory, smtp_url
        self._still_stands = still_stands

    def __call__(self, db: Session, payload: Mapping[str, Any], now: datetime) -> None:
        """Deliver one letter, unless what it was owed for does not hold any more.

        Raises:
            LookupError: It bears a condition, and nobody here can tell whether it holds.
            OSError: The file cannot be written or the server cannot be reached; the outbox tries again later.
            smtplib.SMTPException: The server refused; idem.
        """
        if "condition" in payload:
            if self._still_stands is None:
                raise LookupError
            if not self._still_stands(db, payload["condition"], now):
                return
            db.rollback()  # nothing is held while a server thinks
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, payload["to"], payload["subject"]
        message["Date"] = format_datetime(now)
        message["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        if "stop_url" in payload:
            message[ONE_CLICK[0]] = f"<{payload['stop_url']}>"
            if payload["stop_url"].startswith("https://"):  # the button must not send the link in the clear
                message[f"{ONE_CLICK[0]}-Post"] = "=".join(ONE_CLICK)
        message.set_content(payload["body"])
        if "calendar" in payload:
            message.add_attachment(payload["calendar"], subtype="calendar", filename="agenda.ics")
        if self._smtp_url is None:
            self._write(message, now)
        else:
            self._post(message, self._smtp_url)

    def _write(self, message: EmailMessage, now: datetime) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / f"{now:%Y%m%dT%H%M%S%f}-{message['Message-ID'].strip('<>').split('@')[0]}.eml"
        path.write_bytes(message.as_bytes())

    @staticmethod
    def _post(message: EmailMessage, url: str) -> None:
        parts = urlsplit(url)
        host, context = parts.hostname or "localhost", ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=20, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=20)
        with server:
            server.ehlo()
            # A password never travels in the clear: with one, a server that offers no TLS is an error.
            if parts.scheme == "smtp" and (parts.username or server.has_extn("starttls")):
                server.starttls(context=context)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)
