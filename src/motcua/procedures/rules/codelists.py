"""The lists of choices that many forms share: sexes, peoples, countries."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml

from motcua.procedures.data import Choice, Field


@cache
def code_lists() -> dict[str, tuple[Choice, ...]]:
    """Every list of `codelists.yaml` by its name."""
    text = resources.files("motcua.procedures").joinpath("codelists.yaml").read_text(encoding="utf-8")
    return {
        name: tuple(
            Choice(value=str(v), label_vi=labels[0], label_en=labels[1]) for v, labels in items.items()
        )
        for name, items in yaml.safe_load(text).items()
    }


def choices_of(field: Field) -> tuple[Choice, ...]:
    """What a choice field offers: its own list, or the shared one it names."""
    return field.choices or code_lists().get(field.choices_from, ())
