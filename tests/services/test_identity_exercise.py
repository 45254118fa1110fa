"""What Pro Santé Connect tells of a profession: read where it stands, refused when it is of another shape."""

import pytest

from app.identity.services.exercise import Professional, read

NUMBER = "99900000003"
NURSE = {"codeProfession": "60", "codeCategorieProfessionnelle": "C", "activities": [{"codeModeExercice": "S"}]}
WHOLE = {
    "SubjectNameID": f"8{NUMBER}",
    "otherIds": [{"identifiant": f"8{NUMBER}", "origine": "RPPS", "qualite": 1}],
    "SubjectRefPro": {"codeCivilite": "MME", "exercices": [NURSE]},
    "SubjectRole": ["60^1.2.250.1.213.1.1.5.5"],
}


def practising(*exercises, **claims):
    return {"SubjectRefPro": {"exercices": list(exercises)}, **claims}


REFUSED = {
    "a number that is not text": {"SubjectNameID": 8},
    "other identifiers in an object": {"otherIds": {"identifiant": "8" + NUMBER}},
    "other identifiers that are texts": {"otherIds": ["8" + NUMBER]},
    "an origin that is not text": {"otherIds": [{"origine": 1}]},
    "an RPPS number that is none": {"otherIds": [{"origine": "RPPS", "identifiant": "ANS2023"}]},
    "an RPPS number that is missing": {"otherIds": [{"origine": "RPPS"}]},
    "two numbers": {**WHOLE, "SubjectNameID": "810000001916"},
    "the profession in a list": {"SubjectRefPro": []},
    "the profession as a text of JSON": {"SubjectRefPro": '{"exercices": []}'},
    "exercises in an object": {"SubjectRefPro": {"exercices": NURSE}},
    "an exercise that is text": practising("60"),
    "an exercise that is null": practising(None),
    "a profession as a number": practising({**NURSE, "codeProfession": 60}),
    "a category as a list": practising({**NURSE, "codeCategorieProfessionnelle": ["C"]}),
    "activities as a number": practising({**NURSE, "activities": 1}),
    "activities as texts": practising({**NURSE, "activities": ["salariée"]}),
    "more exercises than anybody has": practising(*[NURSE] * 51),
    "a role that is a number": {"SubjectRole": 60},
    "roles that are objects": {"SubjectRole": [{"code": "60"}]},
}


@pytest.mark.parametrize("claims", REFUSED.values(), ids=REFUSED)
def test_refused(claims):
    with pytest.raises(ValueError, match=r"^[A-Za-z ]+$") as caught:
        read(claims)

    assert NUMBER not in str(caught.value)


STUDENT, IDLE = {**NURSE, "codeCategorieProfessionnelle": "E"}, {**NURSE, "codeProfession": "10", "activities": []}
TOLD = {
    "everything": (WHOLE, Professional(rpps=NUMBER, profession="Infirmier", is_active=True)),
    "nothing": ({}, Professional()),
    "nulls": (dict.fromkeys(WHOLE), Professional()),
    "no exercise at all": ({**WHOLE, "SubjectRefPro": {}}, Professional(rpps=NUMBER, profession="Infirmier")),
    "the number among others only": (
        {
            "SubjectNameID": "ANS20231122132732",
            "otherIds": [{"origine": "EDIT", "identifiant": "x"}, *WHOLE["otherIds"]],
        },
        Professional(rpps=NUMBER),
    ),
    "a sandbox identifier": ({"SubjectNameID": "ANS20231122132732"}, Professional()),
    "an exercise that is over says a profession and no more": (practising(IDLE), Professional(profession="Médecin")),
    "of two professions, the one that is exercised": (
        practising(IDLE, NURSE),
        Professional(profession="Infirmier", is_active=True),
    ),
    "a student exercises nothing": (practising(STUDENT), Professional()),
    "a profession that we do not know": (
        practising({**NURSE, "codeProfession": "99"}),
        Professional(is_active=True),
    ),
    "a profession that is not told": (
        practising({"codeProfession": "", "activities": [{}]}),
        Professional(is_active=True),
    ),
    "one role, outside a list": ({"SubjectRole": "50^1.2.250.1.213.1.1.5.5"}, Professional(profession="Sage-Femme")),
    "a role of another kind": ({"SubjectRole": ["10^1.2.250.1.213.1.1.4.6"]}, Professional()),
}


@pytest.mark.parametrize(("claims", "expected"), TOLD.values(), ids=TOLD)
def test_told(claims, expected):
    assert read(claims) == expected
