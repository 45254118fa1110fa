"""A disk that is full, two tabs at once, many at once, connections that were closed: nothing is half-written, nobody waits for ever."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from app import database
from app.assessments.models import ItemUse, PoolUse, RecordedAnswer, Sitting
from app.assessments.services import exposures
from app.certification.models import Certificate
from app.database import current_session
from app.database import db as handle
from quizzes.policy import policies
from tests.rows import rows
from tests.web.answering import answer_all, fields_for, on_screen
from tests.web.test_journey import open_account, start


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # the one that can be told how many pages it may have
def test_a_full_disk_while_issuing_is_told_and_leaves_nothing(app, visitor):
    open_account(app, visitor)
    start(visitor, policy="certification")
    answer_all(app, visitor)
    visitor.get(visitor.page.links["Préparer mon attestation"])
    with app.app_context():
        raw = handle.engine.raw_connection()
        raw.execute("VACUUM")  # no page left free by earlier tests
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.close()
        handle.engine.dispose()

        from sqlalchemy import event  # noqa: PLC0415 (idem)

        def shrink(connection, _record):
            connection.execute(f"PRAGMA max_page_count={pages}")

        event.listen(handle.engine, "connect", shrink)
        try:
            page = visitor.submit("/certificats/preparer", printed_name="Odile Payet", expect=503)
        finally:
            event.remove(handle.engine, "connect", shrink)
            handle.engine.dispose()

    assert "Rien n’a été écrit à moitié" in page.text
    assert rows(app, Certificate) == []


def test_two_tabs_at_once_record_one_answer(app, visitor):
    page = start(visitor)
    item, seed = on_screen(app, page)
    form = page.form("/reponses")
    data = {**form.fields, **fields_for(item, seed=seed)}
    cookie = visitor.client.get_cookie("numericite").value
    statuses = []

    def send():
        client = app.test_client()
        client.set_cookie("numericite", cookie)
        statuses.append(client.post(form.action, data=data).status_code)

    tabs = [threading.Thread(target=send) for _ in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()

    assert set(statuses) <= {303, 409}
    assert len(rows(app, RecordedAnswer)) == 1


def test_the_same_test_begun_twice_at_once_is_one_sitting(app, visitor):
    open_account(app, visitor)
    form = visitor.get("/evaluations/CIT/positionnement").form("positionnement")
    cookie = visitor.client.get_cookie("numericite").value
    statuses = []

    def send():
        client = app.test_client()
        client.set_cookie("numericite", cookie)
        statuses.append(client.post(form.action, data=form.fields).status_code)

    clicks = [threading.Thread(target=send) for _ in range(4)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()

    assert 303 in statuses
    assert set(statuses) <= {303, 409}
    assert len(rows(app, Sitting)) == 1


def test_sittings_that_begin_at_once_never_wait_for_each_other(app, loaded):
    """The first makes the counters of every item, the second was about to, the third lets an item rest."""
    policy = policies()["positioning"]
    resting = {loaded.bank.items_of("CIT", policy.pool)[0].id}
    second_has_drawn, second_may_count, at_once = threading.Event(), threading.Event(), threading.Event()
    at_once.set()

    def begin(has_drawn, may_count):
        with app.app_context():
            db = current_session()
            exposures.draw_resting(db, bank=loaded.bank, framework_code="CIT", policy=policy, seed=1)
            has_drawn.set()
            may_count.wait(10)
            exposures.count_sitting(db, framework_code="CIT", policy_id=policy.id, resting=resting)
            db.commit()

    with app.app_context(), ThreadPoolExecutor(2) as others:
        db = current_session()
        exposures.draw_resting(db, bank=loaded.bank, framework_code="CIT", policy=policy, seed=1)
        second = others.submit(begin, second_has_drawn, second_may_count)
        time.sleep(0.2)
        exposures.count_sitting(db, framework_code="CIT", policy_id=policy.id, resting=resting)
        db.commit()
        assert second_has_drawn.wait(10)
        third = others.submit(begin, threading.Event(), at_once)
        time.sleep(0.2)
        second_may_count.set()
        second.result(20)
        third.result(20)

    assert [one.sittings for one in rows(app, PoolUse)] == [3]
    assert {one.missed for one in rows(app, ItemUse)} == {0}
    assert sum(one.rested for one in rows(app, ItemUse)) == 3


@pytest.mark.parametrize("app", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_connections_that_the_server_closed_while_they_rested_are_not_noticed(app, visitor, monkeypatch):
    start(visitor)
    path = visitor.page.path
    monkeypatch.setattr(database, "_TRIED_AFTER_SECONDS", 0.0)  # as after a night
    with app.app_context():
        url = handle.engine.url.set(database="postgres", drivername="postgresql").render_as_string(hide_password=False)
        name = handle.engine.url.database
    with psycopg.connect(url, autocommit=True) as server:
        killed = server.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s", [name]
        ).fetchone()

    assert killed[0] >= 1
    assert "Question 1" in visitor.get(path).text
