"""How well everyday requests find the right procedure among 2,642, tuned and held-out halves apart."""

from __future__ import annotations

import csv
import gzip
import io
import re
import time
from functools import cache
from pathlib import Path

import pytest
import yaml

from motcua.base.vietnamese import fold
from motcua.procedures.actions.loading import catalogue_files
from motcua.procedures.rules.lexicon import lexicon
from motcua.procedures.rules.search import SearchIndex
from motcua.procedures.rules.search_document import SearchDocument

HERE = Path(__file__).parent
LEVELS = {"bộ": "ministry", "tỉnh": "province", "xã": "commune", "khác": "other"}


@cache
def index() -> SearchIndex:
    text = gzip.decompress((HERE / "procedures.tsv.gz").read_bytes()).decode()
    documents = [
        SearchDocument(
            code=row["code"],
            name=row["name"],
            field=row["field"],
            levels=tuple(LEVELS[part.split()[-1]] for part in row["level"].split(",")),
        )
        for row in csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    ]
    assert len(documents) == 2642
    return SearchIndex(documents, lexicon())


def requests(part: str) -> list[tuple[str, set[str]]]:
    """Requests with the codes that answer them: a half ("tune", "held"), or "dev", "dev-tuned", "dev-blind"."""
    name, _, wanted = part.partition("-")
    with (HERE / f"requests_{name}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(r["request"], set(r["codes"].split("|"))) for r in rows if not wanted or r["part"] == wanted]


@pytest.mark.parametrize(
    ("half", "first", "among_three"),
    [("tune", 0.92, 0.98), ("held", 0.87, 0.96), ("dev-tuned", 0.86, 0.95), ("dev-blind", 0.90, 0.96)],
)
def test_right_one_first_or_among_three(
    half: str, first: float, among_three: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """The floors lie a little under what was reached; the aim over the 300 was 0.85 and 0.97."""
    asked = requests(half)
    got = [([h.code for h in index().search(request, limit=3)], right) for request, right in asked]
    at_first = sum(bool(codes) and codes[0] in right for codes, right in got) / len(asked)
    at_three = sum(bool(set(codes) & right) for codes, right in got) / len(asked)
    with capsys.disabled():
        print(  # noqa: T201 the numbers are the point
            f"\n{half}: right one first {at_first:.1%}, among the first three {at_three:.1%} of {len(asked)}"
        )
    assert at_first >= first
    assert at_three >= among_three


def test_an_answer_takes_under_30_ms(capsys: pytest.CaptureFixture[str]) -> None:
    ready = index()
    times = []
    for request, _ in requests("tune"):
        start = time.process_time()
        ready.search(request)
        times.append((time.process_time() - start) * 1000)
    times.sort()
    p95 = times[int(len(times) * 0.95)]
    with capsys.disabled():
        print(f"\nsearch p95 {p95:.1f} ms of processor time over {len(ready)} procedures")  # noqa: T201 the number is the point
    assert p95 < 30


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[0-9a-z]+", fold(text)))


def test_no_request_stands_in_the_product() -> None:
    asked = {_plain(request) for half in ("tune", "held", "dev") for request, _ in requests(half)}
    words = lexicon()
    said = [p for phrases in words.asked_as.values() for p in phrases]
    said += [s.text for sayings in words.sayings.values() for s in sayings]
    for _, file in catalogue_files():
        said += yaml.safe_load(file.read_text(encoding="utf-8")).get("keywords") or []
    found = [p for p in said if _plain(p) in asked]
    long = [r for r in asked if len(r.split()) >= 4]
    found += [p for p in said if any(f" {r} " in f" {_plain(p)} " for r in long)]
    many = len(found)  # only the number is told: the words would give held-out requests away
    assert many == 0, f"{many} phrases of the product are requests of the evaluation"
