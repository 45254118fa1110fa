"""Hours of training are counted once: in the file that was open on their day, told by the events of the label."""

from datetime import date, timedelta

from app.identity.models import Activity
from app.labels.services import applying, clock, gathering
from tests.services.label_builders import NOW, answered, kept, renewal_asked, voted

WHILE_DECIDED = date(2026, 12, 8)


def n5(db, loaded, label, now):
    found = gathering.gather(db, label=label, ring=loaded.ring, now=now)
    return next(one for one in found.findings if one.criterion == "N5"), found.hours_from


def trained(db, label, day, *, hours, now, theme="other"):
    row = applying.add_training(
        db, label=label, title="Atelier", body="CHU de Lyon", hours=hours, theme=theme, done_on=day, now=now
    )
    db.add(kept(label, subject="training", training_id=row.id, now=now))
    db.flush()


def next_renewal(db, loaded):
    """A first renewal given nine days after it was sent, and the window of the second, open."""
    _person, label, two = renewal_asked(db, loaded)
    voted(db, loaded, label, two, "renew", "criteria-met", now=NOW + timedelta(days=9))
    later = NOW.replace(year=2029, month=9)
    answered(db, activity=Activity.ACTIVE, now=later)
    clock.turn(db, ring=loaded.ring, secret="", origin="", now=later)
    assert label.state == "renewal_due"
    return label, later


def test_what_the_sent_file_could_count_counts_no_second_time(db, loaded):
    label, later = next_renewal(db, loaded)
    trained(db, label, NOW.date(), hours=14, now=later)
    trained(db, label, date(2026, 3, 1), hours=14, now=later)

    found, hours_from = n5(db, loaded, label, later)

    assert (found.reason, found.done) == ("hours-missing", 0)
    assert hours_from == NOW.date() + timedelta(days=1)


def test_what_was_done_after_the_file_was_sent_counts_for_the_next_term(db, loaded):
    label, later = next_renewal(db, loaded)
    assert label.term_from > WHILE_DECIDED
    trained(db, label, WHILE_DECIDED, hours=14, now=later)

    assert n5(db, loaded, label, later)[0].done == 14


def test_the_first_term_counts_from_its_award(db, loaded):
    _person, label, _two = renewal_asked(db, loaded)

    assert n5(db, loaded, label, NOW)[1] == label.term_from
