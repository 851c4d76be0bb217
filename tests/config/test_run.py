"""`motcua run` as a whole: it starts, comes back from every kill, ends without a trace, loses nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from tests.config.installation import Installation, alive, until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made() -> Iterator[Installation]:
    """A demo of five dossiers, set up and not running."""
    one = Installation()
    done = one.motcua("setup", "--first", "5")
    assert done.returncode == 0, done.stderr[-3000:]
    yield one
    one.remove()


def child(one: Installation, words: str) -> int | None:
    """The process with these words in its command line."""
    return next((pid for pid, line in sorted(one.processes().items()) if words in line), None)


def test_it_starts_stops_and_leaves_nobody(made: Installation) -> None:
    if made.running is None:
        made.start()
    before = made.count()
    assert before >= 5
    family = made.processes()
    assert any("granian" in words for words in family.values())
    assert any("postgres" in words for words in family.values())
    second = made.motcua("run")
    assert second.returncode == 1
    assert "already served" in second.stderr
    until("the first one still answers", made.healthy)
    assert made.interrupt() == 0
    assert [words for pid, words in family.items() if alive(pid)] == []
    assert made.processes() == {}
    made.cluster.start()
    assert made.count() == before
    made.cluster.stop()


@pytest.mark.parametrize("who", ["granian", "motcua.config.worker", "motcua_sandbox", "bin/postgres"])
def test_a_killed_part_comes_back(made: Installation, who: str) -> None:
    if made.running is None:
        made.start()
    before, entries = made.count(), made.count("ledger_entry")
    victim = until(f"{who} runs", lambda: child(made, who))
    os.kill(victim, signal.SIGKILL)
    until("it is dead", lambda: not alive(victim))
    until(f"{who} is back", lambda: child(made, who) not in (None, victim))
    until("the web answers again", made.healthy)
    assert made.count() == before
    assert made.count("ledger_entry") >= entries  # standing duties go on writing theirs


def test_a_killed_supervisor_takes_its_children_along_and_a_restart_works(made: Installation) -> None:
    if made.running is None:
        made.start()
    before = made.count()
    assert made.running is not None
    made.running.kill()
    made.running.wait()
    made.running = None
    until(
        "only the database is left",
        lambda: all("postgres" in words for words in made.processes().values()),
    )
    made.start()
    assert made.count() == before
    assert made.interrupt() == 0
    assert made.processes() == {}
    done = made.motcua("ledger", "verify")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_role_that_may_rewrite_the_ledger_never_serves(made: Installation) -> None:
    if made.running is not None:
        made.interrupt()
    made.cluster.start()
    try:
        owner = made.cluster.superuser_url("motcua")
        made.more = {"DATABASE_URL": owner, "DATABASE_OWNER_URL": owner, "MOTCUA_DEMO": "0"}
        done = made.motcua("run")
        assert done.returncode == 1
        assert "superuser" in done.stderr
        assert not made.healthy()
        made.more = {"DATABASE_URL": owner}
        assert "DATABASE_OWNER_URL" in made.motcua("setup").stderr
    finally:
        made.more = {}
        made.cluster.stop()
