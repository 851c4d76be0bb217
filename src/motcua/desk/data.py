"""What upper floors may hand to the desk: hints that a trial installation shows at sign-in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from motcua.base.registry import Registry


@dataclass(frozen=True, kw_only=True)
class TrialAccount:
    """An account of a trial installation that anybody may use."""

    username: str
    what: str
    password: str
    code: str


class SignInHints(Protocol):
    """Says which accounts a trial installation offers; a real one registers nothing."""

    def accounts(self) -> Sequence[TrialAccount]:
        """The accounts, with the code that their authenticator shows now."""
        ...


sign_in_hints: Registry[SignInHints] = Registry("sign-in hints")
