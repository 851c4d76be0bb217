"""Writes: loading the province's tables into the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.base.data import Actor, LoadReport, Validity, require_aware
from motcua.base.vietnamese import fold
from motcua.ledger.api import Subject, append
from motcua.units.models import Agency, AgencySuccession, Unit, UnitSuccession
from motcua.units.rules import Tables, shipped

# One subject for the whole of the reference data: each load that changes something is one entry.
SUBJECT = Subject(kind="reference", id="units")


def load_reference_data(*, by: Actor, at: datetime, tables: Tables | None = None) -> LoadReport:
    """Bring the database in line with the tables (default: the shipped ones); a second run changes nothing.

    A row that the tables no longer have stays, because dossiers may point at it. One ledger entry says
    what was done, and none is written when nothing was.
    """
    require_aware(at)
    tables = tables or shipped()
    with transaction.atomic():
        report = _sync(Unit, "key", _unit_rows(tables), known_from=at)
        report += _sync(Agency, "key", _agency_rows(tables), known_from=at)
        report += _sync_links(UnitSuccession, tables.successions)
        report += _sync_links(AgencySuccession, tables.agency_successions)
        if report.created or report.changed:
            append(
                kind="units.loaded",
                subject=SUBJECT,
                by=by,
                at=at,
                payload={
                    "version": tables.version,
                    "created": report.created,
                    "changed": report.changed,
                    "unchanged": report.unchanged,
                },
            )
    return report


def _range(validity: Validity) -> DateRange:
    return DateRange(validity.start, validity.end, "[)")


def _unit_rows(tables: Tables) -> list[dict[str, Any]]:
    ordered = sorted(tables.units.values(), key=lambda u: (len(u.code), u.key))  # parents first
    return [
        {
            "key": u.key,
            "code": u.code,
            "name": u.name,
            "folded": fold(u.name),
            "kind": u.kind.value,
            "level": u.level.value,
            "parent_id": u.parent_key,
            "area_km2": u.area_km2,
            "population": u.population,
            "seat": u.seat,
            "lon": u.lon,
            "lat": u.lat,
            "valid": _range(u.validity),
            "source": u.source.as_json(),
        }
        for u in ordered
    ]


def _agency_rows(tables: Tables) -> list[dict[str, Any]]:
    return [
        {
            "key": a.key,
            "name": a.name,
            "short_name": a.short_name,
            "kind": a.kind.value,
            "level": a.level.value,
            "unit_id": a.unit_key,
            "agency_code": a.agency_code,
            "agency_code_certainty": a.agency_code_certainty.value,
            "valid": _range(a.validity),
            "parent_id": a.parent_key,
            "source": a.source.as_json(),
        }
        for a in tables.agencies.values()
    ]


def _sync(
    model: type[models.Model], key: str, rows: list[dict[str, Any]], *, known_from: datetime
) -> LoadReport:
    """Create and change rows of `model` by `key`; `known_from` is kept for a row that did not change."""
    fields = [name for name in rows[0] if name != key]
    stored: Mapping[str, dict[str, Any]] = {
        row[key]: row for row in model._default_manager.values(key, *fields)
    }
    new = [model(**row, known_from=known_from) for row in rows if row[key] not in stored]
    changed = [
        model(**row, known_from=known_from)
        for row in rows
        if row[key] in stored and any(stored[row[key]][name] != row[name] for name in fields)
    ]
    model._default_manager.bulk_create(new, batch_size=1000)
    if changed:
        model._default_manager.bulk_update(changed, [*fields, "known_from"], batch_size=500)
    return LoadReport(created=len(new), changed=len(changed), unchanged=len(rows) - len(new) - len(changed))


def _sync_links(model: type[UnitSuccession] | type[AgencySuccession], links: Iterable[Any]) -> LoadReport:
    stored: dict[Any, Any] = {
        (row["day"], row["before_id"], row["after_id"]): row
        for row in model._default_manager.values("id", "day", "before_id", "after_id", "how", "source")
    }
    created = changed = unchanged = 0
    new: list[Any] = []
    old: list[Any] = []
    for link in links:
        values = {"how": link.how.value, "source": link.source.as_json()}
        row = stored.get((link.day, link.from_key, link.to_key))
        if row is None:
            new.append(model(day=link.day, before_id=link.from_key, after_id=link.to_key, **values))
            created += 1
        elif any(row[name] != value for name, value in values.items()):
            old.append(
                model(id=row["id"], day=link.day, before_id=link.from_key, after_id=link.to_key, **values)
            )
            changed += 1
        else:
            unchanged += 1
    manager: Any = model._default_manager
    manager.bulk_create(new, batch_size=1000)
    if old:
        manager.bulk_update(old, ["how", "source"], batch_size=500)
    return LoadReport(created=created, changed=changed, unchanged=unchanged)
