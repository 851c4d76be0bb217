"""English: every sentence of the shared screens has one, with the same places to fill, and it is the compiled one."""

from __future__ import annotations

import ast
import gettext
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client

import motcua.ui

PACKAGES = Path(motcua.ui.__file__).parents[1]
FOLDERS = sorted(PACKAGES.glob("*/locale/en/LC_MESSAGES"))
VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệịỉĩọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
PLACE = re.compile(r"%\((\w+)\)[sd]")


def all_entries() -> dict[str, list[str]]:
    """The sentences of every package: a page may say what a package below it has words for."""
    return {key: texts for folder in FOLDERS for key, texts in entries(folder).items()}


def entries(folder: Path) -> dict[str, list[str]]:
    """msgid → its translations (one, or one per number) as the source file says."""
    found: dict[str, list[str]] = {}
    for block in (folder / "django.po").read_text("utf-8").split("\n\n")[1:]:
        lines = re.findall(r'^(msgid|msgstr(?:\[\d\])?) (".*")$', block, re.MULTILINE)
        key = next(ast.literal_eval(text) for name, text in lines if name == "msgid")
        found[key] = [ast.literal_eval(text) for name, text in lines if name.startswith("msgstr")]
    return found


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.parents[2].name for folder in FOLDERS])
def test_the_compiled_file_says_what_the_source_says(folder: Path) -> None:
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for key, texts in entries(folder).items():
        if len(texts) == 1 and texts[0]:
            assert compiled.gettext(key) == texts[0]


def test_the_same_places_are_filled() -> None:
    for key, texts in all_entries().items():
        for text in texts:
            extra = set(PLACE.findall(text)) - set(PLACE.findall(key)) - {"n"}
            assert not extra, (key, text)


@pytest.mark.parametrize(
    "path", ["/patterns", "/patterns/clock-chip", "/track", "/verify", "/lost", "/accessibility"]
)
def test_an_english_page_holds_no_vietnamese_sentence(client: Client, path: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = BeautifulSoup(client.get(path).content, "html.parser")
    assert page.html["lang"] == "en"  # type: ignore[index]
    names = ("Tiếng Việt", "Nghệ An", "đồng", "Hồ")
    shown = [
        text
        for text in page.stripped_strings
        if VIETNAMESE.search(text)
        and not any(name in text for name in names)
        and not re.match(r"Nghĩa Đàn", text)
    ]
    assert not shown


def test_every_sentence_of_ui_and_portal_is_translated() -> None:
    """Looks for msgids in the sources the way translators' tools do, without those tools."""
    known = {key for key, texts in all_entries().items() if all(texts)}
    package = PACKAGES
    missing = []
    for folder in (package / "ui", package / "portal"):
        for path in folder.rglob("*.html"):
            text = path.read_text("utf-8")
            said = re.findall(r"{% translate (?:\"([^\"]*)\"|'([^']*)')", text)
            missing += [(path.name, a or b) for a, b in said if (a or b) not in known]
        for path in folder.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                    key = node.args[0]
                    if isinstance(key, ast.Constant) and key.value not in known:
                        missing.append((path.name, key.value))
    assert not missing


def test_nothing_else_is_needed_to_read_the_words() -> None:
    """The catalogue is found by a fresh process with the settings as they are."""
    code = (
        "import django; django.setup(); from django.utils import translation as t; t.activate('en'); "
        "print(t.gettext('Bạn cần làm gì?'))"
    )
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True, timeout=180
    )
    assert answer.stdout.strip() == "What do you need to do?"
