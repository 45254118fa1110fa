"""What was owed while a label was followed does not leave after its holder stopped it: each message is looked at when it is sent."""

import smtplib
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select

from app import outbox
from app.audit import Action, AuditEntry
from app.labels.models import Label
from app.mail import KIND as MAIL
from app.mail import Postman
from app.publication.models import Watch
from app.publication.services import consent, lists, watching, webhooks
from certificates.label_rules.dossier import State
from tests.services.publication_builders import NOW, holder, labelled, move, number
from tests.services.test_watching import followed, tell
from tests.services.test_webhooks import Receiver, receiving

LATER = NOW + timedelta(hours=1)


class AwayPostman(Postman):
    """A server of letters that is away."""

    @staticmethod
    def _post(_message, _url):
        raise smtplib.SMTPServerDisconnected


@pytest.fixture
def box(tmp_path):
    return tmp_path / "letters"


def postman(box, *, is_away=False, still_stands=consent.still_stands):
    made = AwayPostman if is_away else Postman
    url = "smtp://127.0.0.1:9" if is_away else None
    return made(sender="us@example.com", directory=box, smtp_url=url, still_stands=still_stands)


def deliver(db, box, *, now=NOW, kinds=(MAIL, webhooks.KIND), **options):
    handlers = {MAIL: postman(box, **options), webhooks.KIND: webhooks.Messenger(allows_loopback=True)}
    db.commit()
    return outbox.deliver_due(db, handlers={kind: handlers[kind] for kind in kinds}, now=now)


def sent(box):
    letters = [message_from_bytes(path.read_bytes(), policy=default) for path in box.glob("*.eml")]
    return [one["Subject"] for one in letters if number() in one["Subject"]]


def dropped(db):
    rows = db.scalars(select(AuditEntry).where(AuditEntry.action == Action.WATCH_DROPPED).order_by(AuditEntry.id))
    return [(row.subject_id, row.detail["channel"]) for row in rows]


def stop(db, person):
    [one] = watching.list_own(db, person_id=person.id)
    watching.stop(db, watch_id=one.watch_id, person_id=person.id, now=NOW)


def told(app, db, url=None):
    """A label that an employer follows, and of which one change is owed to them."""
    person = holder(db)
    labelled(db, person)
    row = followed(db, person, webhook_url=url)
    assert tell(app, db) == 1
    return person, row, db.scalars(select(Watch)).one()


def test_a_letter_that_was_owed_before_the_holder_stopped_does_not_leave(app, db, box):
    person, _row, watch = told(app, db)
    stop(db, person)

    deliver(db, box)

    assert sent(box) == []
    assert dropped(db) == [(watch.id, "mail")]


def test_nor_does_a_second_attempt_at_one(app, db, box):
    person, _row, watch = told(app, db)
    assert deliver(db, box, is_away=True) == 0
    stop(db, person)

    deliver(db, box, now=LATER)

    assert sent(box) == []
    assert dropped(db) == [(watch.id, "mail")]
    assert deliver(db, box, now=LATER + timedelta(days=1)) == 0, "it is not owed any more"


def test_nor_does_a_second_attempt_at_a_message_to_software(app, db, box):
    with receiving(Receiver(500)) as server:
        person, _row, watch = told(app, db, server.url)
        deliver(db, box)
        server.answer = 202
        stop(db, person)

        deliver(db, box, now=LATER)

        assert len(server.got) == 1, "the first attempt, which the holder still let"
    assert dropped(db) == [(watch.id, "webhook")]


@pytest.mark.parametrize("ends", ["takes it off", "stops all"])
def test_nor_does_anything_once_the_employer_does_not_want_it(app, db, box, ends):
    _person, row, watch = told(app, db)
    watch_id = watch.id
    if ends == "takes it off":
        lists.drop(db, row=row, number=number(), now=NOW)
    else:
        lists.end(db, row=row, now=NOW)

    deliver(db, box)

    assert sent(box) == []
    assert dropped(db) == [(watch_id, "mail")]


def test_what_was_owed_before_a_label_left_the_register_gives_way_to_what_tells_it(app, db, box):
    _person, _row, watch = told(app, db)
    move(db, db.get_one(Label, watch.label_id), "end", State.ENDED)
    assert tell(app, db) == 1

    deliver(db, box)

    [subject] = sent(box)
    assert subject.endswith("N’est plus au registre")
    assert dropped(db) == [(watch.id, "mail")]


def test_a_letter_whose_condition_nobody_knows_is_a_failure_and_does_not_leave(app, db, box):
    told(app, db)

    deliver(db, box, still_stands=None)

    assert sent(box) == []
    assert "LookupError" in db.scalars(select(outbox.OutboxEntry.failure)).all()


def test_what_the_holder_still_lets_leaves_whole(app, db, box):
    with receiving(Receiver()) as server:
        told(app, db, server.url)

        deliver(db, box)

        assert len(server.got) == 1
    assert len(sent(box)) == 1
    assert dropped(db) == []


def test_every_letter_of_the_service_is_looked_at(app):
    handlers = app.extensions["numericite.outbox"]._handlers

    assert handlers[MAIL]._still_stands is consent.still_stands
