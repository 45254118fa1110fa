"""The language of a page: what was last chosen here, the account, the browser, French."""

from tests.services.accounts_builders import PASSWORD
from tests.web.test_journey import ADDRESS, open_account


def test_a_language_that_does_not_exist_changes_nothing(visitor):
    assert visitor.get("/?lang=de").language == "fr"
    assert visitor.get("/verifier").language == "fr"


def test_the_browser_s_wish_is_heard_until_somebody_chooses(make_visitor):
    english = make_visitor(language="en-GB,en;q=0.9")

    assert english.get("/").language == "en"
    english.get("/?lang=fr")

    assert english.get("/verifier").language == "fr"


def test_a_french_account_that_presses_english_stays_in_english(app, visitor):
    open_account(app, visitor)

    visitor.get("/compte?lang=en")

    assert visitor.get("/certificats/").language == "en"


def test_signing_in_lets_the_account_s_language_speak_again(app, make_visitor):
    open_account(app, make_visitor())
    other = make_visitor()
    other.get("/?lang=en")
    other.get("/connexion")

    other.submit("/connexion", email=ADDRESS, password=PASSWORD)

    assert other.page.language == "fr"


def test_choosing_the_account_s_language_forgets_what_this_browser_chose(app, visitor):
    open_account(app, visitor)
    visitor.get("/compte?lang=en")
    visitor.get("/compte/langue")

    page = visitor.submit("/compte/langue", language="fr")

    assert page.language == "fr"


def test_on_a_shared_computer_the_choice_ends_with_the_browser(visitor):
    visitor.get("/evaluations/CIT/positionnement")
    visitor.submit("/evaluations", shared_computer="y")

    answer = visitor.raw("GET", visitor.page.path + "?lang=en")

    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("langue="))
    assert "Expires" not in cookie
    assert "Max-Age" not in cookie
    assert visitor.get(visitor.page.path).language == "en"
