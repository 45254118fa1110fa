"""Templates compiled for a language: what is put in as they are compiled, and what is left to the page."""

import pytest
from jinja2 import DictLoader, UndefinedError
from werkzeug.routing import BuildError

ICON = "{% from 'components/icon.html' import icon %}"


@pytest.fixture
def page(app):
    """Return a function that makes a page from a template, in a language, at an address."""
    shipped = app.jinja_env.loader.get_source(app.jinja_env, "components/icon.html")[0]

    def make(source, language="fr", **variables):
        environment = app.jinja_env.overlay(
            loader=DictLoader({"page.html": source, "page.js": source, "components/icon.html": shipped})
        )
        environment._of_languages = {}
        with app.test_request_context(f"/verifier?lang={language}"):
            app.preprocess_request()
            compiled = environment._of(language)._generate(
                environment._of(language)._parse(source, "page.html", None), "page.html", None
            )
            return environment.get_template("page.html").render(**variables), compiled

    return make


def test_a_text_is_found_in_each_language(page):
    source = "<p title='{% trans %}Menu{% endtrans %}'>{{ _('Confort') }} 100 %</p>"

    french, compiled = page(source)
    english, _compiled = page(source, language="en")

    assert "Confort" in french
    assert "Confort" not in english
    assert "Confort 100 %" in compiled


def test_what_depends_on_the_page_is_asked_as_the_page_is_made(page):
    text, _compiled = page(
        "{% trans name=name %}Bonjour {{ name }}{% endtrans %} {{ url_for(where) }}", name="<Ana>", where="public.home"
    )

    assert text == "Bonjour &lt;Ana&gt; /"


def test_addresses_files_and_icons_are_put_in(page, app):
    text, compiled = page(ICON + "{{ url_for('public.privacy') }} {{ asset_url('numericite.css') }} {{ icon('x') }}")

    assert text.startswith(
        f'/vos-donnees /static/{app.extensions["numericite.assets"]["numericite.css"]} <svg class="icon '
    )
    assert "/static/numericite-" in compiled
    assert "M18 6 6 18" in compiled


def test_an_address_that_depends_on_the_request_is_left_to_it(page):
    text, compiled = page("{{ url_for('public.home', _external=True) }} {{ url_for('.index') }}")

    assert text == "http://localhost/ /verifier"
    assert "/verifier" not in compiled


def test_a_page_that_does_not_exist_fails_where_it_is_asked_for_and_only_there(page):
    source = "{% if shown %}{{ url_for('public.nowhere') }}{% endif %}"

    assert page(source, shown=False)[0] == ""
    with pytest.raises(BuildError):
        page(source, shown=True)


def test_an_icon_that_was_not_imported_is_unknown(page):
    with pytest.raises(UndefinedError):
        page("{{ icon('x') }}")


def test_what_follows_one_another_is_written_at_once(page):
    source = "<p>{% trans %}Menu{% endtrans %}</p>{% if shown %} <b>{% trans %}Confort{% endtrans %}</b>{% endif %}"

    text, compiled = page(source, shown=True)

    assert text == "<p>Menu</p> <b>Confort</b>"
    assert "yield '<p>Menu</p>'" in compiled
    assert "yield ' <b>Confort</b>'" in compiled
