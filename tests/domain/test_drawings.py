"""Lessons' drawings: what acts, points elsewhere or is not on the list is refused."""

import pytest

from quizzes.rules.drawings import inline, unsafe

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 260"{more}>{inside}</svg>'


def drawing(inside="", more=""):
    return SVG.format(inside=inside, more=more).encode()


REFUSED = {
    "a page of nine kilobytes": (drawing('<path d="' + "M1 1" * 2500 + '"/>'), "pèse plus"),
    "a document type": (b"<!DOCTYPE svg>" + drawing(), "déclaration"),
    "an entity": (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + drawing("&a;"), "déclaration"),
    "a style sheet from elsewhere": (b'<?xml-stylesheet href="x"?>' + drawing(), "instruction"),
    "no XML": (b"<svg", "XML"),
    "another root": (b"<html/>", "élément svg"),
    "no view box": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "viewBox"),
    "a script": (drawing("<script>x</script>"), "interdit, script"),
    "a picture": (drawing('<image href="x"/>'), "interdit, image"),
    "a style": (drawing("<style>x</style>"), "interdit, style"),
    "letters": (drawing("<text>x</text>"), "interdit, text"),
    "a page inside": (drawing("<foreignObject/>"), "interdit, foreignObject"),
    "a handler": (drawing(more=' onload="x"'), "interdit, onload"),
    "a style attribute": (drawing('<rect style="fill:red"/>'), "interdit, style"),
    "a link": (drawing('<g href="x"/>'), "interdit, href"),
    "an old link": (drawing('<g xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="x"/>'), "interdit"),
    "a filling from elsewhere": (drawing('<rect fill="url(#a)"/>'), "valeur interdite"),
    "a filling from elsewhere, spelt otherwise": (drawing('<rect fill="URL (#a)"/>'), "valeur interdite"),
    "a value with a colon": (drawing('<rect fill="javascript:x"/>'), "valeur interdite"),
}


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED)
def test_refused(data, reason):
    assert reason in unsafe(data)
    with pytest.raises(ValueError, match=r"\w"):
        inline(data)


def test_shapes_are_drawn():
    data = drawing('<g transform="translate(3 4)"><rect width="10" height="5.5" rx="2" fill="#0B6E6E"/></g>')

    assert unsafe(b'<?xml version="1.0"?>\n' + data) is None


def test_in_a_page_it_is_hidden_from_who_listens_since_words_stand_beside_it():
    shown = inline(drawing("<title>Un dessin</title><g><desc>x</desc></g>", more=' role="img"'))

    assert shown.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 260" aria-hidden="true"')
    assert "role" not in shown
    assert "Un dessin" not in shown
    assert "desc" not in shown
