"""A profession that a renewal asks for: nobody reads it before a committee has given the renewal."""

import pytest

from app.errors import NotFoundError
from app.labels.services import applying, crediting, personal_data
from app.publication.services import register
from certificates import verification
from certificates.dates import day_in_paris
from tests.services.label_builders import NOW, draft, office, professional_of, renewal_asked, renewal_due, voted


def shown(db, label):
    """What the public register says."""
    return register.find_by_number(db, number=label.number, on=day_in_paris(NOW)).profession


def say(db, person, profession):
    label = applying.hold_open(db, person_id=person.id)
    applying.set_profession(db, label=label, profession=profession, is_prescriber=False, is_tested_out=True)
    return label


def test_a_holder_alone_does_not_change_what_the_register_says(db, loaded):
    person, label, _two = renewal_due(db, loaded)

    say(db, person, "medecin")

    assert (shown(db, label), label.profession, label.profession_asked) == ("sage-femme", "sage-femme", "medecin")


def test_nor_does_an_extension_in_between(db, loaded):
    person, label, _two = renewal_due(db, loaded)
    say(db, person, "medecin")

    crediting.extend(db, label=label, months=2, actor_id=None, now=NOW, registrar=office(db, loaded)["registrar"])

    stated = verification.verify_signature(crediting.current(db, label=label).token, loaded.ring)
    assert stated.label.profession == "sage-femme"


def test_nor_a_renewal_that_was_not_given(db, loaded):
    _person, label, two = renewal_asked(db, loaded)
    label.profession_asked = "medecin"

    assert voted(db, loaded, label, two, "return_renewal", "criteria-not-met")

    assert (shown(db, label), label.profession_asked) == ("sage-femme", "medecin")


def test_one_that_is_unheard_of_is_refused(db, loaded):
    person, label, _two = renewal_due(db, loaded)

    with pytest.raises(NotFoundError):
        say(db, person, "druide")

    assert label.profession_asked is None


def test_the_committee_gives_it_with_the_renewal(db, loaded):
    _person, label, two = renewal_asked(db, loaded)
    label.profession_asked = "medecin"

    assert voted(db, loaded, label, two, "renew", "criteria-met")

    stated = verification.verify_signature(crediting.current(db, label=label).token, loaded.ring)
    assert (shown(db, label), stated.label.profession, label.profession_asked) == ("medecin", "medecin", None)


def test_saying_the_former_one_again_asks_for_nothing(db, loaded):
    person, label, _two = renewal_due(db, loaded)
    say(db, person, "medecin")

    say(db, person, "sage-femme")

    assert label.profession_asked is None


def test_a_first_application_says_it_at_once(db, loaded):
    label = draft(db, loaded, professional_of(db))

    assert (label.profession, label.profession_asked) == ("sage-femme", None)


def test_it_is_taken_along_and_leaves_with_the_person(db, loaded):
    person, label, _two = renewal_due(db, loaded)
    say(db, person, "medecin")

    assert personal_data.export_person(db, person_id=person.id)["labels"][0]["profession_asked"] == "medecin"
    personal_data.forget_file(db, label)
    assert label.profession_asked is None
