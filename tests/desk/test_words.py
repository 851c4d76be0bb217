"""Every sentence of the desk has its English one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from django.utils import translation

import motcua.desk

PACKAGE = Path(motcua.desk.__file__).parent
SAID = re.compile(r"{% translate (?:\"([^\"]*)\"|'([^']*)')")
BLOCK = re.compile(r"{% blocktranslate([^%]*)%}(.*?){% endblocktranslate %}", re.DOTALL)
# names, signs and code letters that are the same in both languages
SAME = {"%", "Excel", "PDF", "TT", "QR"}


def said() -> set[str]:
    """Every msgid in the desk's templates and code."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.html"):
        text = path.read_text("utf-8")
        found |= {a or b for a, b in SAID.findall(text)}
        for _arguments, words in BLOCK.findall(text):
            found.add(re.sub(r"{{ (\w+) }}", r"%(\1)s", re.split(r"{% plural %}", words)[0]))
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                key = node.args[0]
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    found.add(key.value)
    return found


def test_every_sentence_of_the_desk_is_translated() -> None:
    with translation.override("en"):
        missing = []
        for words in sorted(said()):
            same = translation.gettext(words) == words
            if same and translation.ngettext(words, words, 2) == words and words not in SAME:
                missing.append(words)
    assert not missing
