"""A file that was changed: refused with the sentence of what was done to it, beside what the register says and what differs."""

import base64
import io
from dataclasses import replace

import pytest
from sqlalchemy import update
from weasyprint import HTML

from app.apart import ReadingFailedError
from app.certification.models import Certificate
from app.certification.services import printing
from app.database import current_session
from app.verification.services import files
from certificates import document, examine, open_badge, remains, seal
from certificates.cms import Container
from certificates.keys import declare_compromised
from certificates.verification import read_registered
from tests.builders import NOW, pdf_key
from tests.domain import test_seal as attacks
from tests.services.register_builders import registered

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
NAME = "Maëlys Tama’ehu"
CHANGED = "Un texte a été changé"
REPLACED = "L’attestation jointe a été remplacée ou retirée"
SAME = "Rien de ce que nous savons lire dans la page ne diffère"
ADDED = "Quelque chose a été ajouté au fichier après notre sceau"


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch, app):
    """Read files here: what a process of its own adds is tested where it is made."""
    roots = app.extensions["numericite.resources"].roots_file.read_bytes()

    def read_apart(module, argument, *, data, **_limits):
        if module == "certificates.examine":
            return examine.json.dumps(examine.examine(data, roots))
        return remains.json.dumps(remains.read(data, size=int(argument)))

    monkeypatch.setattr(files, "read_apart", read_apart)


class Issued:
    """One certificate of the register, and its file as it was sealed."""

    def __init__(self, app):
        self.app, self.loaded = app, app.extensions["numericite.resources"]
        with app.app_context():
            row = registered(current_session(), self.loaded)
            self.token, self.stated = row.token, read_registered(row.token, self.loaded.ring)
            self.file = printing.printed(
                current_session(),
                row=row,
                credential=self.stated,
                press=self.loaded.press,
                origin=self.loaded.settings.public_url,
            )
            current_session().commit()

    def change_row(self, **values):
        with self.app.app_context():
            current_session().execute(update(Certificate).values(**values))
            current_session().commit()

    def sealed(self, *, stated=None, token=None, key=None, change=lambda page: page):
        """A page sealed by a key of ours, or another, that the register knows nothing of."""
        container = Container(key or self.loaded.ring.active("pdf"))
        page = document.render_pdf(
            stated or self.stated,
            token or self.token,
            check_url=self.stated.check_url,
            issuer=self.loaded.ring.organisation,
            finish=lambda pdf: seal.add_field(pdf, container, at=NOW),
        )
        return seal.close(change(page), container)

    def forged(self):
        return replace(self.stated, holder_name="Jean Forgeron", level="L4")


@pytest.fixture
def issued(app):
    return Issued(app)


def ask(visitor, data):
    return visitor.raw("POST", "/api/v1/documents", data=data, content_type="application/pdf").json


def among_many(visitor, data, **more):
    """The same file in a request for many, as its form of files and as JSON: one answer."""
    form = {"pdf": (io.BytesIO(data), "x.pdf"), **more}
    by_form = visitor.raw("POST", "/api/v1/verify", data=form, content_type="multipart/form-data").json["results"]
    lines = [{"id": "x.pdf", "credential": base64.b64encode(data).decode()}]
    by_json = visitor.raw("POST", "/api/v1/verify", json={"credentials": lines}).json["results"]
    for one in (*by_form, *by_json):
        one.pop("checked_at", None)
        one.get("original", {}).pop("checked_at", None)
    assert by_form == by_json
    return by_form[0]


def drop(visitor, data):
    visitor.get("/verifier")
    return visitor.submit("/verifier/pdf", pdf=(io.BytesIO(data), "x.pdf"))


def rewritten(issued):
    """The whole page written anew under our seal's first revision: another name, in its place."""
    other = issued.loaded.press.print(issued.forged(), issued.token, check_url=issued.stated.check_url)
    writer = attacks.incremental(issued.file)
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    theirs = attacks.incremental(other)
    for place, content in enumerate(theirs.root["/Pages"]["/Kids"][0].get_object()["/Contents"]):
        own = page["/Contents"].raw_get(place)
        data = content.get_object().data
        writer.objects[(own.generation, own.idnum)] = attacks.generic.StreamObject({}, stream_data=data)
    return attacks.written(writer)


#: What is done to a file of ours -> the reason, the sentence of it, what differs.
ATTACKS = {
    "the page drawn anew": (
        lambda one: attacks.with_text_changed(one.file),
        "added-after",
        ADDED,
        "Un texte a été retiré",
    ),
    "another name": (rewritten, "added-after", ADDED, "Le nom imprimé n’est pas celui du document délivré"),
    "a stamp": (
        lambda one: attacks.with_a_stamp_over_the_name(one.file),
        "added-after",
        ADDED,
        "Quelque chose a été posé sur la page",
    ),
    "another attachment": (lambda one: attacks.with_another_attachment(one.file), "added-after", ADDED, REPLACED),
    "another title": (
        lambda one: attacks.with_another_title(one.file),
        "added-after",
        ADDED,
        "Le titre du fichier a changé",
    ),
    "bytes after the end": (lambda one: one.file + b"\n% more\n", "added-after", ADDED, SAME),
    "one bit": (
        lambda one: attacks.flipped(b"/EmbeddedFile", one.file),
        "digest",
        "Des octets du fichier ont changé",
        "",
    ),
    "another date": (
        lambda one: one.file.replace(b"/M(D:20261123", b"/M(D:20251123"),
        "digest",
        "Des octets du fichier ont changé",
        SAME,
    ),
    "a range that begins elsewhere": (
        lambda one: attacks.with_range(-2, 0, one.file),
        "ranges",
        "Le sceau de ce fichier ne couvre plus tout le fichier",
        SAME,
    ),
    "a gap that holds something": (
        lambda one: attacks.wrapped(one.file),
        "gap",
        "glissé dans la place réservée à la signature",
        SAME,
    ),
    "a signature of noughts": (lambda one: attacks.zeroed(one.file), "seal-erased", "La signature a été effacée", SAME),
    "the seal taken off": (
        lambda one: attacks.stripped(one.file),
        "seal-removed",
        "Notre sceau a été retiré de ce fichier",
        SAME,
    ),
    "another's seal": (
        lambda one: one.sealed(key=pdf_key(8, root_number=9), stated=one.forged()),
        "seal-replaced",
        "Ce fichier porte le sceau de quelqu’un d’autre",
        "Le nom imprimé n’est pas celui du document délivré",
    ),
    "a seal that allows changes": (
        lambda one: one.sealed(change=lambda page: page.replace(b"/P 1/V/1.2", b"/P 3/V/1.2")),
        "permissions",
        "Le sceau de ce fichier permet des changements",
        "",
    ),
}


#: The step of a check among many that an attack fails at, where it is not the signature.
_FAILED = {"seal-removed": "form", "seal-replaced": "key"}


@pytest.mark.parametrize(
    "app", ["sqlite"], indirect=True
)  # the register is asked alike for each; those below ask PostgreSQL too
@pytest.mark.parametrize("case", ATTACKS)
def test_is_refused_with_its_sentence_beside_the_register(issued, visitor, case):
    attack, reason, sentence, difference = ATTACKS[case]
    data = attack(issued)

    page = drop(visitor, data)
    answer = ask(visitor, data)

    line = among_many(visitor, data)

    assert page.headings == ["Modifié"]
    assert sentence in page.text
    assert difference in page.text
    assert "Ne vous y fiez pas" in page.text
    if case != "one bit":  # that bit was one of the token, and nothing says any more whose file it is
        assert "Délivré à " + NAME in page.text.replace("\n", " ")
        assert f"/c/{issued.stated.code}" in page.links.values()
        assert answer["original"]["certificate"]["holder_name"] == NAME
    assert (answer["verdict"], answer["reason"], answer["certificate"]) == ("altered", reason, None)
    assert line.pop("steps")[-1] == {"step": _FAILED.get(reason, "signature"), "passed": False}
    assert (line.pop("id"), line.pop("format")) == ("x.pdf", "pdf")
    answer.get("original", {}).pop("checked_at", None)
    assert line == {key: told for key, told in answer.items() if key != "checked_at"}


def test_the_words_of_the_file_are_told_as_its_own(issued, visitor):
    page, answer = drop(visitor, rewritten(issued)), ask(visitor, rewritten(issued))

    assert [one for one in answer["differences"] if one["what"] == "name"] == [
        {"what": "name", "issued": NAME, "found": answer["differences"][0]["found"]}
    ]
    assert "Jean Forgeron" in answer["differences"][0]["found"]
    assert "Délivré à Jean" not in page.text


#: Nothing of ours is in these.
STRANGERS = {
    "never sealed": ("unsealed-pdf", lambda: HTML(string="<p>Un diplôme").write_pdf(), "ni aucun autre"),
    "sealed by somebody": ("foreign-seal", attacks.look_alike, "mais celui de quelqu’un d’autre"),
}


@pytest.mark.parametrize(("reason", "made", "sentence"), STRANGERS.values(), ids=STRANGERS)
def test_a_stranger_is_unknown_with_its_own_sentence(visitor, reason, made, sentence):
    assert sentence in drop(visitor, made()).text
    data = made()
    for answer in (ask(visitor, data), among_many(visitor, data)):
        assert (answer["verdict"], answer["reason"]) == ("unknown", reason)
    assert len(among_many(visitor, data)["steps"]) == {"unsealed-pdf": 1, "foreign-seal": 2}[reason]


@pytest.mark.parametrize("attack", [attacks.zeroed, attacks.wrapped])
def test_a_broken_one_with_nothing_of_ours_is_just_broken(visitor, attack):
    data = attack()

    assert ask(visitor, data)["code"] == "broken-pdf"
    assert among_many(visitor, data) == {"id": "x.pdf", "error": "broken-pdf"}


def test_one_whose_holder_closed_the_link_tells_nothing_of_the_document(issued, visitor):
    issued.change_row(is_shared=False)

    answer = ask(visitor, attacks.with_another_title(issued.file))

    assert answer["verdict"] == "altered"
    assert not {"original", "differences"} & answer.keys()


def test_one_that_was_withdrawn_says_so_beside_what_was_changed(issued, visitor):
    issued.change_row(status="revoked", status_changed_at=NOW)

    page, answer = drop(visitor, issued.file + b" "), ask(visitor, issued.file + b" ")

    assert answer["original"]["verdict"] == "revoked"
    assert "Retiré le 23 novembre 2026" in page.text
    assert "au moins" not in page.text


def test_one_that_kills_its_reader_is_told_without_what_differs(issued, visitor, monkeypatch):
    read_apart = files.read_apart

    def dies(module, *arguments, **options):
        if module == "certificates.remains":
            raise ReadingFailedError
        return read_apart(module, *arguments, **options)

    monkeypatch.setattr(files, "read_apart", dies)

    answer = ask(visitor, issued.file + b" ")

    assert (answer["verdict"], answer["differences"]) == ("altered", None)
    assert answer["original"]["verdict"] == "valid"


class TestUnderOurSeal:
    """What somebody seals who holds our key, before we know of it and after."""

    def test_another_statement_under_a_number_of_ours_is_altered(self, issued, visitor):
        other = open_badge.issue(issued.forged(), issuer=issued.loaded.issuer, ring=issued.loaded.ring)

        answer = ask(visitor, issued.sealed(stated=issued.forged(), token=other))

        assert (answer["verdict"], answer["reason"], answer["certificate"]) == ("altered", "attachment", None)
        line = among_many(visitor, issued.sealed(stated=issued.forged(), token=other))
        assert (line["verdict"], line["steps"][-1]) == ("altered", {"step": "statement", "passed": False})

    def test_a_statement_that_nobody_signed_is_altered(self, issued, visitor):
        head, payload, _signature = issued.token.split(".")

        answer = ask(visitor, issued.sealed(token=f"{head}.{payload}.{'A' * 86}"))

        assert (answer["verdict"], answer["reason"]) == ("altered", "attachment")
        assert "n’est pas celle que nous avons délivrée" in drop(visitor, issued.sealed(token="x")).text

    def test_a_paper_of_ours_that_states_nothing_is_no_changed_file(self, visitor, issued):
        page = drop(visitor, attacks.with_attached("session.json", key=issued.loaded.ring.active("pdf")))

        assert page.headings == ["Non confirmé"]
        assert "ce n’est ni une attestation" in page.text

    @pytest.fixture
    def declared(self, issued):
        """Declare the key that seals stolen, as the command and a restart would."""
        loaded = issued.loaded
        ring = declare_compromised(loaded.ring, loaded.ring.active("pdf").kid, since=NOW)
        issued.app.extensions["numericite.resources"] = replace(loaded, ring=ring)
        yield
        issued.app.extensions["numericite.resources"] = loaded

    @pytest.mark.usefixtures("declared")
    def test_a_key_declared_stolen_seals_nothing_any_more_whatever_date_it_wrote(self, issued, visitor):
        forged = issued.sealed(stated=issued.forged())

        answer = ask(visitor, forged)

        assert (answer["verdict"], answer["reason"], answer["certificate"]) == ("unconfirmed", "compromised-key", None)
        assert "La clé qui a scellé ce fichier a été volée" in drop(visitor, forged).text
        assert ask(visitor, issued.file)["reason"] == among_many(visitor, issued.file)["reason"] == "compromised-key"
        names = [one["issued"] for one in ask(visitor, forged + b" ")["differences"] if one["what"] == "name"]
        assert names == [NAME]  # it is compared with what we issued, not with what the thief sealed

    @pytest.mark.usefixtures("declared")
    def test_what_we_handed_out_is_still_known_by_its_hash(self, issued, visitor):
        with issued.app.app_context():
            row = current_session().query(Certificate).one()
            current_session().add(
                files.HandedOutFile(certificate_id=row.id, sha256=files.digest_of(issued.file), made_at=NOW)
            )
            current_session().commit()

        assert ask(visitor, issued.file)["verdict"] == "valid"

    def test_a_key_of_our_authority_that_the_ring_lacks_proves_nothing(self, issued, visitor):
        ring = replace(issued.loaded.ring, keys=tuple(key for key in issued.loaded.ring.keys if key.family != "pdf"))
        issued.app.extensions["numericite.resources"] = replace(issued.loaded, ring=ring)

        assert ask(visitor, issued.file)["reason"] == "unknown-key"
        issued.app.extensions["numericite.resources"] = issued.loaded
