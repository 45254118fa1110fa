"""The page of the eighteen recommendations: each is answered, and what it points to is there."""

from dataclasses import replace

PATH = "/recommandations"


def test_without_a_report_there_is_no_page(app, loaded, visitor):
    app.extensions["numericite.resources"] = replace(loaded, report=None)
    try:
        visitor.get(PATH, status=404)
    finally:
        app.extensions["numericite.resources"] = loaded


def test_all_eighteen_are_there_and_say_what_is_not_established(visitor):
    page = visitor.get(PATH)

    assert all(f'id="r{number}"' in page.html for number in range(1, 19))
    assert page.text.count("Titre non établi.") == 12
    assert page.text.count("Chapitre non établi") == 9
    assert page.text.count("Hors de notre portée") == 12


def test_each_feature_leads_somewhere_that_anybody_may_open(loaded, visitor):
    paths = {feature.path for one in loaded.report.recommendations for feature in one.features if feature.path}

    for path in sorted(paths):
        visitor.get(path)


def test_competencies_that_answer_lead_to_their_lesson_where_it_is_written(loaded, visitor):
    page = visitor.get(PATH)

    framework = loaded.bank.framework("CIT")
    assert page.links[framework.competency("CIT-4.1").title.fr] == "/apprendre/modules/CIT-4.1"
    assert "Les 17 compétences qui y répondent" in page.text
