"""Effects owed: delivered once, tried again, never lost; letters by file and by SMTP."""

import socket
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from sqlalchemy import select

from app import mail, outbox
from app.audit import Action, AuditEntry, AuditTrailIsAppendOnlyError, record
from app.outbox import MAXIMUM_ATTEMPTS, OutboxEntry, PeriodicWork

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def owe(db, kind="note", **payload):
    outbox.owe(db, kind=kind, payload=payload, now=NOW)
    db.commit()


def entries(db):
    return list(db.scalars(select(OutboxEntry).order_by(OutboxEntry.id)))


class TestDeliver:
    def test_delivers_once(self, db):
        seen = []
        owe(db, word="hello")

        handlers = {"note": lambda _db, payload, _now: seen.append(payload["word"])}
        assert outbox.deliver_due(db, handlers=handlers, now=NOW) == 1
        assert outbox.deliver_due(db, handlers=handlers, now=NOW) == 0

        assert seen == ["hello"]

    def test_a_failure_is_tried_again_later_and_named_without_its_words(self, db):
        def fail(_db, _payload, _now):
            msg = "someone@example.com is away"
            raise OSError(msg)

        owe(db)
        assert outbox.deliver_due(db, handlers={"note": fail}, now=NOW) == 0

        [entry] = entries(db)
        assert (entry.failure, entry.attempts, entry.leased_until) == ("OSError", 1, None)
        assert entry.due_at > NOW
        assert outbox.deliver_due(db, handlers={"note": lambda *_: None}, now=NOW + timedelta(hours=1)) == 1

    def test_after_eight_attempts_it_is_left_for_a_human(self, db):
        owe(db)
        entries(db)[0].attempts = MAXIMUM_ATTEMPTS
        db.commit()

        assert outbox.deliver_due(db, handlers={"note": lambda *_: None}, now=NOW) == 0

    def test_a_killed_worker_s_lease_runs_out(self, db):
        owe(db)
        entries(db)[0].leased_until = NOW + timedelta(minutes=1)
        db.commit()
        handlers = {"note": lambda *_: None}

        assert outbox.deliver_due(db, handlers=handlers, now=NOW) == 0
        assert outbox.deliver_due(db, handlers=handlers, now=NOW + timedelta(minutes=2)) == 1

    def test_what_was_delivered_is_purged_after_a_month(self, db):
        owe(db)
        outbox.deliver_due(db, handlers={"note": lambda *_: None}, now=NOW)

        assert outbox.purge(db, now=NOW + timedelta(days=29)) == 0
        assert outbox.purge(db, now=NOW + timedelta(days=31)) == 1


class TestPeriodicWork:
    def test_runs_when_its_time_has_come_and_not_before(self, db):
        ran = []
        works = [PeriodicWork(name="count", every=timedelta(hours=1), run=lambda _db, now: ran.append(now))]

        for minutes in (0, 30, 61):
            outbox.run_due(db, works=works, now=NOW + timedelta(minutes=minutes))

        assert len(ran) == 2

    def test_one_that_fails_does_not_stop_the_others(self, db):
        def fail(_db, _now):
            raise RuntimeError

        works = [
            PeriodicWork(name="bad", every=timedelta(hours=1), run=fail),
            PeriodicWork(name="good", every=timedelta(hours=1), run=lambda *_: None),
        ]

        assert outbox.run_due(db, works=works, now=NOW) == ["good"]

    def test_a_long_one_is_done_in_parts_and_a_part_that_fails_undoes_only_itself(self, db):
        def in_parts(db, now):
            outbox.owe(db, kind="part", payload={}, now=now)
            db.flush()
            parts = len(db.scalars(select(OutboxEntry.id).order_by(OutboxEntry.id)).all())
            if parts == 3:
                raise RuntimeError
            return True

        works = [PeriodicWork(name="long", every=timedelta(hours=1), run=in_parts)]

        assert outbox.run_due(db, works=works, now=NOW) == []
        assert len(db.scalars(select(OutboxEntry.id).order_by(OutboxEntry.id)).all()) == 2


class TestWorker:
    def test_wakes_delivers_and_stops(self, app, db):
        seen = []
        owe(db)
        worker = outbox.Worker(app, handlers={"note": lambda *_: seen.append(1)}, works=[], pause_seconds=0.02)

        worker.start()
        for _ in range(200):
            if seen:
                break
            worker._stopping.wait(0.02)
        worker.stop()

        assert seen == [1]

    def test_outlives_a_turn_that_fails(self, app):
        def broken(_db, _now):
            raise RuntimeError

        worker = outbox.Worker(app, handlers={}, works=[PeriodicWork(name="x", every=timedelta(0), run=broken)])
        worker.turn = broken
        worker.start()
        worker.stop()

        assert worker._stopping.is_set()


class _Keep(Message):
    def __init__(self):
        super().__init__()
        self.letters = []

    def handle_message(self, message):
        self.letters.append(message)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class TestMail:
    def test_is_written_to_a_file(self, db, tmp_path):
        mail.send(db, to="a@example.com", subject="Été", body="Bonjour à vous.", person_id=None, now=NOW)
        db.commit()
        postman = mail.Postman(sender="us@example.com", directory=tmp_path, smtp_url=None)

        outbox.deliver_due(db, handlers={mail.KIND: postman}, now=NOW)

        [file] = tmp_path.glob("*.eml")
        letter = message_from_bytes(file.read_bytes(), policy=policy.default)
        assert (letter["To"], letter["Subject"]) == ("a@example.com", "Été")
        assert "Bonjour à vous." in letter.get_content()

    @pytest.mark.parametrize(
        ("stop_url", "headers"),
        [
            (None, (None, None)),
            ("https://x.example/r/A", ("<https://x.example/r/A>", "List-Unsubscribe=One-Click")),
            ("http://127.0.0.1/r/A", ("<http://127.0.0.1/r/A>", None)),
        ],
        ids=["one that is owed", "one that may be stopped", "without TLS the button sends nothing"],
    )
    def test_says_how_it_is_stopped_when_it_may_be(self, db, tmp_path, stop_url, headers):
        mail.send(db, to="a@example.com", subject="s", body="b", person_id=None, stop_url=stop_url, now=NOW)
        db.commit()
        postman = mail.Postman(sender="us@example.com", directory=tmp_path, smtp_url=None)

        outbox.deliver_due(db, handlers={mail.KIND: postman}, now=NOW)

        [file] = tmp_path.glob("*.eml")
        letter = message_from_bytes(file.read_bytes(), policy=policy.default)
        assert (letter["List-Unsubscribe"], letter["List-Unsubscribe-Post"]) == headers

    def test_goes_by_smtp(self, db, tmp_path):
        kept = _Keep()
        port = free_port()
        server = Controller(kept, hostname="127.0.0.1", port=port)
        server.start()
        try:
            postman = mail.Postman(sender="us@example.com", directory=tmp_path, smtp_url=f"smtp://127.0.0.1:{port}")
            postman(db, {"to": "a@example.com", "subject": "s", "body": "b"}, NOW)
        finally:
            server.stop()

        assert [letter["To"] for letter in kept.letters] == ["a@example.com"]

    def test_a_password_never_travels_in_the_clear(self, db, tmp_path):
        port = free_port()
        server = Controller(_Keep(), hostname="127.0.0.1", port=port)
        server.start()
        try:
            postman = mail.Postman(
                sender="us@example.com", directory=tmp_path, smtp_url=f"smtp://me:secret@127.0.0.1:{port}"
            )
            with pytest.raises(Exception, match="STARTTLS"):
                postman(db, {"to": "a@example.com", "subject": "s", "body": "b"}, NOW)
        finally:
            server.stop()

    def test_nobody_there_is_an_error_that_the_outbox_tries_again(self, db, tmp_path):
        for scheme in ("smtp", "smtps"):
            postman = mail.Postman(sender="us@example.com", directory=tmp_path, smtp_url=f"{scheme}://127.0.0.1:9")
            with pytest.raises(OSError, match="refused"):
                postman(db, {"to": "a@example.com", "subject": "s", "body": "b"}, NOW)


class TestAudit:
    def test_an_entry_cannot_be_changed(self, db):
        record(db, action=Action.RETENTION_RUN, actor_id=None, now=NOW)
        db.flush()
        entry = db.scalars(select(AuditEntry)).one()

        entry.action = "nothing"
        with pytest.raises(AuditTrailIsAppendOnlyError):
            db.flush()
