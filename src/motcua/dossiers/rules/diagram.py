"""Draws the transition table: Mermaid for docs/dossier-states.md, and the table of every action beside it."""

from __future__ import annotations

from motcua.dossiers.data import Action, State, Step

from .transitions import TRANSITIONS, Clock, Transition

HEAD = """# The states of a dossier

Generated from the transition table (`motcua dossiers diagram --write`); a test compares. The ten states are the
national status codes. What changes no state (corrections, an apology, a moved paper) is in the table below only.
"""


def document() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_states(), *_steps(), *_table()]) + "\n"


def _states() -> list[str]:
    lines = ["## States", "", "```mermaid", "stateDiagram-v2"]
    for state in State:
        lines.append(f"    s{state.value}: {state.value} {state.label_en}")
    arrows: dict[tuple[str, str], set[str]] = {}
    for row in TRANSITIONS:
        # An import may bring a dossier in anywhere: drawing its ten arrows would hide the rest.
        if row.target is None or row.action is Action.IMPORT:
            continue
        sources = [f"s{s.value}" for s in sorted(row.sources)] or ["[*]"]
        for source in sources:
            if source != f"s{row.target.value}":
                arrows.setdefault((source, f"s{row.target.value}"), set()).add(row.action.value)
    for (source, target), actions in sorted(arrows.items()):
        lines.append(f"    {source} --> {target}: {', '.join(sorted(actions))}")
    lines += [f"    s{s.value} --> [*]" for s in (State.RETURNED,)]
    return [*lines, "```", ""]


def _steps() -> list[str]:
    lines = ["## Steps inside state 4", "", "```mermaid", "stateDiagram-v2"]
    for step in Step:
        if step:
            lines.append(f"    {step.value}: {step.label_en}")
    arrows: dict[tuple[str, str], set[str]] = {}
    for row in TRANSITIONS:
        inside = State.IN_PROGRESS in row.sources and row.target in (None, State.IN_PROGRESS)
        if not inside or row.target_step is None:
            continue
        for step in sorted(row.steps):
            if step is not row.target_step:
                arrows.setdefault((step.value, row.target_step.value), set()).add(row.action.value)
    for (source, target), actions in sorted(arrows.items()):
        lines.append(f"    {source} --> {target}: {', '.join(sorted(actions))}")
    return [*lines, "```", ""]


def _table() -> list[str]:
    lines = [
        "## Every transition",
        "",
        "| action | from | to | clock | who (role@relation) | conditions | law |",
        "|---|---|---|---|---|---|---|",
    ]
    return lines + [_line(row) for row in TRANSITIONS]


def _line(row: Transition) -> str:
    sources = ", ".join(str(s.value) for s in sorted(row.sources)) or "new"
    if len(row.sources) == len(State):
        sources = "any"
    if row.steps:
        sources += f" ({', '.join(sorted(row.steps))})"
    if row.held is not None:
        sources += f" (was {row.held.value})"
    target = "stays" if row.target is None else str(row.target.value)
    if row.target_step is not None:
        target += f" ({row.target_step.value})"
    cells = [
        row.action.value,
        sources,
        target,
        "" if row.clock is Clock.NONE else row.clock.value,
        ", ".join(row.grants),
        ", ".join(row.conditions),
        row.law,
    ]
    return "| " + " | ".join(cells) + " |"
