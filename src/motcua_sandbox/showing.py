"""Pieces of the pages on which a simulated service shows what it holds and lets a person play the outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from motcua_sandbox.pages import page

if TYPE_CHECKING:
    from motcua_sandbox.services import Service


class Safe(str):
    """Text that is HTML already."""


def link(address: str, text: str) -> Safe:
    """A link within the sandbox."""
    return Safe(f'<a href="{escape(address)}">{escape(text)}</a>')


def when(stamp: str) -> str:
    """Fourteen digits as a person reads a time; anything else as it is."""
    if len(stamp) != 14 or not stamp.isdigit():
        return stamp
    return f"{stamp[8:10]}:{stamp[10:12]}:{stamp[12:]} {stamp[6:8]}/{stamp[4:6]}/{stamp[:4]}"


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table, or a sentence when it has no rows."""
    body = "".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>" for row in rows)
    if not body:
        return f"<p>{escape(caption)}: chưa có gì.</p>"
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def form(action: str, legend: str, fields: Sequence[tuple[str, str, str]], button: str) -> str:
    """A form that posts; each field is (name, label, value), a name with `*` at its end is a long text."""
    return (
        f'<form method="post" action="{escape(action)}" enctype="multipart/form-data"><fieldset>'
        f"<legend>{escape(legend)}</legend>{''.join(_input(*one) for one in fields)}"
        f"<button>{escape(button)}</button></fieldset></form>"
    )


def faults_panel(service: Service) -> str:
    """What goes wrong on purpose, and a form for more of it."""
    rows = [
        (
            row["kind"],
            row["operation"] or "tất cả",
            row["rate"],
            row["seed"],
            row["limit"] or "",
            row["struck"],
        )
        for row in service.faults.shown()
    ]
    heads = ("Lỗi", "Thao tác", "Tỷ lệ", "Hạt giống", "Tối đa", "Đã xảy ra")
    kinds = "".join(f"<option>{escape(kind)}</option>" for kind in sorted(service.faults.known))
    inputs = "".join(
        _input(name, label, value)
        for name, label, value in (
            ("operation", "Thao tác (để trống: tất cả)", ""),
            ("rate", "Tỷ lệ 0–1", "1"),
            ("seed", "Hạt giống", "0"),
            ("limit", "Tối đa bao nhiêu lần", ""),
            ("option", "Tùy chọn, ví dụ ms=2000", ""),
        )
    )
    return (
        f"<h2>Lỗi cố ý</h2>{table('Đang bật', heads, rows)}"
        f'<form method="post" action="/{service.name}/_faults"><fieldset><legend>Bật một lỗi</legend>'
        f'<label>Loại <select name="kind">{kinds}</select></label>{inputs}<button>Bật</button> '
        '<button name="clear" value="1">Tắt tất cả</button></fieldset></form>'
    )


def shown(service: Service, title: str, body: str, *, faults: bool = True) -> Response:
    """A whole page of a service."""
    panel = faults_panel(service) if faults else ""
    return Response(page(title, body + panel, plays=service.title, wide=True), mimetype="text/html")


def pairs_of(text: str) -> dict[str, str]:
    """`key = value`, one a line, as a person types an e-form."""
    found = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {name.strip(): value.strip() for name, _, value in found}


def _cell(value: object) -> str:
    return str(value) if isinstance(value, Safe) else escape("" if value is None else str(value))


def _input(name: str, label: str, value: str) -> str:
    key = name.rstrip("*")
    if name.endswith("*"):
        field = f'<textarea name="{key}" rows="4" cols="60">{escape(value)}</textarea>'
    elif key.startswith("file"):
        field = f'<input type="file" name="{key}">'
    else:
        field = f'<input name="{key}" value="{escape(value)}">'
    return f"<label>{escape(label)}<br>{field}</label>"
