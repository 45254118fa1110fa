"""Codes typed from paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.reference import ALPHABET, code_bytes, code_in, format_code, new_code, normalise_code

CODE = "7KQ2M4XR9TBDH5VN"

REFUSED = {
    "nothing": "",
    "too short": "7KQ2-M4XR-9TBD",
    "too long": "7KQ2-M4XR-9TBD-H5VN-0",
    "a letter outside the alphabet": "UKQ2-M4XR-9TBD-H5VN",
    "a sign": "7KQ2-M4XR-9TBD-H5V!",
    "a whole page": CODE + " " * 100,
    "letters of another script": "7КQ2-M4XR-9TBD-H5VN",
}

READ_KINDLY = {
    "as printed": ("7KQ2-M4XR-9TBD-H5VN", CODE),
    "in small letters": ("7kq2-m4xr-9tbd-h5vn", CODE),
    "without dashes": (CODE, CODE),
    "with spaces": ("  7KQ2 M4XR\u00a09TBD H5VN\n", CODE),
    "with typographic dashes": ("7KQ2–M4XR—9TBD‑H5VN", CODE),
    "with dots": ("7KQ2.M4XR.9TBD.H5VN", CODE),
    "with full-width signs": ("７ＫＱ２-M4XR-9TBD-H5VN", CODE),
    "with an O for a zero": ("OKQ2-M4XR-9TBD-H5VN", "0KQ2M4XR9TBDH5VN"),
    "with an I for a one": ("IKQ2-M4XR-9TBD-H5VN", "1KQ2M4XR9TBDH5VN"),
    "with a small L for a one": ("lkq2-m4xr-9tbd-h5vn", "1KQ2M4XR9TBDH5VN"),
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_refuses(text):
    assert normalise_code(text) is None


@pytest.mark.parametrize("size", [0, 9, 11])
def test_refuses_any_other_number_of_bytes(size):
    with pytest.raises(ValueError, match="10 random bytes"):
        new_code(b"\x00" * size)


@pytest.mark.parametrize(("text", "code"), READ_KINDLY.values(), ids=READ_KINDLY)
def test_reads_kindly(text, code):
    assert normalise_code(text) == code


def test_spells_bytes_from_the_first():
    assert new_code(bytes(10)) == "0" * 16
    assert new_code(b"\xff" * 10) == "Z" * 16
    assert new_code(b"\x08" + bytes(9)) == "1" + "0" * 15


def test_is_printed_in_groups_of_four():
    assert format_code(CODE) == "7KQ2-M4XR-9TBD-H5VN"


@given(st.binary(min_size=10, max_size=10))
def test_no_bit_is_lost_and_what_is_printed_is_read_back(token_bytes):
    code = new_code(token_bytes)

    value = 0
    for character in code:
        value = value * 32 + ALPHABET.index(character)
    assert value.to_bytes(10) == token_bytes
    assert normalise_code(format_code(code).lower()) == code


@given(st.text(max_size=80))
def test_whatever_is_typed_gives_a_code_or_nothing(text):
    code = normalise_code(text)

    assert code is None or (len(code) == 16 and set(code) <= set(ALPHABET))


@pytest.mark.parametrize("code", ["", "7KQ2", "7kq2m4xr9tbdh5vn", "7KQ2-M4XR-9TBD-H5VN", "7KQ2M4XR9TBDH5VU"])
def test_only_a_reference_as_stored_stands_for_bytes(code):
    with pytest.raises(ValueError, match="not a reference"):
        code_bytes(code)


@given(st.binary(min_size=10, max_size=10))
def test_a_reference_stands_for_its_bytes(data):
    assert code_bytes(new_code(data)) == data


LINKS = {
    "another host": "https://numericite.elsewhere/c/7KQ2-M4XR-9TBD-H5VN",
    "ours as a user name": "https://numericite.example@elsewhere.example/c/7KQ2-M4XR-9TBD-H5VN",
    "ours as the beginning of another": "https://numericite.example.elsewhere/c/7KQ2-M4XR-9TBD-H5VN",
    "another page": "https://numericite.example/certificats/7KQ2-M4XR-9TBD-H5VN",
    "a script": "javascript:numericite.example/c/7KQ2-M4XR-9TBD-H5VN",
    "no code in it": "https://numericite.example/c/",
    "half a code": "https://numericite.example/c/7KQ2-M4XR",
}


@pytest.mark.parametrize("text", LINKS.values(), ids=LINKS)
def test_a_link_that_is_not_to_a_check_of_ours_holds_no_code(text):
    assert code_in(text, origin="https://numericite.example") is None


@pytest.mark.parametrize(
    "text",
    [
        "7kq2 m4xr 9tbd h5vn",
        "https://numericite.example/c/7KQ2-M4XR-9TBD-H5VN",
        " HTTP://Numericite.example/c/7KQ2M4XR9TBDH5VN/ ",
        "numericite.example/c/7KQ2-M4XR-9TBD-H5VN?lang=en#0oRQow",
    ],
)
def test_a_code_is_found_as_typed_or_in_a_link_of_ours(text):
    assert code_in(text, origin="https://numericite.example") == "7KQ2M4XR9TBDH5VN"
