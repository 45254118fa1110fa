"""Browsers that are let in."""

from datetime import timedelta
from typing import ClassVar

import pytest
from sqlalchemy import select

from app.access import NOBODY, Ended, Identity, Role
from app.accounts.models import WebSession
from app.accounts.services import people, web_sessions
from app.audit import AuditEntry
from app.errors import NotFoundError
from tests.services.accounts_builders import NOW, account, guest

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
LABELS = {
    "Firefox on Linux": (FIREFOX, "Firefox, Linux"),
    "Edge says Chrome too": (
        "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
        "Edge, Windows",
    ),
    "Safari on a telephone": (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
        "Safari, iPhone",
    ),
    "Chrome on Android, not on Linux": (
        "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36",
        "Chrome, Android",
    ),
    "something unknown": ("curl/8.5", ""),
    "nothing": ("", ""),
}


def open_session(db, person, **overrides):
    given = {"token": "token", "label": "Firefox, Linux", "shared_computer": False, "now": NOW, **overrides}
    return web_sessions.open_session(db, person_id=person.id, **given)


class TestIdentify:
    STRANGERS: ClassVar = {
        "another token": ("other", NOW),
        "an empty token": ("", NOW),
        "the digest instead of the token": (web_sessions.digest("token"), NOW),
    }

    @pytest.mark.parametrize(("token", "now"), STRANGERS.values(), ids=STRANGERS)
    def test_is_nobody(self, db, token, now):
        open_session(db, account(db))

        assert web_sessions.identify(db, token=token, now=now) == NOBODY

    def test_is_nobody_any_more_after_thirty_days(self, db):
        open_session(db, account(db))

        late = web_sessions.identify(db, token="token", now=NOW + web_sessions.ACCOUNT_LIFETIME)

        assert late == Identity(ended=Ended.ACCOUNT)

    def test_is_nobody_once_erased(self, db):
        person = account(db)
        open_session(db, person)
        person.erased_at = NOW

        assert web_sessions.identify(db, token="token", now=NOW) == NOBODY

    def test_is_nobody_after_twenty_idle_minutes_on_a_shared_computer(self, db):
        open_session(db, account(db), shared_computer=True)

        before = web_sessions.identify(db, token="token", now=NOW + timedelta(minutes=19))
        after = web_sessions.identify(db, token="token", now=NOW + timedelta(minutes=20))

        assert before.shared_computer
        assert after == Identity(shared_computer=True, ended=Ended.ACCOUNT)

    def test_is_nobody_after_a_day_on_a_shared_computer_however_busy(self, db):
        row = open_session(db, account(db), shared_computer=True)
        late = NOW + web_sessions.SHARED_LIFETIME
        web_sessions.touch(db, web_session_id=row.id, now=late - timedelta(minutes=1))

        identity = web_sessions.identify(db, token="token", now=late)
        assert identity == Identity(shared_computer=True, ended=Ended.ACCOUNT)

    def test_knows_a_guest_for_ninety_days(self, db):
        person = guest(db)
        open_session(db, person)

        identity = web_sessions.identify(db, token="token", now=NOW + timedelta(days=89))

        assert identity.is_guest
        assert identity.person_id == person.id

    def test_reads_every_role_of_an_account_with_its_language(self, db):
        person = account(db, language="en")
        row = open_session(db, person)
        people.grant_role(db, person_id=person.id, role=Role.ADMINISTRATOR, actor_id=None, now=NOW)

        identity = web_sessions.identify(db, token="token", now=NOW)

        assert identity.is_administrator
        assert (identity.web_session_id, identity.language, identity.is_account) == (row.id, "en", True)


class TestOpenSession:
    def test_the_token_is_not_in_the_table(self, db):
        row = open_session(db, account(db))

        assert row.token_hash == web_sessions.digest("token")
        assert "token" not in row.token_hash

    def test_the_session_it_replaces_is_worthless(self, db):
        before = open_session(db, guest(db))

        open_session(db, account(db), token="after", replaces=before.id)

        assert web_sessions.identify(db, token="token", now=NOW) == NOBODY
        assert web_sessions.identify(db, token="after", now=NOW).is_account


class TestTouch:
    def test_writes_once_a_minute_at_most(self, db):
        row = open_session(db, account(db))

        web_sessions.touch(db, web_session_id=row.id, now=NOW + timedelta(seconds=30))
        db.refresh(row)
        soon = row.last_seen_at
        web_sessions.touch(db, web_session_id=row.id, now=NOW + timedelta(minutes=2))
        db.refresh(row)

        assert soon == NOW
        assert row.last_seen_at == NOW + timedelta(minutes=2)


class TestRevoke:
    def test_somebody_else_cannot(self, db):
        row = open_session(db, account(db))
        stranger = account(db, email="autre@example.com")

        with pytest.raises(NotFoundError):
            web_sessions.revoke(db, web_session_id=row.id, person_id=stranger.id, now=NOW)

        assert web_sessions.identify(db, token="token", now=NOW).is_account

    def test_twice_is_not_found(self, db):
        person = account(db)
        row_id = open_session(db, person).id
        web_sessions.revoke(db, web_session_id=row_id, person_id=person.id, now=NOW)

        with pytest.raises(NotFoundError):
            web_sessions.revoke(db, web_session_id=row_id, person_id=person.id, now=NOW)

    def test_shuts_the_browser_out_and_leaves_a_trace(self, db):
        person = account(db)
        row_id = open_session(db, person).id

        web_sessions.revoke(db, web_session_id=row_id, person_id=person.id, now=NOW)

        assert web_sessions.identify(db, token="token", now=NOW) == NOBODY
        trace = db.scalars(select(AuditEntry).where(AuditEntry.action == "web-session:revoked")).one()
        assert (trace.actor_id, trace.subject_id) == (person.id, row_id)

    def test_all_of_them_at_once(self, db):
        person = account(db)
        for token in ("one", "two"):
            open_session(db, person, token=token)

        assert web_sessions.revoke_others(db, person_id=person.id, kept_id=None) == 2

    def test_leaving_closes_the_caller_s_own(self, db):
        web_sessions.close(db, web_session_id=open_session(db, account(db)).id)

        assert web_sessions.identify(db, token="token", now=NOW) == NOBODY


class TestListOwn:
    def test_shows_only_what_is_live_and_one_s_own_the_last_used_first(self, db):
        person, stranger = account(db), account(db, email="autre@example.com")
        old = open_session(db, person, token="old", now=NOW - timedelta(days=31))
        first = open_session(db, person, token="first", now=NOW - timedelta(days=1))
        last = open_session(db, person, token="last")
        open_session(db, stranger, token="stranger")

        listed = web_sessions.list_own(db, person_id=person.id, now=NOW)

        assert [row.id for row in listed] == [last.id, first.id]
        assert old not in listed


class TestPurge:
    def test_takes_only_what_is_over(self, db):
        person = account(db)
        open_session(db, person, token="old", now=NOW - timedelta(days=31))
        kept = open_session(db, person)

        assert web_sessions.purge(db, now=NOW) == 1
        assert db.scalars(select(WebSession)).all() == [kept]


@pytest.mark.parametrize(("user_agent", "label"), LABELS.values(), ids=LABELS)
def test_a_browser_is_named_as_people_name_it(user_agent, label):
    assert web_sessions.label_of(user_agent) == label
