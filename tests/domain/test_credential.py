"""The statement refuses what contradicts itself."""

from datetime import date, datetime, timedelta, timezone

import pytest

from certificates.credential import Issuer, LabelFacts
from tests.builders import AREAS, NOW, ORIGIN, area, credential, issuer, label_credential

OTHER_ID = f"{ORIGIN}/credentials/0b5c7d1e-92f4-4a36-8d20-5e6f7a8b9c0d"

WRONG = {
    "identifier without uuid": {"credential_id": f"{ORIGIN}/credentials/1"},
    "identifier of another version of uuid": {
        "credential_id": f"{ORIGIN}/credentials/6f1c2a9e-3b7d-1c58-9a10-2f4e8d5b7c61"
    },
    "identifier not https": {"credential_id": OTHER_ID.replace("https", "http")},
    "identifier with a user": {"credential_id": OTHER_ID.replace("https://", "https://x@")},
    "identifier with a path": {"credential_id": OTHER_ID.replace("/cred", "/a/cred")},
    "code with dashes": {"code": "7KQ2-M4XR-9TBD-H5VN"},
    "code in small letters": {"code": "7kq2m4xr9tbdh5vn"},
    "no name": {"holder_name": " "},
    "name with a line break": {"holder_name": "Anne\nMartin"},
    "language unknown": {"language": "de"},
    "negative index": {"status_index": -1},
    "supersedes something else": {"supersedes": "https://numericite.example/"},
    "supersedes itself": {"supersedes": credential().credential_id},
    "kind unknown": {"kind": "diploma"},
    "assurance unknown": {"assurance": "A0"},
    "certificate of an unsupervised test": {"kind": "certificate"},
    "verified name in an unsupervised test": {"name_verified": True},
    "certificate with a declared name": {"kind": "certificate", "assurance": "A2"},
    "certificate without a level": {"kind": "certificate", "assurance": "A2", "name_verified": True, "level": None},
    "framework in small letters": {"framework_code": "cit"},
    "framework version with a space": {"framework_version": "1 0"},
    "engine without version": {"engine_version": ""},
    "engine version with a separator": {"engine_version": "1; use=real"},
    "bank hash in capitals": {"bank_hash": "A" * 64},
    "bank hash cut": {"bank_hash": "a" * 63},
    "level unknown": {"level": "L5"},
    "probability above one": {"level_probability": 1.01},
    "probability below zero": {"level_probability": -0.01},
    "probability not a number": {"level_probability": float("nan")},
    "title in one language": {"framework_title": ("Citoyens",)},
    "empty title": {"framework_title": ("Citoyens", " ")},
    "no answer": {"items_answered": 0},
    "no area": {"areas": ()},
    "area twice": {"areas": (AREAS[0], AREAS[0])},
    "naive issue": {"issued_at": NOW.replace(tzinfo=None)},
    "naive validity": {"valid_from": NOW.replace(tzinfo=None)},
    "naive end": {"valid_until": NOW.replace(tzinfo=None)},
    "moment for a day": {"sat_on": NOW},
    "issued before the sitting": {"sat_on": date(2026, 11, 25)},
    "validity reversed": {"valid_until": NOW - timedelta(days=1)},
    "validity of an instant": {"valid_until": NOW + timedelta(milliseconds=300)},
}

WRONG_AREAS = {
    "identifier": {"area_id": "overall"},
    "level": {"level": "L0"},
    "probability": {"probability": 2},
    "ability infinite": {"mean": float("inf")},
    "error negative": {"error": -0.1},
    "error not a number": {"error": float("nan")},
    "title": {"title": ("", "")},
}

WRONG_ORIGINS = {
    "with a path": "https://numericite.example/",
    "with a query": "https://numericite.example?x",
    "with a user": "https://x@numericite.example",
    "http on the network": "http://numericite.example",
    "no scheme": "numericite.example",
    "another scheme": "ftp://numericite.example",
    "nothing": "",
    "only a port": "https://:443",
}


@pytest.mark.parametrize("overrides", WRONG.values(), ids=WRONG)
def test_credential_refused(overrides):
    with pytest.raises(ValueError, match=r"\w"):
        credential(**overrides)


@pytest.mark.parametrize("overrides", WRONG_AREAS.values(), ids=WRONG_AREAS)
def test_area_refused(overrides):
    with pytest.raises(ValueError, match=r"\w"):
        area(**overrides)


@pytest.mark.parametrize("url", WRONG_ORIGINS.values(), ids=WRONG_ORIGINS)
def test_issuer_refused(url):
    with pytest.raises(ValueError, match=r"address of ours|scheme://host"):
        issuer(url=url)


@pytest.mark.parametrize("url", ["https://numericite.example:8443", "http://127.0.0.1:8000", "http://[::1]:8000"])
def test_issuer_accepted(url):
    assert issuer(url=url) == Issuer(name=issuer().name, url=url, email=issuer().email)


def test_moments_are_kept_in_utc_to_the_second():
    paris = datetime(2026, 11, 23, 11, 42, 7, 999_999, tzinfo=timezone(timedelta(hours=1)))

    stated = credential(issued_at=paris, valid_from=paris, valid_until=paris + timedelta(days=1))

    assert stated.issued_at.isoformat() == "2026-11-23T10:42:07+00:00"
    assert stated.valid_until.isoformat() == "2026-11-24T10:42:07+00:00"


def test_measures_are_kept_to_four_decimals():
    stated = credential(level_probability=0.94214999, areas=(area(mean=-0.00001, error=1, probability=1),))

    assert stated.level_probability == 0.9421
    assert [repr(value) for value in (stated.areas[0].mean, stated.areas[0].error)] == ["0.0", "1.0"]


def test_the_day_of_paris_may_precede_that_of_utc():
    late = NOW.replace(hour=23, minute=30)

    assert credential(sat_on=date(2026, 11, 24), issued_at=late, valid_from=late).sat_on == date(2026, 11, 24)


def test_status_index_is_counted_over_all_lists():
    stated = credential(status_index=131_072 * 2 + 7)

    assert stated.status_list_url == f"{ORIGIN}/status/3.jwt"
    assert stated.status_position == 7


WRONG_LABELS = {
    "without its facts": {"label": None},
    "of an unsupervised test": {"assurance": "A1"},
    "with a declared name": {"name_verified": False},
    "without an end": {"valid_until": None},
    "with a level": {"level": "L3"},
    "with areas": {"areas": AREAS},
    "with items": {"items_answered": 1},
    "with a probability": {"level_probability": 0.5},
    "on a provisional scale": {"provisional": True},
}


@pytest.mark.parametrize("wrong", WRONG_LABELS.values(), ids=WRONG_LABELS)
def test_a_label_refuses(wrong):
    with pytest.raises(ValueError, match=r"label|unsupervised|verified"):
        label_credential(**wrong)


def test_only_a_label_has_the_facts_of_one():
    with pytest.raises(ValueError, match="own facts"):
        credential(label=label_credential().label)


@pytest.mark.parametrize(
    "wrong",
    [{"number": "2026-00417-V"}, {"number": "2026-417"}, {"profession": "druide"}],
    ids=["a slip in the number", "another form of number", "no profession"],
)
def test_the_facts_of_a_label_refuse(wrong):
    with pytest.raises(ValueError, match="not "):
        LabelFacts(**{"number": "2026-00417-U", "profession": "sage-femme", **wrong})


def test_a_label_has_a_list_of_its_own_where_a_bit_may_be_cleared_again():
    label = label_credential(status_index=131_075)

    assert (label.status_list_url, label.status_position) == (f"{ORIGIN}/status/suspension/2.jwt", 3)
    assert (label.status_purpose, credential().status_purpose) == ("suspension", "revocation")
