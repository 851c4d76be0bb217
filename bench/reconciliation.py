"""Two million dossiers of ours against two million of the portal's list, with 1,000 planted differences.

Ours come out of real tables (dossiers and the outbox), filled by SQL; the portal's list is written as its pages
would be after transfer. `python bench/reconciliation.py --rows 2000000`
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

FILL = """
ALTER TABLE dossiers_dossier DISABLE TRIGGER ALL;
INSERT INTO dossiers_dossier (id, code, outside_system, outside_code, filing_scope, filing_key, filing_hash,
    procedure_version_id, filed_version_id, procedure_code, procedure_name, field, channel, door, receiving_agency,
    desk_agency, handling_agency, return_agency, return_by, successor_of, applicant, applicant_name, applicant_fold,
    applicant_number, acting_as, answers, quantity, identity_proven, state, step, held_step, seq, queue, queue_agency,
    queue_due, assignee, regime, limit_unit, submitted_at, accepted_at, accepted_by, due_at, promised_due, ended_at,
    returned_at, changed_at, outcome, reason, proposal, proposed_by, part_code, imported{extra_names})
SELECT gen_random_uuid(), 'H41.50.01.01-' || to_char(day, 'YYMMDD') || '-' || lpad(n::text, 7, '0'), '', '', '', '', '',
    '{version}', '{version}', '9.000001', 'Cấp giấy xác nhận thử nghiệm', 'Hộ tịch',
    CASE n % 3 WHEN 0 THEN 'online' ELSE 'direct' END, 'desk', 'ttpvhcc-xa-16681', 'ttpvhcc-xa-16681', 'ubnd-xa-16681',
    'ttpvhcc-xa-16681', 'counter', '', '{{"kind": "citizen", "name": "Nguyễn Thị Hoa"}}', 'Nguyễn Thị Hoa ' || n,
    'nguyen thi hoa', lpad(n::text, 12, '0'), '', '{{}}', 1, true, 10, '', '', 5, '', '', day, '', 'nd118-2025', '',
    day, day + interval '5 minutes', 'x', day + interval '5 days', day + interval '5 days', day + interval '3 days',
    day + interval '4 days', day, 'granted', '', '{{}}', '', '', false{extra_values}
  FROM (SELECT n, timestamptz '2026-01-05 08:00+07' + (n % 200) * interval '1 day'
               + (n % 30000) * interval '1 second' AS day
          FROM generate_series(1, {rows}) AS n) AS made;
ALTER TABLE dossiers_dossier ENABLE TRIGGER ALL;
INSERT INTO exchange_track (dossier, code, agency, day, known, last_state, want_seq, recorded_seq, lines_waiting,
    lines_told, evidence, record_digest, todo, next_try_at, in_doubt, tries, trouble, blocked, error_code, errors)
SELECT id, code, receiving_agency, submitted_at::date, true, 10, 5, 5, 0, 3, '1,1,,2,1,0,1,7,0', '', false,
    submitted_at, false, 0, '', false, '', '[]' FROM dossiers_dossier;
ANALYZE dossiers_dossier; ANALYZE exchange_track;
"""


def main() -> int:
    """Fill, write the list with its planted differences, compare, and check that each is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--plant", type=int, default=1000)
    options = parser.parse_args()
    from tests.campaign.house import House

    with House() as house:
        import django

        django.setup()
        _fill(house, options.rows)
        folder = Path(tempfile.mkdtemp(prefix="motcua-bench-reconcile-"))
        try:
            return _measure(folder, options.rows, options.plant)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _fill(house: object, rows: int) -> None:
    import psycopg
    from tests.dossiers.factories import CERTIFY, MORNING, build_world

    from motcua.procedures import api as procedures

    build_world()
    version = procedures.version_on(CERTIFY, MORNING.date()).id
    began = time.monotonic()
    url = house.cluster.superuser_url("campaign")  # type: ignore[attr-defined]
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("SET synchronous_commit = off")
        given = admin.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'dossiers_dossier'"
            " AND is_nullable = 'NO' AND column_default IS NULL"
        ).fetchall()
        known = FILL.split("(", 1)[1].split("{extra_names}", maxsplit=1)[0]
        extra = [(name, kind) for name, kind in given if name not in known]
        admin.execute(
            FILL.format(
                version=version,
                rows=rows,
                extra_names="".join(f", {name}" for name, _ in extra),
                extra_values="".join(", " + _plain(kind) for _, kind in extra),
            )
        )
    print(f"filled {rows:,} dossiers in {time.monotonic() - began:.0f} s")


def _plain(kind: str) -> str:
    return {"boolean": "false", "jsonb": "'{}'"}.get(kind, "''" if "char" in kind or kind == "text" else "0")


def _measure(folder: Path, rows: int, plant: int) -> int:
    from motcua.base.clock import now
    from motcua.base.data import SYSTEM
    from motcua.exchange.models import Difference
    from motcua.exchange.reconciliation import running
    from motcua.exchange.reconciliation.sides import Scope, our_lines

    rng = random.Random(766)
    planted: dict[str, str] = {}
    chosen = {
        place: rng.choice(("missing_there", "different", "missing_here"))
        for place in rng.sample(range(rows), plant)
    }
    with (folder / "theirs").open("wb") as out:
        for place, line in enumerate(our_lines(Scope())):
            kind = chosen.get(place, "")
            code = line.split(b",", 1)[0].decode()
            body = line[:-1] + b"," + b"0" * 64 + b",20261123000000\n"
            if kind == "missing_there":
                planted[code] = kind
                continue
            if kind == "different":
                planted[code] = kind
                body = body.replace(b",10,", b",9,", 1)
            out.write(body)
            if kind == "missing_here":
                planted[code + "9"] = kind
                out.write(body.replace(code.encode(), code.encode() + b"9", 1))
    measured = running.Measured()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row = running.compared(folder, by=SYSTEM, at=now(), scope=Scope(), as_of="", measured=measured)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = dict(Difference.objects.values_list("code", "kind"))
    parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in measured.parts.items())
    print(
        f"ours {row.ours:,}, theirs {row.theirs:,}: compared in {measured.compare:.1f} s ({parts}); peak memory"
        f" {peak:.0f} MB ({before:.0f} MB before); planted {len(planted)} {dict(Counter(planted.values()))},"
        f" named {sum(found.get(code) == kind for code, kind in planted.items())},"
        f" others {len(set(found) - set(planted))};"
        f" load {os.getloadavg()[0]:.1f}; target < 20 s, < 500 MB, all named"
    )
    return 0 if found == planted else 1


if __name__ == "__main__":
    sys.exit(main())
