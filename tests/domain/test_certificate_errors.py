"""Errors travel between processes and into logs."""

import pickle  # a subprocess gives its errors back this way

import pytest

from certificates import errors
from tests.builders import NOW, credential

RAISED = {
    "a name": errors.UnacceptableNameError("title"),
    "a token": errors.MalformedCredentialError("header: not that of a credential"),
    "a key": errors.UnknownKeyError("kid"),
    "a compromised key": errors.CompromisedKeyError("kid", NOW),
    "a signature": errors.BadSignatureError(),
    "a status list": errors.MalformedStatusListError("too short"),
    "a stale list": errors.StaleStatusListError(),
    "another list": errors.OtherStatusListError("https://example.com/status/1"),
    "a directory": errors.KeyDirectoryError("keys", "Permission denied"),
    "a changed page": errors.AlteredPdfError("bytes-after-the-seal"),
    "too early": errors.NotYetValidError(credential()),
    "too late": errors.ExpiredError(credential()),
}


def leaves(family):
    children = family.__subclasses__()
    return [leaf for child in children for leaf in leaves(child)] if children else [family]


@pytest.mark.parametrize("error", RAISED.values(), ids=RAISED)
def test_survives_the_trip_back_from_a_subprocess(error):
    back = pickle.loads(pickle.dumps(error))  # noqa: S301

    assert (type(back), back.args, back.__dict__) == (type(error), error.args, error.__dict__)


def test_each_leaf_has_a_code_of_its_own():
    codes = [leaf.__dict__.get("code") for leaf in leaves(errors.CertificateError)]

    assert None not in codes
    assert len(set(codes)) == len(codes)


def test_says_where_the_keys_are():
    assert str(errors.KeyDirectoryError("instance/keys", "Permission denied")) == "instance/keys: Permission denied"
