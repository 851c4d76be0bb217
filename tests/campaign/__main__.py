"""`make campaign SEEDS=1-5`: one line of the table per seed; a seed that is in the table already is left out."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.campaign import DEFECTS


def main() -> int:
    """0 when every seed ended with nothing lost, doubled, out of order, invented or unnamed, and a defect was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaign", description=__doc__)
    parser.add_argument("--seeds", default="1-5", help="a-b, or one number")
    parser.add_argument("--dossiers", type=int, default=500)
    parser.add_argument("--table", type=Path, default=Path("var/campaign.jsonl"))
    parser.add_argument(
        "--defects", action="store_true", help="see each fault of ours found, put in one by one"
    )
    options = parser.parse_args()
    first, _, last = options.seeds.partition("-")
    done = set()
    if options.table.exists():
        done = {json.loads(line)["seed"] for line in options.table.read_text().splitlines() if line}
    wanted = [seed for seed in range(int(first), int(last or first) + 1) if seed not in done]
    options.table.parent.mkdir(parents=True, exist_ok=True)
    from tests.campaign.running import campaign

    failed = 0
    defects = ("", *DEFECTS) if options.defects else ("",)
    for row in campaign(wanted, dossiers=options.dossiers, defects=defects):
        with options.table.open("a") as table:
            table.write(json.dumps(row, ensure_ascii=False) + "\n")
        sys.stdout.write(
            "seed {seed}{with_defect}: {dossiers} dossiers, {entries} entries, {actions} actions, {messages} messages,"
            " struck {struck}, kills {kills}; lost {lost}, doubled {doubled}, out of order {out_of_order},"
            " invented {invented}, unnamed {unnamed}; {seconds:.0f} s\n".format(
                with_defect=f" with {row['defect']}" if row["defect"] else "", **row
            )
        )
        sys.stdout.writelines(f"    {text}\n" for text in row["examples"])
        sys.stdout.flush()
        failed += row["good"] == bool(row["defect"])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
