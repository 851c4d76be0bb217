"""Reads YAML that people write: no repeated keys, no "yes" that becomes true, no aliases that explode, a size limit."""

from __future__ import annotations

from typing import Any

import yaml

MAX_CHARACTERS = 2_000_000
MAX_DEPTH = 40


class BadYaml(ValueError):
    """The file cannot be read as YAML; the text says where and what to do."""


class _Loader(yaml.SafeLoader):
    """Safe, and strict where YAML is surprising."""

    depth = 0

    def compose_node(self, parent: yaml.nodes.Node | None, index: Any) -> yaml.nodes.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            raise BadYaml("không dùng tham chiếu & và * trong tệp này")
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise BadYaml("lồng nhau quá sâu")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    out: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        line = key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise BadYaml(f"dòng {line}: khóa {key!r} phải là chữ (đặt trong ngoặc kép)")
        if key in out:
            raise BadYaml(f"dòng {line}: khóa “{key}” xuất hiện hai lần")
        out[key] = loader.construct_object(value_node, deep=True)
    return out


def _boolean(loader: _Loader, node: yaml.ScalarNode) -> bool | str:
    """Only true and false are yes-or-no; `on`, `yes`, `no` stay words."""
    value = str(loader.construct_scalar(node))
    return {"true": True, "false": False}.get(value.lower(), value)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
_Loader.add_constructor("tag:yaml.org,2002:bool", _boolean)


def parse_yaml(text: str) -> Any:
    """The document of a file; raises `BadYaml` with the line and what is wrong."""
    if len(text) > MAX_CHARACTERS:
        raise BadYaml(f"tệp dài {len(text)} ký tự, tối đa {MAX_CHARACTERS}")
    try:
        return yaml.load(text, Loader=_Loader)
    except BadYaml:
        raise
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"dòng {mark.line + 1}: " if mark is not None else ""
        raise BadYaml(f"{where}{getattr(error, 'problem', None) or error}") from error
    except (ValueError, RecursionError) as error:
        raise BadYaml(str(error) or "không đọc được") from error
