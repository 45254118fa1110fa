"""Tails of distributions, against printed tables (Abramowitz and Stegun 1964, table 26.8)."""

import pytest

from quizzes.probability import chi_square_tail, normal_tails


def test_refuses_a_chi_square_without_freedom():
    with pytest.raises(ValueError, match="degree"):
        chi_square_tail(1.0, 0)


@pytest.mark.parametrize(
    ("value", "degrees", "tail"),
    [
        (3.84146, 1, 0.05),
        (9.21034, 2, 0.01),
        (7.81473, 3, 0.05),
        (15.0863, 5, 0.01),
        (18.3070, 10, 0.05),
        (0, 4, 1),
        (-1, 3, 1),
    ],
)
def test_chi_square(value, degrees, tail):
    assert chi_square_tail(value, degrees) == pytest.approx(tail, abs=1e-6)


def test_normal():
    assert normal_tails(-1.959964) == pytest.approx(0.05, abs=1e-6)
