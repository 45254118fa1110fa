"""Simulations: screens that are refused, what is shown of them, how the state in which they are left is graded."""

import copy

import pytest
from pydantic import ValidationError

from quizzes.errors import MalformedResponseError
from quizzes.grading import describe_correct, describe_response, grade
from quizzes.items import parse_response, right_response
from quizzes.presentation import present
from tests.banks import SCREENS, both, item


def simulation(kind="settings", **changes):
    return item(kind="simulation", screen={**SCREENS[kind], **changes})


def changed(kind, **fields):
    """A screen whose first control of its first section is changed."""
    screen = copy.deepcopy(SCREENS[kind])
    screen["sections"][0]["controls"][0].update(fields)
    return screen


REFUSED = {
    "an unknown kind": ({**SCREENS["settings"], "kind": "dashboard"}, "Input should be"),
    "no section": ({**SCREENS["settings"], "sections": []}, "at least 1"),
    "an empty section": (
        {**SCREENS["settings"], "sections": [{}, *SCREENS["settings"]["sections"]]},
        "section est vide",
    ),
    "nothing to do": (
        changed("settings", expected=None) | {"sections": [{"body": both("x")}]},
        "aucune commande n’est notée",
    ),
    "a graded control without its reason": (changed("settings", feedback=None), "dites pourquoi"),
    "a control twice": (changed("settings", id="brunel"), "sert deux fois sur l’écran"),
    "a menu that offers a choice twice": (
        changed("mailbox", options=[{"id": "keep", "text": both("a")}, {"id": "keep", "text": both("b")}]),
        "sert deux fois dans le menu",
    ),
    "a menu whose right choice is not offered": (changed("mailbox", expected=["burn"]), "choix inconnu"),
    "a menu found in a state that is not offered": (changed("mailbox", initial="burn"), "choix inconnu"),
    "a menu in which everything is right": (
        changed("mailbox", expected=["keep", "open", "report", "forward"]),
        "accepte tout",
    ),
    "fifteen controls": (
        {
            **SCREENS["settings"],
            "sections": [
                *SCREENS["settings"]["sections"],
                {"controls": [{"kind": "switch", "id": f"s{number}", "label": both("x")} for number in range(12)]},
            ],
        },
        "14 commandes au plus",
    ),
    "a screen that is right as it is found": (
        {
            **SCREENS["settings"],
            "sections": [
                {
                    "controls": [
                        {
                            "kind": "switch",
                            "id": "only",
                            "label": both("x"),
                            "initial": True,
                            "expected": True,
                            "feedback": both("y"),
                        }
                    ]
                }
            ],
        },
        "déjà dans le bon état",
    ),
}


@pytest.mark.parametrize(("screen", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(screen, message):
    with pytest.raises(ValidationError, match=message):
        item(kind="simulation", screen=screen)


RIGHT = {
    "settings": {"belkacem": True, "brunel": False, "vauban": False},
    "mailbox": {"first": "keep", "second": "report"},
    "booking": {"mode": "video", "reason": "renouvellement", "reminder": False},
}
STATES_OF_NO_SCREEN = {
    "no state": ("settings", None),
    "a list": ("settings", ["belkacem"]),
    "a control is missing": ("settings", {"belkacem": True, "brunel": False}),
    "one control too many": ("settings", {**RIGHT["settings"], "other": True}),
    "a switch that is neither on nor off": ("settings", {**RIGHT["settings"], "vauban": "yes"}),
    "a choice that the menu does not offer": ("mailbox", {**RIGHT["mailbox"], "first": "burn"}),
    "a choice that is a list": ("mailbox", {**RIGHT["mailbox"], "first": True}),
    "a text that is none": ("booking", {**RIGHT["booking"], "reason": 3}),
    "a text of a page": ("booking", {**RIGHT["booking"], "reason": "x" * 201}),
}


@pytest.mark.parametrize(("kind", "state"), STATES_OF_NO_SCREEN.values(), ids=STATES_OF_NO_SCREEN)
def test_a_state_of_no_screen_is_refused(kind, state):
    with pytest.raises(MalformedResponseError):
        parse_response(simulation(kind), {"state": state})


class TestGrading:
    @pytest.mark.parametrize("kind", RIGHT)
    def test_the_right_state_is_right_and_is_the_one_told(self, kind):
        one = simulation(kind)

        assert right_response(one).data == {"state": RIGHT[kind]}
        assert grade(one, parse_response(one, {"state": RIGHT[kind]})).is_correct

    @pytest.mark.parametrize(
        ("kind", "change", "feedback"),
        [
            ("settings", {"brunel": True}, "Regardez encore Claire Brunel."),
            ("settings", {"belkacem": False, "brunel": True}, "Regardez encore Dr Samira Belkacem."),
            ("mailbox", {"second": "open"}, "Relisez l’adresse : service@rembours-sante-urgent.exemple."),
            ("mailbox", {"first": ""}, "Relisez l’adresse : secretariat@cabinet-des-tilleuls.exemple."),
            ("booking", {"reason": "mal au dos"}, "Le motif ne dit pas un renouvellement."),
            ("booking", {"mode": ""}, "Le rendez-vous est encore au cabinet."),
        ],
    )
    def test_one_control_left_wrong_makes_it_wrong_and_the_first_says_why(self, kind, change, feedback):
        one = simulation(kind)

        found = grade(one, parse_response(one, {"state": {**RIGHT[kind], **change}}))

        assert found.score == 0
        assert found.feedback.get("fr") == feedback

    def test_what_does_not_count_may_be_anything_and_slips_are_forgiven(self):
        one = simulation("booking")

        assert grade(
            one, parse_response(one, {"state": {"mode": "video", "reason": " Renouvelement ", "reminder": True}})
        ).is_correct

    def test_several_choices_may_be_right(self):
        one = item(kind="simulation", screen=changed("mailbox", expected=["keep", "forward"]))

        assert grade(one, parse_response(one, {"state": {**RIGHT["mailbox"], "first": "forward"}})).is_correct

    def test_a_text_to_type_is_something_to_do(self):
        entry = SCREENS["booking"]["sections"][0]["controls"][1]
        one = item(kind="simulation", screen={**SCREENS["booking"], "sections": [{"controls": [entry]}]})

        assert right_response(one).data == {"state": {"reason": "renouvellement"}}


class TestChance:
    @pytest.mark.parametrize(("kind", "chance"), [("settings", 1 / 8), ("mailbox", 1 / 16), ("booking", 0)])
    def test_what_leaves_everything_right_without_thinking(self, kind, chance):
        assert simulation(kind).guessing == pytest.approx(chance)

    def test_what_does_not_count_changes_nothing(self):
        screen = copy.deepcopy(SCREENS["mailbox"])
        screen["sections"][0]["controls"] += [
            {"kind": "entry", "id": "note", "label": both("Note")},
            {
                "kind": "menu",
                "id": "tag",
                "label": both("Tri"),
                "options": [{"id": one, "text": both(one)} for one in "ab"],
            },
        ]
        one = item(kind="simulation", screen=screen)

        assert one.guessing == pytest.approx(1 / 16)
        assert right_response(one).data["state"] == {**RIGHT["mailbox"], "note": "", "tag": ""}


class TestWords:
    def test_a_state_is_told_control_by_control(self):
        assert describe_correct(simulation("settings"), "fr") == [
            "Dr Samira Belkacem : oui",
            "Claire Brunel : non",
            "Laboratoire Vauban : non",
        ]
        assert describe_correct(simulation("booking"), "en") == [
            "How? : By video",
            "Reason, in one word : renouvellement",
        ]

    def test_a_label_that_serves_twice_gets_its_section_s_title(self):
        one = simulation("mailbox")

        told = describe_response(one, parse_response(one, {"state": {"first": "", "second": "open"}}), "fr")

        assert told == [
            "Votre rendez-vous de mardi, Que faites-vous de ce message ? : rien",
            "Remboursement en attente : action immédiate, Que faites-vous de ce message ? : Ouvrir le lien",
        ]

    def test_a_label_that_serves_twice_under_no_title_stays_alone(self):
        screen = copy.deepcopy(SCREENS["settings"])
        screen["sections"][0]["controls"][1]["label"] = screen["sections"][0]["controls"][0]["label"]

        assert describe_correct(item(kind="simulation", screen=screen), "en")[:2] == [
            "Dr Samira Belkacem : on",
            "Dr Samira Belkacem : off",
        ]


class TestPresentation:
    @pytest.mark.parametrize("kind", RIGHT)
    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_nothing_shown_says_how_it_has_to_be_left(self, kind, language):
        one = simulation(kind)
        # The names kept here to translate back are not sent; everything else is.
        shown = repr(present(one, language=language, seed=1))

        for secret in (
            "expected",
            "accepted",
            "renouvellement",
            "renewal",
            "Regardez encore",
            "Relisez",
            "Parce que",
            "brunel'",
        ):
            assert secret not in shown

    def test_it_is_shown_as_it_is_found(self):
        controls = present(simulation("booking"), language="fr", seed=1).screen.controls

        assert [(one.kind, one.id, one.initial) for one in controls] == [
            ("choices", "1", "1"),
            ("entry", "2", ""),
            ("switch", "3", False),
        ]
        assert [one.text for one in controls[0].choices] == ["Au cabinet", "En vidéo"]

    def test_a_long_menu_is_folded_and_begins_empty_where_nothing_is_chosen(self):
        [first, _second] = present(simulation("mailbox"), language="en", seed=1).screen.controls

        assert (first.kind, first.initial, len(first.choices)) == ("menu", "", 4)
        assert first.note is None

    def test_a_menu_with_a_long_choice_shows_all_so_that_a_phone_cuts_none_short(self):
        options = [{"id": f"o{length}", "text": {"fr": "x" * length, "en": "y"}} for length in (5, 10, 15, 29)]
        one = simulation(**changed("mailbox", options=options, expected=["o5"]))

        french, english = (present(one, language=language, seed=1).screen for language in ("fr", "en"))

        assert (french.controls[0].kind, english.controls[0].kind) == ("choices", "menu")
        assert french.canonical({"1": "4", "2": ""}) == english.canonical({"1": "4", "2": ""})

    @pytest.mark.parametrize(
        ("tool", "address"),
        [
            ("Carnet Lilas", "carnet-lilas"),
            ("L’Été à Nouméa", "l-ete-a-noumea"),
            ("Cap Cœur", "cap-coeur"),
            ("…!", "outil"),
        ],
    )
    def test_the_window_has_an_invented_address(self, tool, address):
        shown = present(simulation(tool={"fr": tool, "en": "x"}), language="en", seed=1)

        assert shown.screen.address == f"{address}.exemple"

    @pytest.mark.parametrize("state", [{"9": True}, {"1": "9"}, {"1": "keep"}], ids=["control", "choice", "own name"])
    def test_unknown_names_fit_no_screen(self, state):
        one = simulation("mailbox")
        shown = present(one, language="fr", seed=1)

        with pytest.raises(MalformedResponseError):
            parse_response(one, shown.canonical({"state": {"1": "1", "2": "3", **state}}))

    def test_nothing_chosen_stays_nothing(self):
        shown = present(simulation("mailbox"), language="fr", seed=1)

        assert shown.canonical({"state": {"1": "", "2": "3"}}) == {"state": {"first": "", "second": "report"}}

    def test_a_state_for_a_question_without_screen_is_left_to_be_refused(self):
        assert present(item(), language="fr", seed=1).canonical({"state": {"1": True}}) == {"state": {"1": True}}
