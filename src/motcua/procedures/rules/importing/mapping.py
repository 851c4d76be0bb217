"""A small file that says which of their fields is which of ours, for exports with other names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from motcua.procedures.data import InvalidContent, decode
from motcua.procedures.rules.yaml_files import BadYaml, parse_yaml


class BadMapping(ValueError):
    """The mapping file is not valid; the text says what to do."""


@dataclass(frozen=True, kw_only=True)
class FieldMap:
    """`rename`: their key (dots go into objects) to a key of a known shape; `constants`: keys with one value for all;
    `inside`: the key under which each record's content lies.
    """

    rename: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    inside: str = ""

    def apply(self, value: Any) -> Any:
        """A record with its keys renamed; keys that are not named stay."""
        if not isinstance(value, Mapping):
            return value
        source = look(value, self.inside) if self.inside else value
        if not isinstance(source, Mapping):
            return value
        moved = {theirs.split(".")[0] for theirs in self.rename}
        out: dict[str, Any] = dict(self.constants)
        out.update({str(k): v for k, v in source.items() if k not in moved})
        for theirs, ours in self.rename.items():
            found = look(source, theirs)
            if found is not None:
                out[ours] = found
        return out


def look(value: Mapping[str, Any], path: str) -> Any:
    """What stands at `a.b`, or None."""
    here: Any = value
    for part in path.split("."):
        if not isinstance(here, Mapping):
            return None
        here = here.get(part)
    return here


def read_mapping(text: str) -> FieldMap:
    """Parse a mapping file; raises `BadMapping`."""
    try:
        return decode(FieldMap, parse_yaml(text))
    except BadYaml as error:
        raise BadMapping(f"tệp ánh xạ không đọc được: {error}") from error
    except InvalidContent as error:
        raise BadMapping(f"tệp ánh xạ chưa đúng tại {error.path}: {error.problem}") from error
