"""The operations centre: three clicks from the province to a dossier, for those who may, on screen and as files."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import pytest
from openpyxl import load_workbook

from motcua.indicators import api as indicators
from motcua.ioc.drawing import BANDS, Bar, Dot, Point, bars, line, unit_map
from tests.dossiers.factories import CENTRE, COMMITTEE, JUSTICE, OFFICE, World

from .conftest import NOW, Visit

PROVINCE = (OFFICE, "leader")
COMMUNE = (COMMITTEE, "leader")
UNIT = f"/ioc/units/{COMMITTEE}"


class Links(HTMLParser):
    """Every address that a page leads to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.extend(v for k, v in attrs if k in ("href", "xlink:href") and v)


def links(response: object) -> list[str]:
    return Links(response.content.decode()).found  # type: ignore[attr-defined]


def test_three_clicks_from_the_province_to_a_dossier(visit: Visit, world: World) -> None:
    home = visit("/ioc/", *PROVINCE)
    assert home.status_code == 200
    unit = next(x for x in links(home) if x.startswith(f"{UNIT}?"))
    page = visit(unit)
    assert page.status_code == 200
    late = next(x for x in links(page) if "/TDGQ_ON_TIME?" in x)
    last = visit(late)
    assert last.status_code == 200
    assert any(re.fullmatch(r"/desk/dossiers/[0-9a-f-]{36}", x) for x in links(last))
    text = last.content.decode()
    assert "quá hạn: đang xử lý, hẹn trả" in text
    assert "Tính đến" in text
    assert "Cách tính" in text


def test_the_map_and_the_bars_are_links_with_tables_beside(visit: Visit, world: World) -> None:
    text = visit("/ioc/", *PROVINCE).content.decode()
    assert text.count("<svg") >= 2
    assert f'xlink:href="{UNIT}?period=' in text
    assert "vega.github.io" not in text
    assert text.count("<caption>") >= 2


@pytest.mark.parametrize("path", ["/ioc/", UNIT, f"{UNIT}/TDGQ_ON_TIME"])
def test_who_may_open_what(visit: Visit, world: World, path: str) -> None:
    assert visit(path).status_code == 302  # to the sign-in page
    assert visit(path, *PROVINCE).status_code == 200
    assert visit(path, CENTRE, "reception").status_code == 403
    assert visit(path, OFFICE, "system_admin").status_code == 403
    own = visit(path, *COMMUNE)
    assert own.status_code == (302 if path == "/ioc/" else 200)


def test_another_units_leader_sees_the_ranking_and_not_the_dossiers(visit: Visit, world: World) -> None:
    ranking = visit("/ioc/?all", JUSTICE, "leader")
    assert ranking.status_code == 200
    assert not any(x.startswith("/ioc/units/ubnd-xa") for x in links(ranking))
    assert visit(f"{UNIT}/TDGQ_ON_TIME", JUSTICE, "leader").status_code == 403
    assert visit("/ioc/units/tinh", JUSTICE, "leader").status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "period=2031",
        "period=x",
        "period=2026-13",
        "period=2026-02",
        "target=abc",
        "target=NaN",
        "page=999999",
        "page=-1",
    ],
)
def test_odd_questions_are_answered(visit: Visit, world: World, query: str) -> None:
    for path in ("/ioc/", UNIT, f"{UNIT}/DOSSIER_SYNC"):
        assert visit(f"{path}?{query}", *PROVINCE).status_code == 200


@pytest.mark.parametrize("path", ["/ioc/units/nowhere", f"{UNIT}/NO_SUCH", "/ioc/units/ubnd-xa-16690-cu"])
def test_what_is_not_there(visit: Visit, world: World, path: str) -> None:
    assert visit(path, *PROVINCE).status_code == 404


def test_the_plan_says_how_many(visit: Visit, world: World) -> None:
    march = indicators.period_of(NOW.date(), indicators.Grain.MONTH)
    known = indicators.unit_score(COMMITTEE, march, at=NOW).known
    text = visit(f"{UNIT}?target={known + 1}", *PROVINCE).content.decode()
    assert "Ít nhất 1 hồ sơ" in text
    text = visit(f"{UNIT}?target=100", *PROVINCE).content.decode()
    assert "Không đạt được trong kỳ này" in text
    assert "không còn cứu được" in text


@pytest.mark.parametrize("path", ["/ioc/", UNIT, f"{UNIT}/TDGQ_ON_TIME"])
def test_excel_and_pdf(visit: Visit, world: World, path: str) -> None:
    sheet = visit(f"{path}?as=xlsx", *PROVINCE)
    book = load_workbook(io.BytesIO(sheet.content), read_only=True)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows) > 3
    assert str(rows[1][0]).startswith("Tính đến")
    pdf = visit(f"{path}?as=pdf", *PROVINCE)
    assert pdf.content.startswith(b"%PDF")


def test_english(visit: Visit, world: World, client: object) -> None:
    client.cookies["django_language"] = "en"  # type: ignore[attr-defined]
    text = visit(UNIT, *PROVINCE).content.decode()
    assert "Dossiers handled in time" in text


def test_names_cannot_break_out_of_a_drawing() -> None:
    nasty = '"><script>alert(1)</script>'
    svg = bars([Bar(name=nasty, value=1, full=2, href="/x")], title=nasty)
    svg += unit_map([Dot(name=nasty, lon=105, lat=19, band="weak", words=nasty, href="/y")], title=nasty)
    assert "<script" not in svg


def test_the_marks_of_a_page_stand_where_its_numbers_say() -> None:
    drawn = bars(
        [Bar(name="a", value=5, full=20, href="/a"), Bar(name="b", value=30, full=10, href="")], title="t"
    )
    full = re.findall(r'd="M0,[\d.]+h360v12', drawn)
    assert (len(full), drawn.count("h90.00v12h-90.00Z"), drawn.count("h360.00v12")) == (
        1,
        1,
        1,
    )  # b ends at 20
    assert drawn.count("<a ") == 1
    places = [
        Dot(name=k, lon=104 + i, lat=19 + i, band=k, words=k, href=f"/{k}") for i, k in enumerate(BANDS)
    ]
    colours = re.findall(r'aria-label="(\w+)"[^>]* fill="(#\w+)"', unit_map(places, title="t"))
    assert dict(colours) == BANDS
    series = line([Point(when="2026-01", value=50), Point(when="2026-02", value=57.5)], title="t")
    assert ">2026-02</text>" in series
    assert re.search(r'd="M105,160.000L315,40.000" stroke', series)
    assert series.count("translate(315,40.000)") == 1
    assert 'label="mark-' not in drawn + series


def test_queries_do_not_grow_with_units(
    visit: Visit, world: World, django_assert_max_num_queries: object
) -> None:
    visit("/ioc/", *PROVINCE)
    with django_assert_max_num_queries(60):  # type: ignore[operator]
        visit("/ioc/", *PROVINCE)
