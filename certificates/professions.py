"""The professions that a label may name: a code that is signed, and its words. A code is never reused nor taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: In French, in English.
PROFESSIONS: Mapping[str, tuple[str, str]] = {
    "aide-soignant": ("Aide-soignante ou aide-soignant", "Healthcare assistant"),
    "ambulancier": ("Ambulancière ou ambulancier", "Ambulance driver"),
    "audioprothesiste": ("Audioprothésiste", "Hearing-aid specialist"),
    "auxiliaire-puericulture": ("Auxiliaire de puériculture", "Childcare assistant"),
    "biologiste": ("Biologiste médicale ou médical", "Medical biologist"),
    "chirurgien-dentiste": ("Chirurgienne-dentiste ou chirurgien-dentiste", "Dental surgeon"),
    "dieteticien": ("Diététicienne ou diététicien", "Dietitian"),
    "ergotherapeute": ("Ergothérapeute", "Occupational therapist"),
    "infirmier": ("Infirmière ou infirmier", "Nurse"),
    "manipulateur": ("Manipulatrice ou manipulateur d’électroradiologie médicale", "Radiographer"),
    "masseur-kinesitherapeute": ("Masseuse-kinésithérapeute ou masseur-kinésithérapeute", "Physiotherapist"),
    "medecin": ("Médecin", "Doctor"),
    "opticien": ("Opticienne-lunetière ou opticien-lunetier", "Optician"),
    "orthophoniste": ("Orthophoniste", "Speech therapist"),
    "orthoptiste": ("Orthoptiste", "Orthoptist"),
    "pedicure-podologue": ("Pédicure-podologue", "Podiatrist"),
    "pharmacien": ("Pharmacienne ou pharmacien", "Pharmacist"),
    "preparateur-pharmacie": ("Préparatrice ou préparateur en pharmacie", "Pharmacy technician"),
    "psychologue": ("Psychologue", "Psychologist"),
    "psychomotricien": ("Psychomotricienne ou psychomotricien", "Psychomotor therapist"),
    "sage-femme": ("Sage-femme", "Midwife"),
    "technicien-laboratoire": ("Technicienne ou technicien de laboratoire médical", "Medical laboratory technician"),
    "autre": ("Autre profession de santé", "Another health profession"),
}
