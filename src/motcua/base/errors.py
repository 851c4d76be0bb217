"""The one family of errors that a citizen or an officer may be shown."""

from __future__ import annotations

from typing import ClassVar


class DomainError(Exception):
    """The request could not be carried out."""

    message_vi: ClassVar[str] = "Yêu cầu chưa thực hiện được."

    def __init__(self, detail: str = "", **context: object) -> None:
        self.detail = detail
        self.context = context
        super().__init__(detail or (self.__doc__ or "").strip())

    def public(self, language: str = "vi") -> str:
        """The sentence a person is shown, in `language` ("vi" or "en").

        `context` fills `{name}` places of the sentence; `detail` is for the log only.
        """
        template = self.message_vi if language == "vi" else (self.__doc__ or "").strip()
        return template.format_map(_Known(self.context))


class _Known(dict[str, object]):
    """Leaves a place that nobody filled as it stands, so that a message never fails to show."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
