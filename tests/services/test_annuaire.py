"""The national directory: a real server on this machine answers as it may, and as it should not."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from app.identity.models import Activity
from app.identity.services import annuaire
from app.identity.services.annuaire import Breaker, FileDirectory, NationalDirectory, Unknown, read_bundle

NUMBER = "10000001916"


def practitioner(number=NUMBER, **overrides):
    person = {
        "resourceType": "Practitioner",
        "identifier": [
            {"system": "urn:oid:1.2.250.1.71.4.2.1", "value": f"8{number}"},
            {"system": "https://rpps.esante.gouv.fr", "value": number},
        ],
        "active": True,
        "name": [{"use": "usual", "family": "Exemple", "given": ["Anne", "Marie"], "prefix": ["MME"]}],
        "qualification": [
            {"code": {"coding": [{"system": "https://mos.esante.gouv.fr/NOS/TRE_R48-Diplome/FHIR", "code": "DE05"}]}},
            {
                "code": {
                    "coding": [
                        {
                            "system": "https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15",
                            "code": "60",
                            "display": "Infirmier",
                        }
                    ]
                }
            },
        ],
    }
    return {**person, **overrides}


def bundle(*people) -> bytes:
    entries = [{"resource": person} for person in people]
    return json.dumps({"resourceType": "Bundle", "type": "searchset", "total": len(people), "entry": entries}).encode()


class Server(ThreadingHTTPServer):
    """Answers each request with the next of its answers, the last one for ever: (status, headers, body)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = [(200, {}, bundle(practitioner()))]
        self.asked = []
        self.release = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/fhir/v2"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        status, headers, body = self.server.answers[0]
        if len(self.server.answers) > 1:
            self.server.answers.pop(0)
        if body is None:  # slow: nothing until the test is over
            self.server.release.wait(10)
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        """Say nothing."""


@pytest.fixture
def server():
    running = Server()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield running
    running.release.set()
    running.shutdown()
    thread.join()
    running.server_close()


class Time:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now, self.slept = 100.0, []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def directory(server, time):
    return NationalDirectory(server.address, "the key", clock=time.clock, sleep=time.sleep)


class TestAsking:
    def test_asks_for_the_exact_number_with_the_key(self, server, directory):
        directory.look_up(NUMBER)

        path, headers = server.asked[0]
        assert urlsplit(path).path == "/fhir/v2/Practitioner"
        assert parse_qs(urlsplit(path).query) == {"identifier": [f"https://rpps.esante.gouv.fr|{NUMBER}"]}
        assert headers["ESANTE-API-KEY"] == "the key"
        assert headers["Accept"] == "application/fhir+json"

    def test_reads_the_answer(self, directory):
        found = directory.look_up(NUMBER)

        assert (found.activity, found.name, found.profession) == (Activity.ACTIVE, "Anne Marie Exemple", "Infirmier")
        assert found.reason is None

    @pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
    def test_asks_again_after_a_pause_that_grows(self, server, directory, time, status):
        server.answers = [(status, {}, b""), (status, {}, b""), (200, {}, bundle(practitioner()))]

        assert directory.look_up(NUMBER).activity is Activity.ACTIVE
        assert len(server.asked) == 3
        assert time.slept == [0.3, 0.6]

    def test_waits_as_long_as_it_is_asked_to_within_reason(self, server, directory, time):
        server.answers = [(429, {"Retry-After": "2"}, b""), (429, {"Retry-After": "600"}, b""), (429, {}, b"")]

        assert directory.look_up(NUMBER).reason is Unknown.AWAY
        assert time.slept == [2.0, 3.0]

    @pytest.mark.parametrize("wish", ["soon", "-1", "Wed, 21 Oct 2026 07:28:00 GMT", "٣"])
    def test_a_wish_that_is_no_number_counts_for_nothing(self, server, directory, time, wish):
        server.answers = [(503, {"Retry-After": wish.encode().decode("latin-1")}, b"")]

        directory.look_up(NUMBER)

        assert time.slept == [0.3, 0.6]

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 302])
    def test_does_not_insist_where_insisting_is_no_use(self, server, directory, time, status):
        server.answers = [(status, {"Location": "http://127.0.0.1:9/"}, b"")]

        assert directory.look_up(NUMBER).reason is Unknown.AWAY
        assert len(server.asked) == 1
        assert time.slept == []

    def test_a_directory_that_is_slow_is_given_up(self, server, directory, monkeypatch):
        monkeypatch.setattr(annuaire, "_READ_SECONDS", 0.1)
        server.answers = [(200, {}, None)]

        assert directory.look_up(NUMBER).reason is Unknown.AWAY

    def test_a_directory_that_is_down(self, time):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        directory = NationalDirectory(f"http://127.0.0.1:{port}", "k", clock=time.clock, sleep=time.sleep)

        assert directory.look_up(NUMBER).reason is Unknown.AWAY

    def test_an_answer_without_end_is_given_up(self, server, directory):
        server.answers = [(200, {}, b" " * 1_100_000)]

        assert directory.look_up(NUMBER).reason is Unknown.AWAY

    def test_an_answer_that_drips_is_given_up_after_eight_seconds(self, server, directory, time):
        time.clock = iter(range(0, 1000, 5)).__next__
        directory._clock = time.clock
        server.answers = [(200, {}, b" " * 300_000 + bundle(practitioner()))]

        assert directory.look_up(NUMBER).reason is Unknown.AWAY


class TestBreaker:
    def test_after_five_failures_nobody_asks_for_a_minute_then_one_tries(self, server, directory, time):
        server.answers = [(403, {}, b"")]
        for _failure in range(5):
            directory.look_up(NUMBER)
        assert len(server.asked) == 5

        assert directory.look_up(NUMBER).reason is Unknown.AWAY
        time.now += 59.9
        directory.look_up(NUMBER)
        assert len(server.asked) == 5
        time.now += 0.2
        directory.look_up(NUMBER)
        directory.look_up(NUMBER)
        assert len(server.asked) == 6

        time.now += 61
        server.answers = [(200, {}, bundle(practitioner()))]
        assert directory.look_up(NUMBER).activity is Activity.ACTIVE
        assert directory.look_up(NUMBER).activity is Activity.ACTIVE

    def test_failures_that_do_not_follow_each_other_do_not_count(self):
        breaker = Breaker(clock=lambda: 0.0, threshold=2)
        breaker.failed()
        breaker.succeeded()
        breaker.failed()

        assert breaker.lets_through()

    def test_only_one_tries(self):
        now = [0.0]
        breaker = Breaker(clock=lambda: now[0], threshold=1, rest_seconds=60)
        breaker.failed()
        now[0] = 60.0

        assert [breaker.lets_through() for _ in range(3)] == [True, False, False]

    def test_an_answer_that_cannot_be_read_is_not_an_absence(self, server, directory):
        server.answers = [(200, {}, b"<html>")]
        for _answer in range(6):
            assert directory.look_up(NUMBER).reason is Unknown.UNREADABLE
        assert len(server.asked) == 6


SILENT = {
    "an empty bundle": (bundle(), Unknown.ABSENT),
    "a bundle without entries": (b'{"resourceType": "Bundle", "total": 0}', Unknown.ABSENT),
    "somebody else": (bundle(practitioner("99900000003")), Unknown.ABSENT),
    "the number under another system": (
        bundle(practitioner(identifier=[{"system": "http://rpps.fr", "value": NUMBER}])),
        Unknown.ABSENT,
    ),
    "another kind of resource": (bundle({**practitioner(), "resourceType": "Organization"}), Unknown.ABSENT),
    "no activity": (bundle({**practitioner(), "active": None}), Unknown.UNREADABLE),
    "an activity in words": (bundle(practitioner(active="true")), Unknown.UNREADABLE),
    "an outcome": (b'{"resourceType": "OperationOutcome"}', Unknown.UNREADABLE),
    "a list": (b"[]", Unknown.UNREADABLE),
    "an entry without a resource": (b'{"resourceType": "Bundle", "entry": [{}]}', Unknown.UNREADABLE),
    "identifiers that are text": (bundle(practitioner(identifier="rpps")), Unknown.UNREADABLE),
    "a name that is text": (bundle(practitioner(name="Anne")), Unknown.UNREADABLE),
    "half an answer": (bundle(practitioner())[:-20], Unknown.UNREADABLE),
    "another encoding": ("é".encode("latin-1"), Unknown.UNREADABLE),
    "too deep": (b"[" * 100_000, Unknown.UNREADABLE),
    "nothing": (b"", Unknown.UNREADABLE),
}


@pytest.mark.parametrize(("body", "reason"), SILENT.values(), ids=SILENT)
def test_what_says_nothing_is_unknown_and_never_inactive(body, reason):
    found = read_bundle(body, rpps=NUMBER)

    assert (found.activity, found.reason) == (Activity.UNKNOWN, reason)


@pytest.mark.parametrize(
    ("people", "activity"),
    [
        ([practitioner(active=False)], Activity.INACTIVE),
        ([practitioner(active=False), practitioner(active=True)], Activity.ACTIVE),
        ([practitioner("99900000003", active=False), practitioner()], Activity.ACTIVE),
    ],
)
def test_one_active_resource_of_the_number_is_enough(people, activity):
    assert read_bundle(bundle(*people), rpps=NUMBER).activity is activity


@pytest.mark.parametrize(
    "bare", [{"name": None}, {"name": [{}]}, {"qualification": None}, {"qualification": [{"code": None}]}]
)
def test_what_is_missing_is_left_blank(bare):
    assert read_bundle(bundle(practitioner(**bare)), rpps=NUMBER).activity is Activity.ACTIVE


class TestFile:
    def test_stands_in_and_says_so(self):
        directory = FileDirectory(annuaire.SHIPPED_FILE)

        assert not directory.is_national
        assert directory.look_up("99900000003").activity is Activity.ACTIVE
        assert directory.look_up("99900000029").activity is Activity.INACTIVE
        assert directory.look_up(NUMBER).reason is Unknown.ABSENT

    def test_that_is_not_there_is_a_directory_that_is_away(self, tmp_path):
        assert FileDirectory(tmp_path / "none.json").look_up(NUMBER).reason is Unknown.AWAY
