"""Results, by id, code, dossier, owner; and the chain of what replaced what."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from motcua.base.clock import VN
from motcua.base.errors import DomainError
from motcua.documents.data import IssuedResult, ResultState
from motcua.documents.models import Result
from motcua.documents.queries.files import file_view
from motcua.documents.rules.codes import printed_number, read_verify_code


class ResultNotFound(DomainError):
    """This result is not known to the system."""

    message_vi = "Hệ thống không có kết quả này."


def result(result_id: UUID) -> IssuedResult:
    """One result; raises `ResultNotFound`."""
    row = _rows().filter(id=result_id).first()
    if row is None:
        raise ResultNotFound(str(result_id))
    return result_view(row)


def result_by_code(code: str) -> IssuedResult:
    """The result with this verification code; raises `ResultNotFound`, `NotAVerifyCode`."""
    row = _rows().filter(verify_code=read_verify_code(code)).first()
    if row is None:
        raise ResultNotFound(code)
    return result_view(row)


def results_of_dossier(dossier_ref: str) -> list[IssuedResult]:
    """All results of a dossier, oldest first."""
    return [result_view(row) for row in _rows().filter(dossier_ref=dossier_ref).order_by("prepared_at")]


def chain(result_id: UUID) -> list[IssuedResult]:
    """The first paper and all that replaced it, in order; raises `ResultNotFound`."""
    current = result(result_id)
    while current.replaces is not None:
        current = result(current.replaces)
    found = [current]
    while current.replaced_by is not None:
        current = result(current.replaced_by)
        found.append(current)
    return found


def _rows() -> QuerySet[Result]:
    return Result.objects.select_related("file", "replacement")


def result_view(row: Result) -> IssuedResult:
    """A row as other packages see it."""
    successor = getattr(row, "replacement", None)
    replaced = row.state == ResultState.REPLACED and successor is not None
    return IssuedResult(
        id=row.id,
        state=ResultState(row.state),
        title=row.title,
        number=row.number,
        full_number=printed_number(row.number, row.symbol),
        symbol=row.symbol,
        book=row.book,
        year=row.year,
        owner=row.owner_id,
        agency_key=row.agency_key,
        agency_name=row.agency_name,
        issued_on=row.issued_on,
        file=file_view(row.file),
        verify_code=row.verify_code,
        dossier_ref=row.dossier_ref,
        procedure_code=row.procedure_code,
        result_code=row.result_code,
        replaces=row.replaces_id,
        replaced_by=successor.id if replaced and successor is not None else None,
        ended_on=row.ended_at.astimezone(VN).date() if row.ended_at else None,
        ended_reason=row.ended_reason,
    )
