"""Programs of a few glyphs: what they draw, and what they are not made from."""

import io

import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from certificates import document, subset
from certificates.shaping import CannotCompileError, glyphs_shown
from certificates.subset import FontProgram

FACES = ("ahn-latin-ext-700.ttf", "noto-vietnamese-700.ttf")


@pytest.fixture(params=FACES)
def data(request):
    return document.font_data(request.param)


def outline(font, number):
    glyphs = font.getGlyphSet()
    pen = DecomposingRecordingPen(glyphs)
    glyphs[font.getGlyphName(number)].draw(pen)
    return pen.value


class TestRefused:
    def test_a_font_that_finds_its_glyphs_by_long_offsets(self, data):
        font, written = TTFont(io.BytesIO(data)), io.BytesIO()
        glyphs = font["glyf"]
        drawn = [name for name in font.getGlyphOrder() if glyphs[name].numberOfContours > 0]
        for name in drawn[:3]:  # so long that halves of offsets no longer suffice
            glyphs[name].program.fromBytecode(bytes(60_000))
        font.save(written)

        with pytest.raises(CannotCompileError, match="long offsets"):
            FontProgram(written.getvalue())

    def test_a_glyph_that_the_font_lacks(self, data):
        with pytest.raises(IndexError):
            FontProgram(data).program({9999})


class TestProgram:
    def test_every_letter_is_drawn_as_in_the_whole_font_under_its_own_number(self, data):
        whole, programs = TTFont(io.BytesIO(data)), FontProgram(data)

        for name in whole.getBestCmap().values():
            number = whole.getGlyphID(name)
            found = TTFont(io.BytesIO(programs.program({number})), checkChecksums=2)
            assert outline(found, number) == outline(whole, number)
            assert list(found["hmtx"].metrics.values())[number] == whole["hmtx"].metrics[name]

    def test_it_is_a_tenth_of_the_font(self, data):
        numbers = sorted(TTFont(io.BytesIO(data)).getReverseGlyphMap().values())[20:24]

        size, packed = FontProgram(data).deflated(set(numbers))

        assert size < len(data) / 3
        assert len(packed) < len(data) / 10

    def test_other_glyphs_are_not_in_it(self, data):
        found = TTFont(io.BytesIO(FontProgram(data).program({4})))

        drawn = [name for name in found.getGlyphOrder() if found["glyf"][name].numberOfContours]
        assert len(drawn) <= 4  # itself, what it is put together from, and what stands for a missing one

    def test_what_is_kept_of_earlier_ones_is_bounded(self, data, monkeypatch):
        monkeypatch.setattr(subset, "_MAXIMUM_KNOWN", 2)
        programs = FontProgram(data)

        first = [programs.deflated({number}) for number in range(5)]

        assert len(programs._known) <= 2
        assert [programs.deflated({number}) for number in range(5)] == first


def test_glyphs_are_those_of_each_face():
    operators = b"/A 19 Tf\n[<00010002>5<0003>] TJ\n/B 19.5 Tf\n[3<0001>] TJ"

    assert glyphs_shown(operators) == {b"A": {1, 2, 3}, b"B": {1}}
