"""Whose number it is: names of the directory beside names of identity documents."""

import pytest

from certificates.label_rules.same_name import is_name_of

OTHERS = {
    "another family name": ("Claire Martin", "Dubreuil", "Claire"),
    "another given name": ("Anne Dubreuil", "Dubreuil", "Claire"),
    "a letter that slipped": ("Claire Dubreuill", "Dubreuil", "Claire"),
    "a family name alone": ("Dubreuil", "Dubreuil", "Claire"),
    "half of a double name": ("Claire Dubreuil", "Dubreuil-Martin", "Claire"),
    "half of a compound given name": ("Jean Durand", "Durand", "Jean-Pierre"),
    "a word that the document does not have": ("Claire Dubreuil Martin", "Dubreuil", "Claire"),
    "an initial": ("C. Dubreuil", "Dubreuil", "Claire"),
    "nothing in the directory": ("", "Dubreuil", "Claire"),
    "signs only": ("- .", "Dubreuil", "Claire"),
    "nothing on the document": ("Claire Dubreuil", "", ""),
    "one word more, where nothing tells given names apart": ("Claire Dubreuil", "Claire Marie Dubreuil", ""),
}
SAME = {
    "capitals, and the family name first": ("DUBREUIL Claire", "Dubreuil", "Claire"),
    "accents and hyphens": ("MARIE HELENE LEVEQUE", "Lévêque", "Marie-Hélène"),
    "a document with more given names": ("Claire Dubreuil", "Dubreuil", "Claire, Marie, Anne"),
    "a second given name in use": ("Marie Dubreuil", "Dubreuil", "Claire Marie"),
    "birth and used names in another order": ("Claire MARTIN-DUBREUIL", "Dubreuil Martin", "Claire"),
    "a particle left out": ("Paul Rochefort", "de Rochefort", "Paul"),
    "an apostrophe": ("Jeanne D ARC", "d’Arc", "Jeanne"),
    "written in one word": ("Paul LEGALL", "Le Gall", "Paul"),
    "a ligature": ("Zoe COEUR", "Cœur", "Zoé"),
    "a name made of particles only": ("Van LE", "Lê", "Văn"),
    "one string for both": ("Dubreuil Claire", "Claire Dubreuil", ""),
    "another alphabet": ("Νίκος Παπαδόπουλος", "ΠΑΠΑΔΟΠΟΥΛΟΣ", "ΝΙΚΟΣ"),
}


@pytest.mark.parametrize(("told", "family", "given"), OTHERS.values(), ids=OTHERS)
def test_somebody_else(told, family, given):
    assert not is_name_of(told, family_name=family, given_names=given)


@pytest.mark.parametrize(("told", "family", "given"), SAME.values(), ids=SAME)
def test_the_same_person(told, family, given):
    assert is_name_of(told, family_name=family, given_names=given)
