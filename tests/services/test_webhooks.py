"""Messages to an employer's software: where they go, and above all where they do not; against a real server on this machine."""

import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from app import outbox
from app.label_errors import WebhookRefusedError
from app.publication.models import WatchList
from app.publication.services import webhooks
from app.publication.services.webhooks import Messenger, read_url
from tests.builders import private_key

#: Where a message goes does not depend on the database.
on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
REFUSED = {
    "no https": "http://rh.example.org/labels",
    "another protocol": "ftp://rh.example.org/labels",
    "a file": "file:///etc/passwd",
    "a script": "javascript:alert(1)",
    "no host": "https:///labels",
    "a name and password": "https://rh:secret@rh.example.org/",
    "a name without password": "https://rh@rh.example.org/",
    "a fragment": "https://rh.example.org/#x",
    "a space": "https://rh.example.org/a b",
    "a line of its own": "https://rh.example.org/\r\nHost: other",
    "a backslash": "https://rh.example.org\\@127.0.0.1/",
    "letters of another script": "https://rh.exаmple.org/",
    "a strange port": "https://rh.example.org:99999/",
    "not an address": "https://[::1",
    "too long": "https://rh.example.org/" + "a" * 500,
    "a name of a local network": "https://intranet/labels",
    "this machine": "https://127.0.0.1/",
    "this machine by name": "https://localhost/",
    "this machine, in IPv6": "https://[::1]/",
    "this machine, in disguise": "https://[::ffff:127.0.0.1]/",
    "a private network": "https://10.0.0.8/",
    "another private network": "https://192.168.1.1/",
    "a carrier's network": "https://100.64.0.1/",
    "the metadata of a cloud": "https://169.254.169.254/latest/meta-data/",
    "a local link": "https://[fe80::1]/",
    "a private IPv6": "https://[fd00::1]/",
    "an IPv4 behind a translation": "https://[64:ff9b::a00:8]/",
    "an IPv4 in 6to4": "https://[2002:a00:8::1]/",
    "an IPv4 written as an IPv6 of old": "https://[::a00:8]/",
    "assignments of the IETF": "https://192.0.0.9/",
    "a private IPv6 of old": "https://[fec0::1]/",
    "everybody": "https://224.0.0.1/",
    "nobody": "https://0.0.0.0/",
}


@pytest.mark.parametrize("url", REFUSED.values(), ids=REFUSED)
def test_an_address_that_we_do_not_post_to(url):
    with pytest.raises(WebhookRefusedError):
        read_url(url, allows_loopback=False)


def test_an_address_that_we_post_to():
    target = read_url("https://rh.example.org:8443/labels?structure=12", allows_loopback=False)

    assert target == (True, "rh.example.org", 8443, "/labels?structure=12")
    assert read_url("https://1.1.1.1", allows_loopback=False).path == "/"


def test_only_a_service_of_this_machine_posts_to_this_machine():
    assert read_url("http://127.0.0.1:9000/x", allows_loopback=True).port == 9000
    with pytest.raises(WebhookRefusedError):
        read_url("http://10.0.0.8/x", allows_loopback=True)


class Receiver(ThreadingHTTPServer):
    """An employer's server: answers what it is told to, and remembers what it was sent."""

    def __init__(self, answer=202, *, location=None, drips=False):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer, self.location, self.drips, self.got = answer, location, drips, []
        self.ending = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/labels"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, self.headers["Content-Type"], body.decode()))
        if self.server.drips:
            for _ in range(200):
                if self.server.ending.wait(0.05):
                    return
                try:
                    self.wfile.write(b"H")
                except OSError:
                    return
        self.send_response(self.server.answer)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_words):
        pass


@contextmanager
def receiving(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.ending.set()
        server.shutdown()
        thread.join()
        server.server_close()


def wanted(db, url):
    """A list that wants its messages at this address."""
    db.add(
        WatchList(
            organisation="CHU",
            email="rh@example.org",
            language="fr",
            webhook_url=url,
            seed="a" * 32,
            token_hmac="b" * 64,
            asked_at=NOW,
            confirmed_at=NOW,
        )
    )
    outbox.owe(db, kind=webhooks.KIND, payload={"url": url, "token": "the.signed.event"}, now=NOW)
    db.commit()


def deliver(db, *, now=NOW, **options):
    messenger = Messenger(**{"allows_loopback": True, **options})
    return outbox.deliver_due(db, handlers={webhooks.KIND: messenger}, now=now)


def failure(db):
    return db.query(outbox.OutboxEntry).one().failure


@on_sqlite
class TestDelivery:
    def test_the_event_is_posted_as_it_is(self, db):
        with receiving(Receiver()) as server:
            wanted(db, server.url)

            assert deliver(db) == 1

            assert server.got == [("/labels", "application/secevent+jwt", "the.signed.event")]

    def test_a_redirection_is_a_failure_and_is_not_followed(self, db):
        with receiving(Receiver()) as elsewhere, receiving(Receiver(307, location=elsewhere.url)) as server:
            wanted(db, server.url)

            assert deliver(db) == 0

            assert elsewhere.got == []
        assert failure(db) == "NotDeliveredError"

    def test_an_error_is_tried_again_later(self, db):
        with receiving(Receiver(500)) as server:
            wanted(db, server.url)
            assert deliver(db) == 0
            server.answer = 202

            assert deliver(db) == 0, "not yet"
            assert deliver(db, now=NOW + timedelta(hours=1)) == 1

    def test_nobody_at_the_address_is_tried_again_later(self, db):
        wanted(db, "http://127.0.0.1:9/labels")

        assert deliver(db) == 0
        assert failure(db) == "NotDeliveredError"

    def test_a_name_that_leads_nowhere_is_tried_again_later(self, db):
        wanted(db, "https://nowhere.invalid/labels")

        assert deliver(db) == 0
        assert failure(db) == "NotDeliveredError"

    def test_whoever_answers_gone_is_not_written_to_any_more(self, db):
        with receiving(Receiver(410)) as server:
            wanted(db, server.url)

            assert deliver(db) == 1

        assert db.query(WatchList).one().webhook_url is None

    def test_what_nobody_wants_any_more_is_not_sent(self, db):
        with receiving(Receiver()) as server:
            wanted(db, server.url)
            db.query(WatchList).one().ended_at = NOW
            db.commit()

            assert deliver(db) == 1

            assert server.got == []

    def test_a_receiver_that_drips_bytes_is_cut_off(self, db, monkeypatch):
        monkeypatch.setattr(webhooks, "DEADLINE", 0.5)
        with receiving(Receiver(drips=True)) as server:
            wanted(db, server.url)

            assert deliver(db) == 0

        assert failure(db) == "NotDeliveredError"

    def test_a_public_service_does_not_post_to_this_machine_even_by_a_name(self, db, monkeypatch):
        """What a name leads to is looked at when the message leaves, not when the address was typed."""
        monkeypatch.setattr(webhooks.socket, "getaddrinfo", lambda *_args, **_more: [(2, 1, 6, "", ("127.0.0.1", 443))])
        wanted(db, "https://rh.example.org/labels")

        assert deliver(db, allows_loopback=False) == 0
        assert failure(db) == "WebhookRefusedError"

    @pytest.mark.parametrize("allows", [True, False])
    def test_one_private_address_among_public_ones_is_enough_to_refuse(self, db, monkeypatch, allows):
        found = [(2, 1, 6, "", ("1.1.1.1", 443)), (2, 1, 6, "", ("10.0.0.8", 443))]
        monkeypatch.setattr(webhooks.socket, "getaddrinfo", lambda *_args, **_more: found)
        wanted(db, "https://rh.example.org/labels")

        assert deliver(db, allows_loopback=allows) == 0
        assert failure(db) == "WebhookRefusedError"


def certificate_for(name):
    """A certificate that believes itself, and its key, in PEM."""
    key = private_key(91)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2046, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM), key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@contextmanager
def receiving_tls(tmp_path, name):
    """The employer's server behind TLS, and the context of somebody who believes its certificate."""
    certificate, key = certificate_for(name)
    (tmp_path / "both.pem").write_bytes(certificate + key)
    server = Receiver()
    behind = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    behind.load_cert_chain(tmp_path / "both.pem")
    server.socket = behind.wrap_socket(server.socket, server_side=True)
    with receiving(server):
        yield server, ssl.create_default_context(cadata=certificate.decode())


@on_sqlite
class TestTls:
    def test_a_certificate_that_nobody_vouches_for_is_not_believed(self, db, tmp_path):
        with receiving_tls(tmp_path, x509.IPAddress(ip_address("127.0.0.1"))) as (server, _believing):
            wanted(db, server.url.replace("http:", "https:"))

            assert deliver(db) == 0

            assert server.got == []
        assert failure(db) == "NotDeliveredError"

    def test_a_certificate_of_another_name_is_not_believed(self, db, tmp_path):
        with receiving_tls(tmp_path, x509.DNSName("elsewhere.example.org")) as (server, believing):
            wanted(db, server.url.replace("http:", "https:"))

            assert deliver(db, context=believing) == 0

            assert server.got == []

    def test_the_certificate_must_be_that_of_the_name_though_the_address_is_pinned(self, db, tmp_path):
        with receiving_tls(tmp_path, x509.DNSName("localhost")) as (server, believing):
            wanted(db, f"https://localhost:{server.server_port}/labels")

            assert deliver(db, context=believing) == 1

            assert len(server.got) == 1
