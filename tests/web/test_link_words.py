"""What a holder reads about each kind of link, where one is made. That it is true is the guard's: tests/guards/test_disclosure.py."""

import pytest

from tests.web.test_journey import certify, open_account


@pytest.mark.parametrize("path", ["", "/liens/nouveau"])
def test_the_three_kinds_are_told_apart(app, visitor, path):
    open_account(app, visitor)
    text = visitor.get(f"/certificats/{certify(app, visitor)}{path}").text

    levels, existence = text.split("sans votre nom : la même liste, sauf")[1].split("l’existence seule")
    existence = existence.split("Ni nom, ni niveau.")[0]
    assert "votre nom tel que vous l’avez écrit" in levels
    assert "le niveau de chaque domaine" not in levels
    assert "de quel document il s’agit" in existence
    assert "la date du test" not in existence
