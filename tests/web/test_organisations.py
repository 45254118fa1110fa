"""The pages of the structures, and each of them as somebody else."""

from app.access import Role
from app.database import current_session
from app.organisations.models import Member, ReservedExposure, Structure, Tie

ACCREDITED = {
    "name": "Médiathèque de Bron",
    "kind": "library",
    "address": "2 place de Weingarten, 69500 Bron",
    "finess": "",
    "siret": "",
    "accredited_from": "2026-01-01",
    "accredited_until": "2031-12-31",
}


def accredit(officer):
    officer.get("/structures/accrediter")
    return officer.submit("/accrediter", **ACCREDITED).path


def test_a_structure_from_its_accreditation_to_its_members(app, enter):
    officer, manager, helper = (
        enter("agente@example.org", Role.OFFICER),
        enter("resp@example.org"),
        enter("aide@example.org"),
    )
    assert "Aucune structure" in officer.get("/structures/").text
    path = accredit(officer)
    officer.submit("/responsables", **{"responsable-email": "resp@example.org"})

    assert "Médiathèque de Bron" in manager.get("/structures/").text
    manager.get(path)
    assert "Nommer une personne responsable" not in manager.page.text
    page = manager.submit(
        "/membres", **{"membre-email": "aide@example.org", "membre-part": "invigilator", "membre-framework_code": "CIT"}
    )
    assert "Aide" in page.text

    assert "Donner un rôle" not in helper.get(path).text
    manager.get(path)
    with app.app_context():
        member_id = current_session().query(Member).filter_by(part="invigilator").one().id
    manager.submit(f"/membres/{member_id}/fin")
    helper.get(path, status=404)
    assert "pas encore de rôle" in helper.get("/structures/").text


def test_what_is_wrong_in_a_form_is_told_beside_it(app, enter):
    officer = enter("agente@example.org", Role.OFFICER)
    officer.get("/structures/accrediter")
    assert (
        "La fin vient avant"
        in officer.submit("/accrediter", expect=422, **{**ACCREDITED, "accredited_until": "2025-01-01"}).text
    )
    assert "FINESS" in officer.submit("/accrediter", expect=422, **{**ACCREDITED, "siret": "12"}).text
    assert "Saisissez son nom" in officer.submit("/accrediter", expect=422, **{**ACCREDITED, "name": "  "}).text
    accredit(officer)
    page = officer.submit("/responsables", expect=422, **{"responsable-email": "personne@example.org"})
    assert "Aucun compte confirmé" in page.text
    assert "Donnez une date" in officer.submit("/agrement", expect=422, state="ended", accredited_until="").text
    officer.get(officer.page.path.removesuffix("/agrement"))
    assert "agrément suspendu" in officer.submit("/agrement", state="suspended", accredited_until="2031-12-31").text


def test_nobody_else_gets_in(app, enter, visitor):
    officer, other = enter("agente@example.org", Role.OFFICER), enter("autre@example.org")
    path = accredit(officer)
    for address in ("/structures/accrediter", "/structures/auteurs"):
        other.get(address, status=403)
    for address in (path, "/structures/liens"):
        other.get(address, status=404)
    token = other.page and other.get("/compte").form("/deconnexion").fields["csrf_token"][0]
    for address, status in (
        (f"{path}/agrement", 403),
        (f"{path}/responsables", 403),
        (f"{path}/membres", 404),
        (f"{path}/membres/1/fin", 404),
    ):
        assert other.raw("POST", address, data={"csrf_token": token}).status_code == status, address
    assert visitor.raw("GET", path).status_code == 303


def test_ties_and_authorship_are_declared(app, enter):
    officer = enter("agente@example.org", Role.OFFICER)
    enter("prof@example.org")
    enter("eleve@example.org")
    officer.get("/structures/liens")
    given = {
        "actor_email": "prof@example.org",
        "kind": "trainer",
        "subject_email": "eleve@example.org",
        "begins_on": "2026-02-01",
        "ends_on": "",
    }
    assert "Aucun compte" in officer.submit("/liens", expect=422, **{**given, "subject_email": "rien@example.org"}).text
    assert "Aucun compte" in officer.submit("/liens", expect=422, **{**given, "actor_email": "rien@example.org"}).text
    assert (
        "deux personnes différentes"
        in officer.submit("/liens", expect=422, **{**given, "actor_email": "eleve@example.org"}).text
    )
    assert "Une personne en forme une autre" in officer.submit("/liens", **given).text
    officer.get("/structures/auteurs")
    assert "Aucun compte" in officer.submit("/auteurs", expect=422, email="rien@example.org", framework_code="PRO").text
    assert "C’est noté" in officer.submit("/auteurs", email="prof@example.org", framework_code="PRO").text
    with app.app_context():
        db = current_session()
        assert (db.query(Tie).count(), db.query(ReservedExposure).one().kind, db.query(Structure).count()) == (
            1,
            "wrote",
            0,
        )


def test_who_notes_an_author_that_still_trains_is_told_to_end_it(app, enter):
    officer = enter("agente@example.org", Role.OFFICER)
    enter("prof@example.org")
    accredit(officer)
    officer.submit("/responsables", **{"responsable-email": "prof@example.org"})
    officer.get("/structures/auteurs")
    assert "mettez fin" not in officer.submit("/auteurs", email="prof@example.org", framework_code="CIT").text

    with app.app_context():
        db = current_session()
        row = db.query(Member).one()
        row.part, row.framework_code = "trainer", "PRO"
        db.commit()
    officer.get("/structures/auteurs")

    assert "mettez fin à ce rôle" in officer.submit("/auteurs", email="prof@example.org", framework_code="PRO").text
