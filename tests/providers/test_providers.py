"""Sign-in by FranceConnect and Pro Santé Connect, against a certified provider with both their profiles."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import func, select

from app.accounts.models import Person, WebSession
from app.assessments.models import Sitting
from app.audit import AuditEntry
from app.database import current_session
from app.errors import ProviderAnswerError, ProviderAwayError, ProviderLevelError, StepSpentError
from app.factory import create_app
from app.identity.models import LinkedIdentity, Passkey, PendingStep, ProfessionalNumber, Provider
from app.identity.services import linking, providers, second_factor
from app.identity.services.exercise import Professional
from app.models import METADATA
from app.outbox import OutboxEntry
from certificates.reference import new_code
from tests.conftest import make_settings
from tests.services.accounts_builders import ADDRESS, NOW, PASSWORD, SECRET, account

FC, PSC = Provider.FRANCECONNECT, Provider.PRO_SANTE_CONNECT
ANNE = {"given_name": "Anne", "family_name": "Exemple"}
PROFESSIONAL = {**ANNE, "SubjectNameID": "899900000003", "SubjectRefPro": {}}
RPPS = "99900000003"
STATE, NONCE, VERIFIER = "s" * 43, "n" * 43, "v" * 43

#: One database is enough where the database is not what is asked about.
sqlite_only = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def rows(app, table=LinkedIdentity):
    with app.app_context():
        return list(current_session().scalars(select(table).order_by(table.id)))


def everything(app) -> dict[str, int]:
    """How many rows each table has, but for what waits to be brought back and the trail of what happened."""
    with app.app_context():
        return {
            table.name: current_session().scalar(select(func.count()).select_from(table))
            for table in METADATA.sorted_tables
            if table.name not in ("pending_steps", "audit_entries")
        }


def make_account(app, **overrides) -> int:
    with app.app_context():
        person_id = account(current_session(), **overrides).id
        current_session().commit()
        return person_id


def sign_in(visitor, way="/connexion"):
    visitor.get(way)
    return visitor.submit("/connexion", email=ADDRESS, password=PASSWORD)


def prove(provider, name, *, party=None, now=None, nonce=NONCE, verifier=VERIFIER, code=None):
    """Fetch a code, unless there is one, and exchange it."""
    party = party or provider.party(name)
    if code is None:
        code = fetch_code(provider, party)
    return party.prove(code=code, nonce=nonce, verifier=verifier, now=now or datetime.now(UTC))


def fetch_code(provider, party) -> str:
    back = provider.travel(party.address(state=STATE, nonce=NONCE, verifier=VERIFIER))
    return parse_qs(urlsplit(back).query)["code"][0]


class TestRefusedByTheRelyingParty:
    """Everything that a provider, or somebody in between, may get wrong."""

    @pytest.mark.parametrize("name", [FC, PSC])
    def test_another_nonce(self, provider, name):
        with pytest.raises(ProviderAnswerError, match="nonce"):
            prove(provider, name, nonce="m" * 43)

    @pytest.mark.parametrize("name", [FC, PSC])
    def test_a_code_used_twice(self, provider, name):
        party = provider.party(name)
        code = fetch_code(provider, party)
        prove(provider, name, party=party, code=code)

        with pytest.raises(StepSpentError):
            prove(provider, name, party=party, code=code)

    @pytest.mark.parametrize("name", [FC, PSC])
    def test_a_code_that_never_was(self, provider, name):
        with pytest.raises(StepSpentError):
            prove(provider, name, code="nobody-gave-this")

    def test_a_code_that_another_browser_fetched(self, provider):
        with pytest.raises(StepSpentError):
            prove(provider, PSC, verifier="w" * 43)

    @pytest.mark.parametrize("name", [FC, PSC])
    @pytest.mark.parametrize("level", ["eidas0", None])
    def test_a_level_that_is_too_low_or_not_said(self, provider, name, level):
        provider.set(acr=level)

        with pytest.raises(ProviderLevelError):
            prove(provider, name)

    @pytest.mark.parametrize("name", [FC, PSC])
    def test_the_description_of_somebody_else(self, provider, name):
        provider.set(other="berthe")

        with pytest.raises(ProviderAnswerError, match="somebody else"):
            prove(provider, name)

    @pytest.mark.parametrize("name", [FC, PSC])
    def test_a_wrong_secret(self, provider, name):
        with pytest.raises(ProviderAnswerError, match="invalid_client"):
            prove(provider, name, party=provider.party(name, client_secret="x" * 40))

    @pytest.mark.parametrize("name", [FC, PSC])
    def test_an_identity_token_that_has_expired(self, provider, name):
        with pytest.raises(ProviderAnswerError, match="exp"):
            prove(provider, name, now=datetime.now(UTC) + timedelta(hours=3))

    def test_a_description_that_is_not_signed_where_it_must_be(self, provider):
        party = provider.party(PSC)
        party.profile = replace(party.profile, signs_userinfo=True)

        with pytest.raises(ProviderAnswerError, match="not signed"):
            prove(provider, PSC, party=party)

    @pytest.mark.parametrize("about", [[], "10", {"exercices": {"codeProfession": "10"}}])
    def test_a_profession_of_another_shape(self, provider, about):
        provider.set(claims={**PROFESSIONAL, "SubjectRefPro": about})

        with pytest.raises(ProviderAnswerError, match=r"userinfo: (SubjectRefPro|exercices)"):
            prove(provider, PSC)

    def test_a_provider_whose_description_lies_elsewhere(self, provider):
        elsewhere = provider.issuer.replace("127.0.0.1", "localhost")

        with pytest.raises(ProviderAnswerError, match="another issuer"):
            provider.party(FC, discovery_url=f"{elsewhere}/.well-known/openid-configuration").address(
                state=STATE, nonce=NONCE, verifier=VERIFIER
            )

    def test_a_token_for_another_client(self, provider):
        """The audience of a token is checked, and not only that the provider signed it."""
        theirs, ours = provider.party(FC), provider.party(PSC)
        token = {}
        with theirs._session() as session:
            token = session.fetch_token(theirs._description()["token_endpoint"], code=fetch_code(provider, theirs))

        with pytest.raises(Exception, match="aud"):
            ours._id_token(token, nonce=NONCE, now=datetime.now(UTC))

    def test_a_token_that_nobody_signed(self, provider):
        token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm5lIn0."

        with pytest.raises(Exception, match="alg"):
            provider.party(FC)._read(token)

    def test_a_provider_that_is_down(self, provider):
        party = provider.party(FC, discovery_url="http://127.0.0.1:9/.well-known/openid-configuration")

        with pytest.raises(ProviderAwayError):
            party.address(state=STATE, nonce=NONCE, verifier=VERIFIER)

    def test_a_provider_that_does_not_answer_in_time(self, provider, monkeypatch):
        party = provider.party(FC)
        code = fetch_code(provider, party)
        provider.set(slow=1500)
        monkeypatch.setattr(providers, "_TIMEOUT_SECONDS", (1.0, 0.3))

        with pytest.raises(ProviderAwayError):
            prove(provider, FC, party=party, code=code)

    @pytest.mark.parametrize(
        ("error", "family"),
        [
            ("access_denied", "provider-cancelled"),
            ("temporarily_unavailable", "provider-away"),
            ("invalid_scope", "provider-answer"),
            ("", "provider-answer"),
        ],
    )
    def test_what_an_error_brought_back_means(self, error, family):
        assert providers.refused(error).code == family


class TestAcceptedByTheRelyingParty:
    def test_franceconnect_gives_a_name_and_no_number_and_is_not_asked_for_a_birth_date(self, provider):
        provider.set(claims={**PROFESSIONAL, "birthdate": "1980-01-01"})

        proven = prove(provider, FC)

        assert (proven.subject, proven.name, proven.professional.rpps) == ("anne", "Anne Exemple", None)
        assert "birthdate" not in providers.PROFILES[FC].scope

    def test_pro_sante_connect_gives_the_profession_and_where_it_is_exercised_is_not_kept(self, provider):
        exercise = {"codeProfession": "60", "activities": [{"raisonSocialeSite": "Cabinet", "telephone": "01"}]}
        provider.set(claims={**PROFESSIONAL, "SubjectRefPro": {"exercices": [exercise]}})

        assert prove(provider, PSC).professional == Professional(rpps=RPPS, profession="Infirmier", is_active=True)

    def test_pro_sante_connect_gives_the_number_too(self, provider):
        provider.set(claims=PROFESSIONAL)

        assert prove(provider, PSC).professional.rpps == RPPS

    @pytest.mark.parametrize("name_id", ["ANS20231201120000", "SPI8-1234", "8999", "199900000003", None])
    def test_a_sandbox_identifier_is_no_number(self, provider, name_id):
        provider.set(claims={**ANNE, "SubjectNameID": name_id})

        proven = prove(provider, PSC)

        assert (proven.name, proven.professional.rpps) == ("Anne Exemple", None)

    def test_each_provider_s_own_rules_are_kept(self, provider):
        asked = {}
        for name in Provider:
            address = provider.party(name).address(state=STATE, nonce=NONCE, verifier=VERIFIER)
            asked[name] = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}

        assert {one["acr_values"] for one in asked.values()} == {"eidas1"}
        assert "code_challenge" not in asked[FC]
        assert asked[PSC]["code_challenge_method"] == "S256"
        assert (asked[FC]["scope"], asked[PSC]["scope"]) == ("openid given_name family_name", "openid scope_all")

    def test_a_higher_level_is_enough(self, provider):
        provider.set(acr="eidas2")

        assert prove(provider, FC).subject == "anne"

    def test_keys_that_changed_are_fetched_again_but_not_at_every_request(self, provider):
        now = [1000.0]
        party = provider.party(FC)
        party._clock = lambda: now[0]
        others = provider.party(FC)
        others._key_set()
        party._keys = (now[0] - 61, type(others._keys[1])([]))

        assert prove(provider, FC, party=party).subject == "anne"
        party._keys = (now[0], type(others._keys[1])([]))
        with pytest.raises(ProviderAnswerError):
            prove(provider, FC, party=party)


@sqlite_only
class TestOff:
    def test_neither_button_nor_page(self, visitor):
        page = visitor.get("/connexion")

        assert "FranceConnect" not in page.text
        for name in Provider:
            visitor.get(f"/connexion/{name.value}", status=404)
            visitor.get(f"/connexion/{name.value}/retour", status=404)


@sqlite_only
def test_the_pages_to_come_in_offer_what_is_set_up_and_lead_on(app, traveller):
    page = traveller.visitor.get("/connexion?suite=/compte/nom")

    assert page.links["S’identifier avec FranceConnect"] == "/connexion/franceconnect?suite=/compte/nom"
    assert page.links["S’identifier avec Pro Santé Connect"] == "/connexion/pro-sante-connect?suite=/compte/nom"
    assert "<img" not in page.html
    other = traveller.visitor.get("/inscription?suite=/compte/nom")
    assert other.links["S’identifier avec FranceConnect"] == "/connexion/franceconnect?suite=/compte/nom"


def test_settings_turn_each_provider_on(tmp_path, loaded):
    (tmp_path / "keys").symlink_to(loaded.settings.key_directory)
    environment = {
        "FRANCECONNECT_URL": "https://fc.example.org/api/v2/.well-known/openid-configuration",
        "FRANCECONNECT_CLIENT_ID": "ours",
        "FRANCECONNECT_CLIENT_SECRET": "a secret of theirs",
    }

    app = create_app(make_settings(tmp_path, **environment), loaded=loaded)

    assert list(app.extensions["numericite.parties"]) == [FC]
    assert "a secret of theirs" not in repr(app.extensions["numericite.parties"][FC]._settings)


class TestComingBackWrong:
    """Whatever comes back, nothing is half written."""

    @sqlite_only
    def test_somebody_said_no(self, app, traveller):
        before = everything(app)
        traveller.provider.set(error="access_denied")

        page = traveller.go(FC, status=409)

        assert "La connexion a été abandonnée" in page.text
        assert everything(app) == before
        assert rows(app, PendingStep) == []

    @sqlite_only
    @pytest.mark.parametrize("query", ["?code=a", "?code=a&state=", f"?code=a&state={'x' * 43}", "?state=é"])
    def test_with_another_state(self, traveller, query):
        traveller.leave(FC)

        page = traveller.visitor.get(f"/connexion/franceconnect/retour{query}", status=409)

        assert "Cette étape a déjà servi" in page.text

    @sqlite_only
    def test_in_another_browser(self, traveller, make_visitor):
        back = traveller.return_path(FC)

        make_visitor().get(back, status=409)

    @sqlite_only
    def test_at_the_address_of_the_other_provider(self, traveller):
        back = traveller.return_path(FC)

        traveller.visitor.get(back.replace("franceconnect", "pro-sante-connect"), status=409)

    @sqlite_only
    def test_with_the_answer_of_another_provider(self, traveller):
        back = traveller.return_path(FC)
        assert "iss=http" in back

        traveller.visitor.get(re.sub(r"iss=[^&]+", "iss=https://example.com", back), status=409)

    def test_a_second_time(self, app, traveller):
        back = traveller.return_path(FC)
        traveller.visitor.get(back)

        traveller.visitor.get(back, status=409)

        assert rows(app, Person) == []

    @sqlite_only
    def test_too_late(self, app, traveller):
        back = traveller.return_path(FC)
        with app.app_context():
            current_session().scalars(select(PendingStep)).one().expires_at = datetime.now(UTC)
            current_session().commit()

        traveller.visitor.get(back, status=409)

    @sqlite_only
    def test_with_another_nonce(self, app, traveller):
        before = everything(app)

        page = traveller.go(FC, status=502, nonce="z" * 43)

        assert "n’a pas pu être acceptée" in page.text
        assert everything(app) == before

    @sqlite_only
    def test_with_too_low_a_level(self, traveller):
        traveller.provider.set(acr="eidas0")

        assert "pas assez sûre" in traveller.go(FC, status=409).text

    @sqlite_only
    def test_while_the_provider_is_down(self, traveller, parties):
        back = traveller.return_path(FC)
        parties[FC] = traveller.provider.party(FC, discovery_url="http://127.0.0.1:9/.well-known/openid-configuration")

        page = traveller.visitor.get(back, status=502)

        assert "Le service d’identité ne répond pas" in page.text
        assert page.links["Revenir à la connexion"] == "/connexion"
        traveller.visitor.get("/connexion/franceconnect", status=502)

    @sqlite_only
    def test_to_a_page_of_another_site_nobody_is_led(self, app, traveller):
        link(app, make_account(app))

        page = traveller.go(FC, query="?suite=https://example.com/")

        assert page.path == "/compte"


def link(app, person_id, *, provider=FC, subject="anne", rpps=None):
    with app.app_context():
        db = current_session()
        digest = linking.subject_hash(provider, subject, secret=SECRET)
        known = linking.Known(provider=provider, subject=digest, name="Anne Exemple", rpps=rpps)
        linking.link(db, person_id=person_id, known=known, now=NOW)
        db.commit()


class TestSomebodyKnown:
    def test_comes_in_and_goes_where_they_were_going(self, app, traveller):
        link(app, make_account(app))
        traveller.provider.set(claims={"given_name": "Anne", "family_name": "Exemple-Modèle"})

        page = traveller.go(FC, query="?suite=/compte/nom")

        assert page.path == "/compte/nom"
        assert rows(app)[0].name == "Anne Exemple-Modèle"
        assert rows(app)[0].last_used_at > NOW

    @sqlite_only
    def test_is_asked_for_the_second_factor_too(self, app, traveller):
        person_id = make_account(app)
        link(app, person_id)
        with app.app_context():
            db = current_session()
            key = Passkey(
                person_id=person_id, credential_id="a", public_key=b"", sign_count=0, name="a", created_at=NOW
            )
            db.add(key)
            db.get(Person, person_id).email_confirmed_at = NOW
            db.flush()
            second_factor.enable(db, person_id=person_id, codes=[new_code(bytes(10))], secret=SECRET, now=NOW)
            db.commit()

        page = traveller.go(FC)

        assert page.path == "/connexion/second-facteur"
        assert traveller.visitor.raw("GET", "/compte").location.startswith("/connexion")
        inside = traveller.visitor.submit("/connexion/second-facteur", code=new_code(bytes(10)))
        assert inside.path == "/compte"

    @sqlite_only
    def test_who_was_in_already_has_signed_in_again(self, app, traveller):
        link(app, make_account(app))
        traveller.go(FC)
        grow_old(app)
        asked = traveller.visitor.get("/compte/securite/cles")
        assert asked.path == "/compte/securite/confirmer"

        query = asked.links["S’identifier avec FranceConnect"].partition("franceconnect")[2]

        assert traveller.go(FC, query=query).path == "/compte/securite/cles"

    @sqlite_only
    @pytest.mark.parametrize("path", ["/compte/adresse", "/compte/mot-de-passe"])
    def test_without_a_password_address_and_password_change_after_a_recent_sign_in_only(self, app, traveller, path):
        link(app, make_account(app, password=None))
        traveller.go(FC)
        assert traveller.visitor.get(path).path == path
        grow_old(app)

        page = traveller.visitor.submit(path, email="autre@example.com", new=PASSWORD)

        assert page.path == "/compte/securite/confirmer"
        assert page.forms[0].action.endswith(f"?suite={path}")
        assert [(row.email, row.password_hash) for row in rows(app, Person)] == [(ADDRESS, None)]

    @sqlite_only
    def test_what_was_done_without_an_account_follows(self, app, traveller):
        person_id = make_account(app)
        link(app, person_id)
        begin_as_guest(traveller.visitor)

        traveller.go(FC)

        assert [row.person_id for row in rows(app, Sitting)] == [person_id]

    @sqlite_only
    def test_leaves_both_and_a_shared_computer_forgets(self, app, traveller):
        link(app, make_account(app))
        traveller.go(FC, query="?partage=oui")
        traveller.visitor.get("/compte")

        page = traveller.visitor.submit("/deconnexion")

        assert page.title.startswith("Vous avez quitté Numéricité")
        (address,) = [link for text, link in page.links.items() if text == "La fermer aussi"]
        query = parse_qs(urlsplit(address).query)
        assert query["post_logout_redirect_uri"] == ["http://127.0.0.1:8000/deconnexion/retour"]
        assert query["id_token_hint"][0].count(".") == 2
        assert f'content="0; url={traveller.provider.issuer}/session/end' in page.html
        assert traveller.visitor.raw("GET", "/compte").status_code == 303
        assert traveller.visitor.get("/deconnexion/retour").path == "/terminer"

    def test_the_provider_accepts_the_farewell(self, provider):
        party = provider.party(FC)
        proven = prove(provider, FC, party=party)

        answer = requests.get(party.farewell(id_token=proven.id_token, state=STATE), timeout=5)

        assert answer.status_code == 200

    def test_the_number_of_a_professional_replaces_the_one_they_declared(self, app, traveller):
        person_id = make_account(app)
        link(app, person_id, provider=PSC)
        with app.app_context():
            declared = {"source": "declared", "added_at": NOW, "activity": "unknown", "national": False}
            current_session().add(ProfessionalNumber(person_id=person_id, rpps="10000001916", **declared))
            current_session().commit()
        traveller.provider.set(claims=PROFESSIONAL)

        traveller.go(PSC)

        assert [(row.rpps, row.source) for row in rows(app, ProfessionalNumber)] == [(RPPS, "provider")]


def begin_as_guest(visitor):
    visitor.get("/evaluations/CIT/positionnement")
    visitor.submit("/evaluations/")


class TestSomebodyNew:
    def test_is_asked_and_the_same_address_is_never_linked_by_itself(self, app, traveller):
        make_account(app)
        traveller.provider.set(claims={**ANNE, "email": ADDRESS, "email_verified": True})

        page = traveller.go(FC)

        assert page.path == "/connexion/identite"
        assert "Anne Exemple" in page.text
        assert rows(app) == []
        refused = traveller.visitor.submit("/connexion/identite", email=ADDRESS, is_fifteen="y", expect=422)
        assert "Un compte existe déjà à cette adresse" in refused.text
        assert rows(app) == []

    @sqlite_only
    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"email": "", "is_fifteen": "y"}, "Saisissez votre adresse électronique"),
            ({"email": "anne@example.com"}, "à partir de 15 ans"),
        ],
    )
    def test_opens_no_account_without_what_an_account_needs(self, app, traveller, fields, told):
        traveller.go(FC)

        page = traveller.visitor.submit("/connexion/identite", expect=422, **fields)

        assert told in page.text
        assert rows(app, Person) == []

    def test_opens_an_account_without_a_password_and_what_was_done_before_is_theirs(self, app, traveller):
        begin_as_guest(traveller.visitor)
        exercise = {"codeProfession": "60", "activities": [{"codeModeExercice": "S"}]}
        traveller.provider.set(claims={**PROFESSIONAL, "SubjectRefPro": {"exercices": [exercise]}})
        assert "Infirmier, exercée aujourd’hui" in traveller.go(PSC).text

        page = traveller.visitor.submit("/connexion/identite", email="anne@example.com", is_fifteen="y")

        (person,) = rows(app, Person)
        assert page.path == "/compte"
        assert (person.email, person.password_hash, person.email_confirmed_at) == ("anne@example.com", None, None)
        assert [row.person_id for row in rows(app, Sitting)] == [person.id]
        assert [(row.person_id, row.name) for row in rows(app)] == [(person.id, "Anne Exemple")]
        (number,) = rows(app, ProfessionalNumber)
        assert (number.rpps, number.profession, number.activity) == (RPPS, "Infirmier", "active")
        assert rows(app, PendingStep) == []

    def test_keeps_nothing_by_which_the_provider_names_them(self, app, traveller):
        traveller.provider.set(subject="a-name-of-theirs-for-anne", claims=ANNE)
        traveller.go(FC)
        traveller.visitor.submit("/connexion/identite", email="anne@example.com", is_fifteen="y")

        with app.app_context():
            held = [
                str(row) for table in METADATA.sorted_tables for row in current_session().execute(select(table)).all()
            ]

        assert not [row for row in held if "a-name-of-theirs" in row]

    def test_with_an_account_signs_in_to_it_and_says_yes(self, app, traveller):
        person_id = make_account(app)
        traveller.go(FC)

        asked = sign_in(traveller.visitor, traveller.visitor.page.links["Entrer dans mon compte"])
        assert asked.path == "/compte/securite/lier"
        assert rows(app) == []
        page = traveller.visitor.submit("/compte/securite/lier")

        assert page.path == "/compte/securite"
        assert [row.person_id for row in rows(app)] == [person_id]


class TestLinking:
    def test_somebody_signed_in_is_asked_first(self, app, traveller):
        person_id = make_account(app)
        sign_in(traveller.visitor)
        traveller.provider.set(claims=ANNE)

        page = traveller.go(FC)

        assert page.path == "/compte/securite/lier"
        assert rows(app) == []
        told = traveller.visitor.submit("/compte/securite/lier")
        assert "Cette identité ouvre maintenant votre compte" in told.text
        assert [row.person_id for row in rows(app)] == [person_id]
        with app.app_context():
            actions = current_session().scalars(select(AuditEntry.action)).all()
        assert "identity:linked" in actions

    def test_an_identity_of_another_account_stays_there(self, app, traveller):
        other_id = make_account(app, email="autre@example.com")
        link(app, other_id)
        make_account(app)
        sign_in(traveller.visitor)
        before = rows(app)[0].last_used_at

        traveller.go(FC)
        page = traveller.visitor.submit("/compte/securite/lier", expect=409)

        assert "déjà liée à un autre compte" in page.text
        assert [(row.person_id, row.last_used_at) for row in rows(app)] == [(other_id, before)]

    @sqlite_only
    def test_a_second_identity_of_the_same_provider_waits_until_the_first_is_gone(self, app, traveller):
        link(app, make_account(app), subject="berthe")
        sign_in(traveller.visitor)

        traveller.go(FC)
        page = traveller.visitor.submit("/compte/securite/lier", expect=409)

        assert "déjà lié à une autre identité" in page.text

    @sqlite_only
    def test_somebody_else_who_signs_in_after_is_not_offered_what_an_account_began(self, app, traveller):
        make_account(app)
        make_account(app, email="autre@example.com")
        sign_in(traveller.visitor)
        traveller.go(FC)
        traveller.visitor.get("/compte")
        traveller.visitor.submit("/deconnexion")
        traveller.visitor.get("/connexion")
        traveller.visitor.submit("/connexion", email="autre@example.com", password=PASSWORD)

        traveller.visitor.get("/compte/securite/lier", status=409)

        assert rows(app) == []

    @sqlite_only
    def test_needs_a_recent_sign_in(self, app, traveller):
        make_account(app)
        sign_in(traveller.visitor)
        grow_old(app)

        page = traveller.go(FC)

        assert page.path == "/compte/securite/confirmer"
        asked = traveller.visitor.submit("/compte/securite/confirmer", password=PASSWORD)
        assert asked.path == "/compte/securite/lier"

    def test_unlinking_takes_the_number_that_came_with_it(self, app, traveller):
        person_id = make_account(app)
        link(app, person_id, provider=PSC, rpps=RPPS)
        sign_in(traveller.visitor)
        traveller.visitor.get("/compte/securite")

        page = traveller.visitor.submit("/compte/securite/delier/pro-sante-connect")

        assert "Cette identité n’ouvre plus votre compte" in page.text
        assert rows(app) == rows(app, ProfessionalNumber) == []

    @sqlite_only
    def test_the_only_way_in_stays(self, app, traveller):
        traveller.provider.set(claims=ANNE)
        traveller.go(FC)
        traveller.visitor.submit("/connexion/identite", email="anne@example.com", is_fifteen="y")
        traveller.visitor.get("/compte/securite")

        page = traveller.visitor.submit("/compte/securite/delier/franceconnect", expect=409)

        assert "vous ne pourriez plus entrer" in page.text
        assert len(rows(app)) == 1


def grow_old(app):
    """Let twenty minutes pass since every sign-in."""
    with app.app_context():
        for row in current_session().scalars(select(WebSession)):
            row.created_at -= timedelta(minutes=20)
        current_session().commit()


@sqlite_only
def test_whoever_proves_the_address_finds_no_identity_left_by_somebody_else(app, traveller, make_visitor):
    """Somebody opens an account under another's address, with an identity of their own; its owner comes by a link."""
    traveller.go(FC)
    traveller.visitor.submit("/connexion/identite", email="victime@example.com", is_fifteen="y")
    owner = make_visitor()
    owner.get("/connexion/lien")
    owner.submit("/connexion/lien", email="victime@example.com")
    with app.app_context():
        letter = current_session().scalars(select(OutboxEntry).order_by(OutboxEntry.id.desc())).first()
    asked = owner.get(re.search(r"http://127\.0\.0\.1:8000(/connexion/lien/\S+)", letter.payload["body"])[1])

    owner.submit("")

    assert "Ce qui ouvrait ce compte jusqu’ici sera retiré" in asked.text
    assert rows(app) == []
    assert traveller.visitor.raw("GET", "/compte").status_code == 303
