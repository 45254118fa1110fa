"""Which names are printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.credential import check_printable_name
from certificates.errors import UnacceptableNameError

REFUSED_NAMES = {
    "nothing": ("", "empty"),
    "spaces": (" \u00a0\t ", "empty"),
    "a hundred and twenty-one characters": ("a" * 121, "too-long"),
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
    "Dr glued": ("DrNadia", "title"),
    "Dr glued to a surname": ("Nadia DrBenali", "title"),
    "Professeur glued": ("ProfesseurRoy", "title"),
    "Dr taken apart": ("D r Nadia", "title"),
    "Pr taken apart with dots": ("P. r. Nadia", "title"),
    "M.": ("M. Dupont", "title"),
    "M without a dot": ("M Dupont", "title"),
    "M. before a whole name": ("M. Jean Dupont", "title"),
    "MM.": ("MM. Dupont", "title"),
    "Infirmière first": ("Infirmière Nadia Benali", "title"),
    "infirmière last": ("Nadia Benali infirmière", "title"),
    "infirmière, decomposed": ("Infirmie\u0300re Nadia", "title"),
    "INFIRMIER": ("INFIRMIER ROY", "title"),
    "nurse's acronym": ("Nadia Benali IDE", "title"),
    "nurse's acronym in small letters": ("Nadia Benali ide", "title"),
    "Sage-femme": ("Sage-femme Lea Roy", "title"),
    "sage femme": ("Lea Roy sage femme", "title"),
    "Pharmacien": ("Pharmacien Paul Roy", "title"),
    "chef de clinique": ("chef de clinique Paul", "title"),
    "aide-soignante": ("Lea Roy, aide-soignante", "title"),
    "cardiologue": ("Paul Roy cardiologue", "title"),
    "kinésithérapeute": ("Lea Roy Kinésithérapeute", "title"),
    "étudiante": ("Lea Roy étudiante", "title"),
    "directrice": ("Directrice Lea Roy", "title"),
    "Médecin first": ("Médecin Paul Roy", "title"),
    "Docteur after a whole name": ("Nadia Benali Docteur", "title"),
    "docteur en médecine": ("Nadia Benali docteur en médecine", "title"),
    "Abbé first": ("Abbé Pierre", "title"),
    "nurse": ("Nurse Nadia", "title"),
    "name said to be verified": ("Nadia Benali - nom vérifié", "claim"),
    "identity said to be checked": ("Nadia Benali identité contrôlée", "claim"),
    "certified": ("Nadia Benali certifiée", "claim"),
    "verified in English": ("Nadia Benali verified", "claim"),
    "graduate": ("Nadia Benali Diplômée", "claim"),
    "health insurance": ("CPAM Paris", "organisation"),
    "Republic": ("République française", "organisation"),
    "ministry": ("Ministère de la Santé", "organisation"),
    "hospital": ("Hôpital Nord", "organisation"),
    "hospital later": ("Centre Hôpital Nord", "organisation"),
    "CHU": ("CHU de Lille", "organisation"),
    "Red Cross": ("Croix-Rouge Paris", "organisation"),
    "street": ("rue des Lilas Paris", "address"),
    "street after a name": ("Nadia Benali rue de Paris", "address"),
    "avenue": ("Avenue Foch", "address"),
    "boulevard d’": ("Nadia boulevard d’Alsace", "address"),
    "address read aloud": ("nadia arobase example point com", "address"),
    "domain read aloud": ("nadia example point fr", "address"),
    "Cyrillic а": ("n\u0430dia Benali", "scripts"),
    "Cyrillic word beside a Latin one": ("Nadia \u0411\u0435\u043d", "scripts"),
    "Greek ο": ("R\u03bfy", "scripts"),
    "Arabic beside Latin": ("Nadia بنعلي", "scripts"),
    "emoji": ("Maëlys 🙂", "symbol"),
    "heart": ("Maëlys ♥", "symbol"),
    "markup": ("<b>Maëlys</b>", "symbol"),
    "script": ("<script>", "symbol"),
    "ampersand": ("Maëlys & Tom", "symbol"),
    "template": ("{{ Maëlys }}", "symbol"),
    "quotation mark": ('Maëlys "Mae"', "symbol"),
    "brackets": ("Maëlys (Mae)", "symbol"),
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
    "a hundred and twenty characters": ("a" * 120, "a" * 120),
}

#: Names that people have, printed as typed: the list to add to whenever somebody is refused their own.
NAMES_OF_PEOPLE = """
Nadia Benali
Lea Roy
Rose Roy
Marie Docteur
Paul Chirurgien
Jacques Médecin
Paul Nurse
Anna Surgeon
Yuki Ide
YUKI IDE
Anne Yuki Ide
Le Maître
Marie Le Maître
Jean Lange
Claire Prévôt
Marie Abbé
Rachel L’Abbé
Michel de L’Hôpital
Michel de L’Hospital
Chu Van An
CHU Steven
Nguyen Thi Chu
N’Guyen
N'Guyen
O’Brien
O'Brien
Jean-Baptiste
D’Almeida
M’Baye Diop
M. K. Gandhi
M.-C. Martin
D. R. Smith
D R Smith
P. R. Martin
P R
M
O
Y
É
王
Drągowski
Drčar Novak
Dražen Petrović
Preston Young
Prévost
Profit Diallo
Mrkšić
Mehdi Roy
Meera Nair
Mélanie Messager
Pierre Place
Jeanne Rue
Aline Larue
Henri Delarue
Paul Boulanger
Simone Lemaire
Bruno Le Maire
Louis Chevalier
Anne Leroy
Paul Roi
Marie Reine
Jean Prince
Claire Comte
Luc Baron
Marc Évêque
Louis Cardinal
Jean Moine
Louise Clerc
Paul Juge
Anne Bailli
Sage Martin
Jeanne Sage
Lucie Bonnefemme
Marie Bonhomme
Victor Hugo
Ali Point
Claire Pointcom
Jean Domaine
Pascal Mairey
Paul Mercier
Emma Ministrel
Sacha Royer
Léa Verité
Ève Authier
Luca Certi
Idir Aït Menguellet
Ide Sakura
Anaïs Ipavec
Ségolène
Zoé d’Arc
Éléonore d’Aquitaine
Ana María de los Ángeles
José Ortega y Gasset
Vincent van Gogh
Ludwig van Beethoven
Leonardo da Vinci
Björk Guðmundsdóttir
Søren Kierkegaard
Þór Jónsson
Ağaoğlu Işık
Małgorzata Ćwik
Dvořák
Škoda
Őri Gyöngyi
Ștefan
Thuỳ Linh
Trần Hưng Đạo
ʻAlohilani
Ng
Oh
Li
Xi
Aa
Ольга Петрова
Юлия
Ёлкина
Ґалаґан Олена
Ελένη Παπαδοπούλου
Ὀδυσσεύς
Նարեկ Պետրոսյան
მარიამ
محمد
نادية بنعلي
שרה כהן
สมชาย
ລາວ
ខ្មែរ
မြန်မာ
বাংলা
ਗੁਰਪ੍ਰੀਤ
ગીતા
ಕನ್ನಡ
മലയാളം
తెలుగు
සිංහල
አበበ
ᐃᓄᒃ
ᏣᎳᎩ
山田太郎
やまだ はなこ
山田ハナコ
渡辺 Anna
マリー
박서준
金민준
བསྟན་འཛིན
""".strip().split("\n")


@pytest.mark.parametrize(("name", "reason"), REFUSED_NAMES.values(), ids=REFUSED_NAMES)
def test_name_refused(name, reason):
    with pytest.raises(UnacceptableNameError) as caught:
        check_printable_name(name)

    assert caught.value.reason == reason


@pytest.mark.parametrize(("name", "printed"), ACCEPTED_NAMES.values(), ids=ACCEPTED_NAMES)
def test_name_accepted(name, printed):
    assert check_printable_name(name) == printed


@pytest.mark.parametrize("name", NAMES_OF_PEOPLE)
def test_nobody_is_refused_their_own_name(name):
    assert check_printable_name(name) == name


def test_more_good_names_are_tried_than_bad_ones():
    assert len(set(NAMES_OF_PEOPLE)) + len(ACCEPTED_NAMES) > len(REFUSED_NAMES)


@given(st.text(max_size=90))
def test_a_name_is_refused_or_printed_the_same_twice(name):
    try:
        printed = check_printable_name(name)
    except UnacceptableNameError:
        return

    assert check_printable_name(printed) == printed
