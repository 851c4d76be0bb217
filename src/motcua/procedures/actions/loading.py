"""Loads the reviewed catalogue of this package into the database; a second run changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, ClassVar

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max

from motcua.base.data import Actor, LoadReport, require_aware
from motcua.base.errors import DomainError
from motcua.procedures.data import CatalogueVersion, InvalidContent, Origin, VersionStatus, read_entry
from motcua.procedures.models import Decision, Procedure, ProcedureVersion
from motcua.procedures.permissions import check_may_keep_catalogue
from motcua.procedures.rules.checks import problems
from motcua.procedures.rules.lexicon import life_event_keys
from motcua.procedures.rules.yaml_files import BadYaml, parse_yaml

from .storing import lock_catalogue, log, new_version, touch


class BadCatalogueFile(DomainError):
    """The catalogue file {file} is not valid: {problem}."""

    message_vi: ClassVar[str] = "Tệp danh mục {file} chưa đúng: {problem}."


def catalogue_files(folder: Traversable | None = None, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    """Every YAML file of the catalogue with its path; `_…` files and sample answers are not of it."""
    root = folder if folder is not None else resources.files("motcua.procedures").joinpath("catalogue")
    for item in sorted(root.iterdir(), key=lambda i: i.name):
        if item.name.startswith(("_", ".")) or item.name == "samples":
            continue
        if item.is_dir():
            yield from catalogue_files(item, f"{prefix}{item.name}/")
        elif item.name.endswith((".yaml", ".yml")):
            yield f"{prefix}{item.name}", item


def read_file(name: str, text: str) -> tuple[CatalogueVersion, ...]:
    """Versions of one file; raises `BadCatalogueFile` for bad YAML, unknown keys and contents that fail the check."""
    try:
        versions = read_entry(parse_yaml(text))
    except BadYaml as error:
        raise BadCatalogueFile(name, file=name, problem=str(error)) from error
    except InvalidContent as error:
        raise BadCatalogueFile(
            f"{name}: {error}", file=name, problem=f"{error.path}: {error.problem}"
        ) from error
    for one in versions:
        blocking = [p for p in problems(one.content, life_event_keys()) if p.blocking]
        if blocking:
            raise BadCatalogueFile(name, file=name, problem=f"{blocking[0].path}: {blocking[0].text_vi}")
    return versions


def read_catalogue(folder: Traversable | None = None) -> dict[str, tuple[CatalogueVersion, ...]]:
    """All files by code; raises `BadCatalogueFile`, also when two files give one code or one form key."""
    found: dict[str, tuple[CatalogueVersion, ...]] = {}
    forms: dict[str, str] = {}
    for name, file in catalogue_files(folder):
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise BadCatalogueFile(name, file=name, problem="tệp phải là UTF-8") from error
        versions = read_file(name, text)
        code = versions[0].content.code
        if code in found:
            raise BadCatalogueFile(name, file=name, problem=f"mã {code} đã có trong tệp khác")
        for key in {v.content.form.key for v in versions if v.content.form}:
            if forms.setdefault(key, code) != code:
                raise BadCatalogueFile(name, file=name, problem=f"biểu mẫu {key} đã dùng cho {forms[key]}")
        found[code] = versions
    return found


@transaction.atomic
def load_reference_data(*, by: Actor, at: datetime, folder: Traversable | None = None) -> LoadReport:
    """Bring the reviewed catalogue into the database.

    A code whose catalogue versions are already there, equal in text and dates, is left alone. Otherwise the code's
    published versions that came from the catalogue or an import are withdrawn as replaced and the file's versions
    published; versions that an officer published in the browser are never touched: the file's text then stays out.
    """
    require_aware(at)
    check_may_keep_catalogue(by)
    lock_catalogue()
    catalogue = read_catalogue(folder)
    procedures = _procedures(catalogue)
    current = _current(list(catalogue))
    decisions = _decisions(catalogue)
    highest = dict(
        ProcedureVersion.objects.filter(procedure__code__in=catalogue)
        .values_list("procedure__code")
        .annotate(most=Max("number"))
    )
    created = changed = unchanged = 0
    replaced: list[ProcedureVersion] = []
    fresh: list[ProcedureVersion] = []
    for code, versions in catalogue.items():
        here = current.get(code, [])
        rows = _rows(procedures[code], versions, highest.get(code, 0), decisions, at)
        if any(r.origin == Origin.EDITOR for r in here) or _same(here, rows):
            unchanged += 1
            continue
        replaced += here
        fresh += rows
        created += not here
        changed += bool(here)
    for row in replaced:
        row.status = VersionStatus.WITHDRAWN.value
        row.withdrawn_at = at
        row.withdrawn_why = "Thay bằng danh mục đã rà soát"
    ProcedureVersion.objects.bulk_update(replaced, ["status", "withdrawn_at", "withdrawn_why"])
    ProcedureVersion.objects.bulk_create(fresh, batch_size=200)
    if fresh:
        touch()
        payload = {"created": created, "changed": changed, "unchanged": unchanged}
        log("catalogue.loaded", subject_id="catalogue", by=by, at=at, payload=payload, what="catalogue")
    return LoadReport(created=created, changed=changed, unchanged=unchanged)


def _procedures(catalogue: Mapping[str, Any]) -> dict[str, Procedure]:
    Procedure.objects.bulk_create([Procedure(code=code) for code in catalogue], ignore_conflicts=True)
    return {p.code: p for p in Procedure.objects.filter(code__in=catalogue)}


def _current(codes: list[str]) -> dict[str, list[ProcedureVersion]]:
    found: dict[str, list[ProcedureVersion]] = {}
    rows = ProcedureVersion.objects.filter(procedure__code__in=codes, status=VersionStatus.PUBLISHED.value)
    for row in rows.select_related("procedure").defer("content", "digest").order_by("valid"):
        found.setdefault(row.procedure.code, []).append(row)
    return found


def _decisions(catalogue: Mapping[str, tuple[CatalogueVersion, ...]]) -> dict[tuple[str, str], Decision]:
    wanted = {
        (d.number, d.agency): d
        for versions in catalogue.values()
        for v in versions
        if (d := v.dated.decision)
    }
    rows = [
        Decision(number=d.number, agency=d.agency, signed_on=d.signed_on, note=d.note)
        for d in wanted.values()
    ]
    Decision.objects.bulk_create(rows, ignore_conflicts=True)
    numbers = {number for number, _ in wanted}
    return {(d.number, d.agency): d for d in Decision.objects.filter(number__in=numbers)}


def _rows(
    procedure: Procedure,
    versions: tuple[CatalogueVersion, ...],
    highest: int,
    decisions: Mapping[tuple[str, str], Decision],
    at: datetime,
) -> list[ProcedureVersion]:
    rows = []
    for i, one in enumerate(versions, start=1):
        row = new_version(
            procedure=procedure,
            number=highest + i,
            content=one.content,
            origin=Origin.CATALOGUE,
            start=one.dated.valid_from,
            end=one.dated.valid_to,
            known_from=one.dated.known_from,
            source=one.dated.source,
            at=at,
        )
        row.status = VersionStatus.PUBLISHED.value
        row.published_at = at
        if one.dated.decision:
            row.decision = decisions[one.dated.decision.number, one.dated.decision.agency]
        rows.append(row)
    return rows


def _same(here: list[ProcedureVersion], rows: list[ProcedureVersion]) -> bool:
    def facts(row: ProcedureVersion) -> tuple[Any, ...]:
        valid: DateRange = row.valid
        return (row.content_hash, valid.lower, valid.upper, row.known_from, row.source, row.decision_id)

    return [facts(r) for r in here] == [facts(r) for r in rows]
