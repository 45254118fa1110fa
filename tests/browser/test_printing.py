"""What is printed: a result whole, with what is folded on screen, whether scripts run or not."""

import subprocess

import pytest

from tests.browser.answering import answer_to_the_end

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("with_scripts", [True, False])
def test_a_result_is_printed_with_its_table_and_its_answers(open_browser, requires_tool, tmp_path, with_scripts):
    page = open_browser(java_script_enabled=with_scripts)
    page.goto("/evaluations/CIT/positionnement")
    page.locator("main form button[type=submit]").click()
    answer_to_the_end(page)
    explanation = " ".join(page.locator(".told p").last.text_content().split())
    assert not page.locator(".told").first.is_visible()

    (tmp_path / "result.pdf").write_bytes(page.pdf(format="A4"))

    printed = subprocess.run(
        [requires_tool("pdftotext"), "-layout", str(tmp_path / "result.pdf"), "-"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "Intervalle" in printed
    assert "Votre réponse" in printed or "Passée" in printed
    assert explanation.split()[0] in printed
    assert printed.count("Ce qu’il fallait trouver") == page.locator(".told").count()
    assert not page.locator(".told").first.is_visible()
