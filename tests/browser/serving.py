"""The application served by threads on this machine, for a browser."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

from app.access import Role
from app.accounts.services import people
from app.database import current_session
from tests.conftest import _make, make_settings
from tests.services.accounts_builders import NOW, PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from app.resources import Resources


class Site:
    """The server and what only its owner can see: letters, and the desk's first people."""

    def __init__(self, app: Flask, origin: str) -> None:
        self.app, self.origin = app, origin

    def last_letter(self) -> str:
        """Deliver what is due and return the text of the newest letter."""
        self.app.extensions["numericite.outbox"].turn()
        written = self.app.extensions["numericite.resources"].settings.mail_directory.glob("*.eml")
        # Letters of one turn bear one instant in their names: which was last, only the file tells.
        newest = max(written, key=lambda path: path.stat().st_mtime_ns)
        return str(message_from_bytes(newest.read_bytes(), policy=policy.default).get_content())

    def last_link(self) -> str:
        return re.search(r"http://\S+", self.last_letter())[0]

    def make_administrator(self, email: str) -> None:
        self._make_person(email, Role.ADMINISTRATOR)

    def make_author(self, email: str) -> None:
        self._make_person(email, Role.AUTHOR)

    def _make_person(self, email: str, role: Role) -> None:
        with self.app.app_context():
            db = current_session()
            person = people.create_account(
                db, email=email, password=PASSWORD, is_fifteen=True, language="fr", guest_id=None, now=NOW
            )
            people.grant_role(db, person_id=person.id, role=role, actor_id=None, now=NOW)
            db.commit()


@contextmanager
def serve(directory: Path, loaded: Resources) -> Iterator[Site]:
    """Serve what was loaded, on SQLite, with a port and an instance directory of its own."""
    (directory / "keys").symlink_to(loaded.settings.key_directory)
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    origin = f"http://127.0.0.1:{server.server_port}"
    settings = make_settings(directory, PUBLIC_URL=origin)
    issuer = type(loaded.issuer)(name=loaded.issuer.name, url=origin, email=loaded.issuer.email)
    app = _make(settings, replace(loaded, settings=settings, issuer=issuer))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    server.app = app
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(app, origin)
    server.shutdown()
    thread.join()
    server.server_close()
