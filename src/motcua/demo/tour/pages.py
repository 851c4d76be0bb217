"""Reads a page as a browser would: its text, its links and its forms with their boxes and buttons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

SILENT = frozenset({"script", "style", "template", "svg"})
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
BREAKS = frozenset(
    {"p", "div", "li", "dt", "dd", "h1", "h2", "h3", "tr", "section", "form", "label", "legend"}
)
BOXES = frozenset({"text", "hidden", "textarea", "select", "radio", "checkbox", "file"})


@dataclass
class Control:
    """A box or a button. `kind`: the input's type, or `textarea`, `select`, `button`."""

    name: str
    kind: str
    value: str = ""
    checked: bool = False
    disabled: bool = False
    form_action: str = ""
    label: str = ""
    dom_id: str = ""
    required: bool = False
    options: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Form:
    """A form: where it leads and what it holds, in the order of the page."""

    action: str
    method: str
    dom_id: str = ""
    controls: list[Control] = field(default_factory=list)

    @property
    def buttons(self) -> list[Control]:
        """What can be pressed."""
        return [one for one in self.controls if one.kind == "button" and not one.disabled]

    @property
    def boxes(self) -> list[Control]:
        """What can be filled in, chosen or is sent along."""
        return [one for one in self.controls if one.kind != "button" and one.name and not one.disabled]

    def names(self) -> list[str]:
        """The names of the boxes, each once."""
        return list(dict.fromkeys(one.name for one in self.boxes))

    def named(self, name: str) -> list[Control]:
        """The boxes of that name: several for radio buttons."""
        return [one for one in self.boxes if one.name == name]

    def has(self, name: str) -> bool:
        """Is there a box of that name?"""
        return bool(self.named(name))

    def button(self, words: str) -> Control | None:
        """The first button whose label or value says so."""
        folded = words.casefold()
        for one in self.buttons:
            if folded in one.label.casefold() or folded == one.value.casefold():
                return one
        return None

    def filled(self) -> Iterator[tuple[str, str]]:
        """What a browser would send if nothing were touched."""
        for one in self.boxes:
            if one.kind in ("radio", "checkbox"):
                if one.checked:
                    yield one.name, one.value or "on"
            elif one.kind != "file":
                yield one.name, one.value


@dataclass(frozen=True, kw_only=True)
class Page:
    """An answer of the server: the page in parts, or a file (`content`, when it is no page)."""

    url: str
    status: int
    kind: str
    content: bytes
    title: str = ""
    text: str = ""
    links: tuple[tuple[str, str], ...] = ()
    forms: tuple[Form, ...] = ()
    complaints: tuple[str, ...] = ()

    @property
    def is_pdf(self) -> bool:
        """Is it a PDF?"""
        return self.kind.startswith("application/pdf") and self.content.startswith(b"%PDF")

    def form(self, *, has: str = "", button: str = "", action: str = "") -> Form | None:
        """The first form with that box, that button and that address in its action."""
        for one in self.forms:
            if has and not one.has(has):
                continue
            if button and one.button(button) is None:
                continue
            if action and action not in one.action and not any(action in b.form_action for b in one.buttons):
                continue
            return one
        return None

    def link(self, words: str = "", *, to: str = "") -> str | None:
        """The address of the first link with those words and that part of an address."""
        folded = words.casefold()
        for href, said in self.links:
            if folded in said.casefold() and to in href:
                return href
        return None


class _Reader(HTMLParser):
    """Collects what `read` gives back."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.text: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.complaints: list[str] = []
        self._elsewhere: list[tuple[str, Control]] = []
        self._labels: dict[str, str] = {}
        self._open: list[tuple[str, dict[str, str]]] = []
        self._form: Form | None = None
        self._select: Control | None = None
        self._area: Control | None = None
        self._catching: list[tuple[int, str, list[str], object]] = []

    def handle_starttag(self, tag: str, raw: list[tuple[str, str | None]]) -> None:
        attrs = {name: value or "" for name, value in raw}
        if tag in BREAKS:
            self._say("\n")
        if tag == "form":
            self._form = Form(
                action=attrs.get("action", ""),
                method=attrs.get("method", "get").lower(),
                dom_id=attrs.get("id", ""),
            )
            self.forms.append(self._form)
        elif tag == "input":
            self._input(attrs)
        elif tag == "option" and self._select is not None:
            self._catch("option", attrs)
        if tag not in VOID:
            self._open.append((tag, attrs))
        if tag in ("select", "textarea", "button"):
            self._larger(tag, attrs)
        elif tag in ("a", "label", "title"):
            self._catch(tag, attrs)
        if tag not in VOID and ("error" in attrs.get("class", "").split() or attrs.get("role") == "alert"):
            self._catch("complaint", attrs)

    def handle_endtag(self, tag: str) -> None:
        if not any(name == tag for name, _attrs in self._open):
            return
        while self._open:
            name, _attrs = self._open.pop()
            self._finish(len(self._open))
            if name == "select":
                self._select = None
            elif name == "textarea":
                self._area = None
            elif name == "form":
                self._form = None
            if name == tag:
                break
        if tag in BREAKS:
            self._say("\n")

    def handle_data(self, data: str) -> None:
        if any(name in SILENT for name, _attrs in self._open):
            return
        if self._area is not None:
            self._area.value += data
            return
        if not any(name == "title" for name, _attrs in self._open):
            self._say(data)
        for _depth, _kind, words, _what in self._catching:
            words.append(data)

    def close(self) -> None:
        super().close()
        by_id = {form.dom_id: form for form in self.forms if form.dom_id}
        for where, control in self._elsewhere:
            if where in by_id:
                by_id[where].controls.append(control)
        for form in self.forms:
            for control in form.controls:
                control.label = control.label or self._labels.get(control.dom_id, "")

    def _say(self, words: str) -> None:
        self.text.append(words)

    def _input(self, attrs: Mapping[str, str]) -> None:
        kind = attrs.get("type", "text").lower()
        if kind in ("submit", "image", "button"):
            self._add(_control("button", attrs), attrs)
            return
        control = _control(kind if kind in BOXES else "text", attrs)
        control.checked = "checked" in attrs
        self._add(control, attrs)

    def _larger(self, tag: str, attrs: dict[str, str]) -> None:
        control = _control(tag, attrs)
        self._add(control, attrs)
        if tag == "select":
            self._select = control
        elif tag == "textarea":
            control.value = ""
            self._area = control
        else:
            self._catching.append((len(self._open) - 1, "button", [], control))

    def _add(self, control: Control, attrs: Mapping[str, str]) -> None:
        if attrs.get("form"):
            self._elsewhere.append((attrs["form"], control))
        elif self._form is not None:
            self._form.controls.append(control)

    def _catch(self, kind: str, attrs: dict[str, str]) -> None:
        depth = len(self._open) if kind == "option" else len(self._open) - 1
        self._catching.append((depth, kind, [], attrs))

    def _finish(self, depth: int) -> None:
        for one in [one for one in self._catching if one[0] >= depth]:
            self._catching.remove(one)
            self._caught(one[1], " ".join("".join(one[2]).split()), one[3])

    def _caught(self, kind: str, said: str, what: object) -> None:
        if kind == "button" and isinstance(what, Control):
            what.label = said
            return
        if not isinstance(what, dict):
            return
        if kind == "a" and what.get("href"):
            self.links.append((what["href"], said))
        elif kind == "label" and what.get("for"):
            self._labels[what["for"]] = said
        elif kind == "title":
            self.title = self.title or said
        elif kind == "complaint" and said:
            self.complaints.append(said)
        elif kind == "option" and self._select is not None:
            value = what.get("value", said)
            self._select.options.append((value, said))
            if "selected" in what or len(self._select.options) == 1:
                self._select.value = value


def _control(kind: str, attrs: Mapping[str, str]) -> Control:
    return Control(
        name=attrs.get("name", ""),
        kind=kind,
        value=attrs.get("value", ""),
        disabled="disabled" in attrs,
        form_action=attrs.get("formaction", ""),
        dom_id=attrs.get("id", ""),
        required="required" in attrs,
    )


def read(*, url: str, status: int, kind: str, content: bytes) -> Page:
    """The page in parts; anything but HTML keeps its bytes only."""
    if "html" not in kind:
        return Page(url=url, status=status, kind=kind, content=content)
    reader = _Reader()
    reader.feed(content.decode("utf-8"))
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.text).splitlines())
    return Page(
        url=url,
        status=status,
        kind=kind,
        content=content,
        title=reader.title,
        text="\n".join(line for line in lines if line),
        links=tuple(reader.links),
        forms=tuple(reader.forms),
        complaints=tuple(dict.fromkeys(reader.complaints)),
    )
