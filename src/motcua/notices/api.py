"""The one door to notices."""

from motcua.notices.actions.choosing import (
    NotYourChoice,
    NotYourMessage,
    UnknownLanguage,
    choose,
    forget,
    mark_read,
)
from motcua.notices.actions.planning import plan_entries, remind
from motcua.notices.actions.reporting import (
    MayNotResend,
    NotADeadLetter,
    ask_reports,
    send_again,
    take_report,
)
from motcua.notices.actions.sending import send_due
from motcua.notices.actions.wording import MayNotPublish, WordingForThePast, publish
from motcua.notices.data import (
    Accepted,
    Channel,
    ChannelId,
    Choice,
    DeadLetter,
    Inbox,
    InboxItem,
    MessageState,
    Occasion,
    Outgoing,
    Report,
    TryLater,
    Undeliverable,
    channels,
)
from motcua.notices.queries import choice_of, dead_letters, inbox, message, tally, texts_in_force, unread
from motcua.notices.rules.texts import BadText

__all__ = [
    "Accepted",
    "BadText",
    "Channel",
    "ChannelId",
    "Choice",
    "DeadLetter",
    "Inbox",
    "InboxItem",
    "MayNotPublish",
    "MayNotResend",
    "MessageState",
    "NotADeadLetter",
    "NotYourChoice",
    "NotYourMessage",
    "Occasion",
    "Outgoing",
    "Report",
    "TryLater",
    "Undeliverable",
    "UnknownLanguage",
    "WordingForThePast",
    "ask_reports",
    "channels",
    "choice_of",
    "choose",
    "dead_letters",
    "forget",
    "inbox",
    "mark_read",
    "message",
    "plan_entries",
    "publish",
    "remind",
    "send_again",
    "send_due",
    "take_report",
    "tally",
    "texts_in_force",
    "unread",
]
