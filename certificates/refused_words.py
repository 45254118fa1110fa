"""Words that no printed name may hold, in small letters without accents: data for `names`, which says where each counts.

A list can never be whole, and each word here may be somebody's name somewhere: a word is added when it would make the
paper vouch for something, and moved to `SURNAMES_TOO` or a place-bound list when people are called so.
"""

from __future__ import annotations

#: Anywhere.
TITLES = frozenset(
    """
    dr dre drs dra docteure doctoresse doctor doktor dott dottore dottoressa doc
    pr pre prof profs professeur professeure professor
    infirmier infirmiere pharmacien pharmacienne soignant soignante dentiste kine orthophoniste orthoptiste
    psychomotricien psychomotricienne dieteticien dieteticienne ambulancier ambulanciere veterinaire generaliste
    radiologiste anesthesiste urgentiste praticien praticienne puericultrice brancardier brancardiere
    interne externe etudiant etudiante directeur directrice
    midwife pharmacist physician dentist physiotherapist
    """.split()  # noqa: SIM905 -- a list of words is read as words.
) | {"sage femme", "chef de", "cheffe de", "cadre de sante", "cadre sup", "chirurgien dentiste", "registered nurse"}

#: Professions by their ending: cardiologue, psychiatre, ergothérapeute.
PROFESSION_ENDINGS = ("ologue", "ologist", "iatre", "iatrist", "therapeute", "therapist")

#: In first place only: these are also surnames or syllables of names (Jean Maître, Marie Abbé, Mehdi).
LEADING_TITLES = frozenset(
    """
    me mtre maitre mgr monseigneur monsieur madame mademoiselle mme mlle mr mrs ms mx sir dame lord lady
    rev reverend hon honorable excellence abbe
    """.split()  # noqa: SIM905 -- as above.
)

#: Titles by which families are called as well (Jacques Médecin, Paul Nurse): a name as the second of two words only.
SURNAMES_TOO = frozenset(("docteur", "medecin", "chirurgien", "chirurgienne", "nurse", "surgeon"))

#: After two words or more, in capitals or small letters.
ACRONYMS = frozenset(("ide", "iade", "ibode", "ipa", "mkde"))

#: What the page itself says of the name, or does not say.
CLAIMS = frozenset(
    """
    verifie verifiee verified certifie certifiee certified controle controlee identite identity
    authentique authentifie authentifiee authentic officiel officielle official diplome diplomee
    agree agreee habilite habilitee homologue homologuee
    """.split()  # noqa: SIM905 -- as above.
)

ORGANISATIONS = frozenset(
    """
    cpam chru ehpad aphp inserm cnil numericite republique ministere gouvernement prefecture mairie universite
    hopitaux clinique pharmacie laboratoire association federation syndicat mutuelle sarl ltd gmbh
    """.split()  # noqa: SIM905 -- as above.
) | {
    "chu de",
    "ap hp",
    "etat francais",
    "service public",
    "securite sociale",
    "assurance maladie",
    "caisse primaire",
    "croix rouge",
    "conseil national",
    "conseil departemental",
    "conseil regional",
}

#: In first place.
STREETS = frozenset(("rue", "avenue", "boulevard", "impasse", "allee", "quai", "bd"))

#: Anywhere: an address read aloud, or a street after a name.
ADDRESSES = frozenset(
    (
        *("arobase", "arrobase", "arobas", "point com", "point fr", "point org", "dot com", "dot org", "gmail"),
        *(f"{street} {word}" for street in ("rue", "avenue", "boulevard") for word in ("de", "du", "des", "d")),
    )
)
