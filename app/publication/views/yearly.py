"""The public report of each year: a page, and the same numbers as a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, render_template
from flask_babel import gettext

from app.access import public
from app.database import current_session
from app.errors import N_, NotFoundError
from app.publication.services import yearly
from app.publication.services.yearly import UNKNOWN_PROFESSION
from app.publication.views.room import blueprint
from app.sheets.writer import CSV_TYPE, write_csv
from app.web import current_language
from certificates.professions import PROFESSIONS
from certificates.yearly import FEWEST_ALIKE, SMALLEST_GROUP

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.publication.models import YearlyReport

#: The lines about labels, in the order of the page.
LINES = {
    "submitted": N_("Candidatures déposées"),
    "awarded": N_("Labels donnés"),
    "refused": N_("Candidatures refusées"),
    "renewed": N_("Labels renouvelés"),
    "expired": N_("Labels terminés, non renouvelés"),
    "paused": N_("Labels mis en pause"),
    "handed_back": N_("Labels rendus"),
    "suspended": N_("Suspensions"),
    "reinstated": N_("Fins de suspension"),
    "revoked": N_("Retraits"),
    "appeals": N_("Recours formés"),
    "appeals_upheld": N_("Recours : décision maintenue"),
    "appeals_overturned": N_("Recours : décision changée"),
}

#: The lines about the examination; reports from before they were counted have none.
EXAM_LINES = {
    "exam_appeals": N_("Résultats contestés"),
    "exam_appeals_changed": N_("Recours après lesquels quelque chose a été changé"),
}


@blueprint.get("/bilan")
@public
def years() -> ResponseReturnValue:
    return render_template("publication/years.html", years=yearly.list_years(current_session()))


@blueprint.get("/bilan/<int:year>")
@public
def year(year: int) -> ResponseReturnValue:
    return render_template(
        "publication/year.html",
        report=_get(year),
        lines=LINES,
        exam_lines=EXAM_LINES,
        profession=_profession,
        smallest=SMALLEST_GROUP,
        fewest=FEWEST_ALIKE,
    )


@blueprint.get("/bilan/<int:year>.csv")
@public
def year_sheet(year: int) -> ResponseReturnValue:
    delimiter = ";" if current_language() == "fr" else ","
    response = Response(write_csv(_rows(_get(year).content), delimiter=delimiter), mimetype=CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="label-{year}.csv"'
    return response


def _get(year: int) -> YearlyReport:
    report = yearly.find(current_session(), year=year)
    if report is None:
        raise NotFoundError
    return report


def _profession(code: str | None) -> str:
    if code is None:
        return str(gettext("Toutes les autres professions ensemble"))
    if code == UNKNOWN_PROFESSION:
        return str(gettext("Profession non dite"))
    return PROFESSIONS[code][0 if current_language() == "fr" else 1]


def _rows(content: dict[str, Any]) -> list[list[str]]:
    """Return the numbers as lines: what, of whom, how many; a number that is not published is an empty cell."""
    heading = [gettext("Quoi"), gettext("Profession"), gettext("Nombre"), gettext("Part de réussite, en %")]
    everybody = [
        gettext("Personnes qui ont passé l’examen"),
        gettext("Toutes"),
        *_cells(content, "sat", "passed_percent"),
    ]
    groups = [
        [everybody[0], _profession(group["profession"]), *_cells(group, "sat", "passed_percent")]
        for group in content["groups"]
    ]
    appeals = [[gettext(words), "", str(content[line]), ""] for line, words in EXAM_LINES.items() if line in content]
    labels = [[gettext(words), "", str(content["labels"][line]), ""] for line, words in LINES.items()]
    rest = [
        [gettext("Jours pour décider d’une candidature, médiane"), "", *_cells(content, "days_to_decide"), ""],
        [gettext("Jours pour décider d’un recours, médiane"), "", *_cells(content, "days_to_appeal"), ""],
        [gettext("Réclamations reçues"), "", *_cells(content, "complaints"), ""],
    ]
    return [heading, everybody, *groups, *appeals, *labels, *rest]


def _cells(content: dict[str, Any], *names: str) -> list[str]:
    return ["" if content[name] is None else str(content[name]) for name in names]
