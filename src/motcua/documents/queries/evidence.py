"""Whether results are really there as files: what indices count, for many results at once."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from motcua.documents.data import ResultFile, ResultState

_FILES = """
    SELECT r.id, r.state, f.size, w.id IS NOT NULL AND w.removed_at IS NULL,
           (SELECT count(DISTINCT o.dossier_ref) FROM documents_storedfile g
              JOIN documents_result o ON o.file_id = g.id
             WHERE g.sha256 = f.sha256 AND o.dossier_ref <> r.dossier_ref)
      FROM documents_result r
      JOIN documents_storedfile f ON f.id = r.file_id
      LEFT JOIN documents_walletentry w ON w.result_id = r.id
     WHERE r.id = ANY(%s)
"""


def result_files(ids: Sequence[UUID]) -> dict[UUID, ResultFile]:
    """The file of each result: its size, whether it lies in a wallet, how many other dossiers have the same bytes."""
    with connection.cursor() as cursor:
        cursor.execute(_FILES, [list(ids)])
        rows = cursor.fetchall()
    return {
        id_: ResultFile(state=ResultState(state), size=size, in_wallet=in_wallet, shared_by=shared)
        for id_, state, size, in_wallet, shared in rows
    }
