"""The achievement by itself, as software fetches it."""

import pytest

from certificates import label_achievement, linked_data
from certificates.achievement import Published, PublishedArea, document, profile
from certificates.claims import stated_issuer, to_claims
from certificates.label_rules.parameters import parameters
from tests.builders import ORIGIN, credential, issuer, label_credential, supervised


def published(one) -> Published:
    return Published(
        origin=ORIGIN,
        kind=one.kind,
        language=one.language,
        framework_code=one.framework_code,
        framework_version=one.framework_version,
        framework_title=one.framework_title,
        areas=tuple(PublishedArea(area_id=area.area_id, title=area.title) for area in one.areas),
        demonstration=one.demonstration,
    )


@pytest.mark.parametrize("one", [credential(), supervised(language="en")], ids=["statement", "certificate"])
def test_is_what_credentials_say_of_it(one):
    stated = to_claims(one, issuer())["credentialSubject"]["achievement"]
    alone = document(published(one))

    assert {name: alone[name] for name in alone if name != "@context"} == {
        name: value for name, value in stated.items() if name != "resultDescription"
    }


def test_holds_only_terms_that_the_contexts_define():
    assert b"numericite.example/achievements/CIT/statement" in linked_data.canonical(document(published(credential())))
    assert b"contact@example.com" in linked_data.canonical(profile(issuer()))


def test_the_issuer_is_named_as_in_what_it_signed():
    former = issuer(name="Ancien nom")

    assert stated_issuer(to_claims(credential(), former)) == former


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_label_s_is_what_labels_say_of_it(language):
    label = label_credential(language=language)
    alone = label_achievement.published(parameters(), origin=ORIGIN, language=language, demonstration=False)

    stated = to_claims(label, issuer())["credentialSubject"]["achievement"]
    assert document(alone) == {"@context": document(alone)["@context"], **stated}
