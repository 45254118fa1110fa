"""Numbers by which people are known elsewhere: as they are typed, and as they are kept."""

from typing import ClassVar

import pytest

from app.identity.services import linking, rpps
from tests.services.accounts_builders import SECRET

NUMBER = "10000001916"


class TestShape:
    WRONG: ClassVar = {
        "nothing": "",
        "ten digits": "1000000191",
        "twelve digits": "100000019160",
        "a wrong digit": "10000001917",
        "two digits swapped": "10000009116",
        "letters": "1000000191O",
        "digits of another script": "١٠٠٠٠٠٠١٩١٦",
        "the identifier of the card": "810000001916",
    }

    @pytest.mark.parametrize("typed", WRONG.values(), ids=WRONG)
    def test_refuses(self, typed):
        assert rpps.normalise(typed) is None

    @pytest.mark.parametrize("typed", [NUMBER, "10 00 00 01 916", "100.000.019-16", " 10000001916 "])
    def test_accepts_as_people_type_it(self, typed):
        assert rpps.normalise(typed) == NUMBER

    def test_reads_back_what_it_shows(self):
        assert rpps.normalise(rpps.spaced(NUMBER)) == NUMBER


def test_the_digest_of_an_identity_is_of_one_provider_and_one_secret():
    digests = {
        linking.subject_hash(provider, "anne", secret=secret)
        for provider in linking.Provider
        for secret in (SECRET, "x" * 40)
    }

    assert len(digests) == 4
