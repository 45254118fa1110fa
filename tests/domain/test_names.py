"""Which names are printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.credential import check_printable_name
from certificates.errors import UnacceptableNameError

REFUSED_NAMES = {
    "nothing": ("", "empty"),
    "spaces": (" \u00a0\t ", "empty"),
    "eighty-one characters": ("a" * 81, "too-long"),
    "a line of text": ("Maëlys " * 40, "too-long"),
    "right-to-left override": ("Maëlys \u202ehuet", "control"),
    "right-to-left isolate": ("Maëlys \u2067huet", "control"),
    "zero-width space": ("Maë\u200blys", "control"),
    "zero-width joiner": ("Maë\u200dlys", "control"),
    "byte order mark": ("\ufeffMaëlys", "control"),
    "soft hyphen": ("Maë\u00adlys", "control"),
    "escape": ("Maëlys\x1b[31m", "control"),
    "null": ("Maëlys\x00", "control"),
    "private use": ("Maëlys \ue000", "control"),
    "lone surrogate": ("Maëlys \ud83d", "control"),
    "unassigned": ("Maëlys \u0378", "control"),
    "formula": ('=HYPERLINK("x")', "formula"),
    "leading plus": ("+Maëlys", "formula"),
    "leading minus": ("-Maëlys", "formula"),
    "leading at": ("@maelys", "formula"),
    "e-mail address": ("contact@exemple.fr", "address"),
    "name and e-mail": ("Maëlys Huet contact@exemple", "address"),
    "web address": ("www.exemple", "address"),
    "web address with a scheme": ("https://exemple", "address"),
    "scheme alone": ("javascript://alert", "address"),
    "bare domain": ("Maëlys Huet cabinet-huet.fr", "address"),
    "domain with full-width dot": ("exemple\uff0efr", "address"),
    "digits": ("Maëlys 2", "digit"),
    "telephone": ("Maëlys 06 12", "digit"),
    "Arabic digits": ("Maëlys ٣", "digit"),
    "Roman numeral sign": ("Louis Ⅻ", "digit"),
    "superscript": ("Maëlys²", "digit"),
    "Dr": ("Dr Martin", "title"),
    "dr.": ("dr. Martin", "title"),
    "Dr without a space": ("Dr.Martin", "title"),
    "Dr with a hyphen": ("Dr-Martin", "title"),
    "Dr at the end": ("Martin, Dr", "title"),
    "Dr between": ("Anne Dr Martin", "title"),
    "Dr in full width": ("Ｄｒ Martin", "title"),
    "superscript r": ("Dʳ Martin", "title"),
    "Docteur": ("Docteur Martin", "title"),
    "Docteure": ("DOCTEURE Martin", "title"),
    "Doctor": ("Doctor Martin", "title"),
    "Pr.": ("Pr. X", "title"),
    "Professeur": ("Professeur X", "title"),
    "Professeure": ("professeure X", "title"),
    "Me": ("Me Durand", "title"),
    "Maître": ("Maître Durand", "title"),
    "Maître, decomposed": ("Mai\u0302tre Durand", "title"),
    "Mme": ("Mme Durand", "title"),
    "Monsieur": ("Monsieur Durand", "title"),
    "degree": ("Anne Martin, MD", "title"),
    "degree with dots": ("Anne Martin Ph.D.", "title"),
    "emoji": ("Maëlys 🙂", "symbol"),
    "heart": ("Maëlys ♥", "symbol"),
    "markup": ("<b>Maëlys</b>", "symbol"),
    "script": ("<script>", "symbol"),
    "ampersand": ("Maëlys & Tom", "symbol"),
    "template": ("{{ Maëlys }}", "symbol"),
    "quotation mark": ('Maëlys "Mae"', "symbol"),
    "brackets": ("Maëlys (infirmière)", "symbol"),
    "comma": ("Huet, Maëlys", "symbol"),
    "slash": ("Maëlys/Tom", "symbol"),
    "backslash": ("Maëlys\\n", "symbol"),
    "currency": ("Maëlys €", "symbol"),
    "trade mark": ("Maëlys ®", "symbol"),
    "marks piled up": ("Ma\u0301\u0302\u0303\u0308\u0323\u0324lys", "symbol"),
    "only punctuation": ("' - .", "no-letter"),
}

ACCEPTED_NAMES = {
    "two words": ("Anne Martin", "Anne Martin"),
    "hyphen and typographic apostrophe": ("Jean-Baptiste N’Guyen", "Jean-Baptiste N’Guyen"),
    "diaeresis and apostrophe": ("Maëlys Tama’ehu", "Maëlys Tama’ehu"),
    "fada": ("Ó Briain", "Ó Briain"),
    "one word": ("Sukarno", "Sukarno"),
    "one letter": ("Ô", "Ô"),
    "particle": ("Charles de La Tour d’Auvergne", "Charles de La Tour d’Auvergne"),
    "leading apostrophe": ("’t Hooft", "’t Hooft"),
    "straight apostrophe": ("O'Neill", "O'Neill"),
    "initials": ("J. R. R. Tolkien", "J. R. R. Tolkien"),
    "initials without spaces": ("J.-P. Martin", "J.-P. Martin"),
    "middle dot": ("Gal·la Puig", "Gal·la Puig"),
    "capitals": ("MARTIN Élodie", "MARTIN Élodie"),
    "looks like a title": ("Drago Prévert", "Drago Prévert"),
    "a title as second surname": ("Jean Maître", "Jean Maître"),
    "first name Mehdi": ("Mehdi Meunier", "Mehdi Meunier"),
    "first name Md": ("Md Rahman", "Md Rahman"),
    "okina": ("Kaʻiulani", "Kaʻiulani"),
    "Vietnamese": ("Nguyễn Thị Hương", "Nguyễn Thị Hương"),
    "Turkish": ("İlkay Gündoğan", "İlkay Gündoğan"),
    "Polish": ("Łukasz Żółć", "Łukasz Żółć"),
    "Arabic": ("فاطمة الزهراء", "فاطمة الزهراء"),
    "Hebrew with points": ("דָּוִד", "דָּוִד"),
    "Chinese": ("王小明", "王小明"),
    "Japanese with a dot": ("マリー・デュポン", "マリー・デュポン"),
    "Korean": ("김민준", "김민준"),
    "Cyrillic": ("Анна Иванова", "Анна Иванова"),
    "Devanagari": ("प्रिया शर्मा", "प्रिया शर्मा"),
    "Tamil": ("முத்து", "முத்து"),
    "Georgian": ("ნინო", "ნინო"),
    "Tifinagh": ("ⵎⴰⵙⵙⴰ", "ⵎⴰⵙⵙⴰ"),
    "trimmed": ("  Anne \u00a0 Martin\n", "Anne Martin"),
    "composed": ("Mae\u0308lys", "Maëlys"),
    "eighty characters": ("a" * 80, "a" * 80),
}


@pytest.mark.parametrize(("name", "reason"), REFUSED_NAMES.values(), ids=REFUSED_NAMES)
def test_name_refused(name, reason):
    with pytest.raises(UnacceptableNameError) as caught:
        check_printable_name(name)

    assert caught.value.reason == reason


@pytest.mark.parametrize(("name", "printed"), ACCEPTED_NAMES.values(), ids=ACCEPTED_NAMES)
def test_name_accepted(name, printed):
    assert check_printable_name(name) == printed


@given(st.text(max_size=90))
def test_a_name_is_refused_or_printed_the_same_twice(name):
    try:
        printed = check_printable_name(name)
    except UnacceptableNameError:
        return

    assert check_printable_name(printed) == printed
