"""The few pages that the make-believe systems show; they work without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from motcua_sandbox.citizens import Citizen

_STYLE = """
:root{color-scheme:light}
body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#f4f1ec;color:#1d1b18}
main{max-width:34rem;margin:2rem auto;padding:1.5rem;background:#fff;border-radius:12px}
h1{font-size:1.4rem;margin:.2rem 0 .4rem}
.tag{background:#7a1f14;color:#fff;padding:.1rem .5rem;border-radius:4px}
input[type=search],button{font:inherit;padding:.55rem .9rem;border:1px solid #6b645a;border-radius:6px}
input[type=search]{width:100%;box-sizing:border-box}
button{background:#fff;cursor:pointer}
button:focus,input:focus{outline:3px solid #b8560f;outline-offset:2px}
ul{list-style:none;padding:0;margin:1rem 0}
li{margin:.35rem 0}
li button{width:100%;text-align:left}
small{color:#5b554c;display:block}
fieldset{border:1px solid #ddd6cb;border-radius:6px;min-width:0}
main.wide{max-width:70rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:left;font-weight:600;padding:.4rem 0}
th,td{border-bottom:1px solid #ddd6cb;padding:.3rem .5rem;text-align:left;vertical-align:top}
label{display:block;margin:.5rem 0}
input:not([type=radio]),select,textarea{font:inherit;padding:.4rem;border:1px solid #6b645a;border-radius:6px}
input,select,textarea{max-width:100%;box-sizing:border-box}
pre{white-space:pre-wrap;overflow-wrap:anywhere}
"""


def page(title: str, body: str, *, plays: str = "VNeID", wide: bool = False) -> str:
    """A whole page in Vietnamese; `plays` names the system that it is not."""
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · {escape(plays)} mô phỏng</title><style>{_STYLE}</style></head>"
        f"<body><main{' class=wide' if wide else ''}>"
        f'<p><span class="tag">Mô phỏng, không phải {escape(plays)} thật</span></p>'
        f"<h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def message_page(title: str, text: str) -> str:
    """A page with one message."""
    return page(title, f"<p>{escape(text)}</p>")


def choose_page(params: Mapping[str, str], query: str, citizens: Sequence[Citizen]) -> str:
    """The sign-in page: a search, and a button for each citizen found."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in params.items()
    )
    buttons = "".join(_button(citizen) for citizen in citizens)
    if not buttons:
        buttons = "<li>Không tìm thấy ai. Hãy thử tên khác.</li>"
    body = (
        f'<form method="get" role="search">{hidden}<label for="q">Tìm theo tên hoặc số định danh</label>'
        f'<input type="search" id="q" name="q" value="{escape(query)}"> <button>Tìm</button></form>'
        f'<form method="post">{hidden}<fieldset><legend>Mức độ định danh</legend>'
        '<label><input type="radio" name="level" value="2" checked> Mức 2</label> '
        '<label><input type="radio" name="level" value="1"> Mức 1</label></fieldset>'
        f"<ul>{buttons}</ul>"
        '<button name="deny" value="1">Từ chối, quay lại</button></form>'
    )
    return page("Đăng nhập bằng tài khoản định danh điện tử", body)


def _button(citizen: Citizen) -> str:
    who = escape(citizen.organisation or citizen.full_name)
    year, month, day = citizen.dob.split("-")
    detail = f"{citizen.personal_number} · sinh ngày {day}/{month}/{year}"
    if citizen.tax_code:
        detail = f"Mã số thuế {citizen.tax_code} · đại diện: {citizen.full_name}"
    small = f"<small>{escape(detail)}</small>"
    button = f'<button name="citizen" value="{escape(citizen.key)}">{who}{small}</button>'
    return f"<li>{button}</li>"
