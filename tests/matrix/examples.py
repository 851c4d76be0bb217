"""For every address of the system, what to ask there: a new address without an example fails the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

from motcua.feedback import api as feedback
from tests.dossiers.factories import CERTIFY
from tests.matrix.world import Case, Province

NOBODY = UUID(int=7)


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One request. `for_desk`: at reception a citizen is looked up on purpose, so who was asked for may appear.
    `for_return`: any centre hands a finished result out (NĐ 118/2025 Đ.14), so its desk may open it until then.
    """

    path: str
    data: Mapping[str, Any] | None = None
    json: bool = False
    for_desk: bool = False
    for_return: bool = False

    @property
    def sent(self) -> str:
        """Everything that the request itself says."""
        return f"{unquote(self.path)} {self.data}"


Make = Callable[[Province], Iterator[Ask]]
EXAMPLES: dict[str, Make] = {}


def fixed(name: str, *paths: str, data: Mapping[str, Any] | None = None) -> None:
    """An address that is the same for everybody."""
    EXAMPLES[name] = lambda world: (Ask(path=path, data=data) for path in paths)


def each(name: str, make: Callable[[Case], Iterator[Ask]]) -> None:
    """An address that is asked for both offices' things."""

    def asks(world: Province) -> Iterator[Ask]:
        for case in world.cases():
            yield from make(case)

    EXAMPLES[name] = asks


def patterns() -> set[str]:
    """The names of every address that the resolver knows."""

    def walk(resolver: URLResolver, space: str) -> Iterator[str]:
        for one in resolver.url_patterns:
            if isinstance(one, URLPattern):
                yield f"{space}{one.name or one.pattern}"
            else:
                yield from walk(one, f"{space}{one.namespace}:" if one.namespace else space)

    return set(walk(get_resolver(), ""))


fixed("health", "/health")
fixed("ui:asset", "/assets/0/ui/motcua.css")
fixed("ui:language", "/language")
fixed("ui:now", "/now")
fixed("ui:patterns", "/patterns")
fixed("ui:pattern", "/patterns/file_tile")

# -- the portal ------------------------------------------------------------------------------------------------
EXAMPLES["portal:home"] = lambda world: iter(
    [
        Ask(path="/"),
        Ask(path="/?q=xac+nhan"),
        *(Ask(path=f"/?q={quote(case.person.full_name)}") for case in world.cases()),
    ]
)
fixed("portal:life_event", "/life/sinh-con", "/life/birth")
fixed("portal:procedure", f"/procedure/{CERTIFY}")
for page in ("accessibility", "lost", "sign-in", "me", "me/wallet", "me/notices", "me/data", "me/contact"):
    fixed(f"portal:{page.rpartition('/')[2].replace('-', '_')}", f"/{page}")
fixed("portal:notice_choices", "/me/notices/choices")
EXAMPLES["portal:notice"] = lambda world: (Ask(path=f"/me/notices/{message}") for message in world.messages())
fixed("portal:sign_in_return", "/sign-in/vneid/return/?code=x&state=y")
fixed("portal:sign_out", "/sign-out", data={})
fixed("portal:start", f"/file/{CERTIFY}")


def _codes(case: Case) -> list[str]:
    return [mark for mark in case.marks if mark.startswith("H41") or "-260302-" in mark]


each("portal:track", lambda case: (Ask(path="/track", data={"code": code}) for code in _codes(case)[:3]))
each("portal:track_code", lambda case: (Ask(path=f"/tra-cuu/{quote(code)}") for code in _codes(case)))
each("portal:verify", lambda case: iter([Ask(path="/verify", data={"code": case.result_code})]))
each("portal:verify_code", lambda case: iter([Ask(path=f"/xac-minh/{case.result_code}")]))
for name, tail in (
    ("draft", ""),
    ("papers", "/papers"),
    ("check", "/check"),
    ("wrong", "/wrong/purpose"),
    ("group", "/step/what"),
):
    each(
        f"portal:{name}",
        lambda case, tail=tail: iter([Ask(path=f"/draft/{case.draft_id}{tail}")]),  # type: ignore[misc]
    )
each("portal:draft_file", lambda case: iter([Ask(path=f"/draft/{case.draft_id}/file/{case.file_id}")]))
each("portal:draft_delete", lambda case: iter([Ask(path=f"/draft/{case.draft_id}/delete", data={})]))
for name, tail in (
    ("dossier", ""),
    ("sent", "/sent"),
    ("acknowledgement", "/acknowledgement.pdf"),
    ("receipt", "/receipt.pdf"),
    ("supply", "/supply"),
    ("withdraw", "/withdraw"),
):
    each(
        f"portal:{name}",
        lambda case, tail=tail: (  # type: ignore[misc]
            Ask(path=f"/dossier/{case.ids[step]}{tail}") for step in ("accept", "review", "returned")
        ),
    )
each(
    "portal:dossier_file",
    lambda case: iter([Ask(path=f"/dossier/{case.ids['solve']}/file/{case.file_id}")]),
)
each(
    "portal:result_file",
    lambda case: iter([Ask(path=f"/dossier/{case.ids['returned']}/result/{case.result_id}")]),
)
each(
    "portal:pay",
    lambda case: (
        ask
        for step in ("accept", "assign", "solve")
        for ask in (
            Ask(path=f"/dossier/{case.ids[step]}/pay"),
            Ask(path=f"/dossier/{case.ids[step]}/pay", data={"way": "vietqr"}),
            Ask(path=f"/dossier/{case.ids[step]}/pay", data={"check": "1"}),
        )
    ),
)
each(
    "portal:fee_receipt",
    lambda case: iter([Ask(path=f"/dossier/{case.ids['assign']}/pay/{case.payment_id}/receipt.pdf")]),
)
each(
    "portal:pay_first",
    lambda case: iter(
        [
            Ask(path=f"/draft/{case.draft_id}/pay"),
            Ask(path=f"/draft/{case.draft_id}/pay", data={"way": "vietqr"}),
        ]
    ),
)
each(
    "portal:first_receipt",
    lambda case: iter([Ask(path=f"/draft/{case.draft_id}/pay/{case.payment_id}/receipt.pdf")]),
)
fixed("payments:callback", "/payments/callback", data={})
fixed("payments:return", "/payments/return?MaThamChieu=MC0000000000000")
each("portal:wallet_file", lambda case: iter([Ask(path=f"/me/wallet/{case.wallet_id}")]))

# -- the desk --------------------------------------------------------------------------------------------------
QUEUES = ("accept", "assign", "solve", "consult", "review", "sign", "stamp", "return", "waiting")
fixed("desk:home", "/desk/", *(f"/desk/?q={queue}" for queue in QUEUES), "/desk/?late=1", "/desk/?mine=1")
each(
    "desk:bulk",
    lambda case: iter(
        [
            Ask(path="/desk/bulk", data={"q": queue, "chosen": [str(case.ids[step])]})
            for queue, step in (("accept", "accept"), ("sign", "sign"), ("return", "resolved"))
        ]
    ),
)
each(
    "desk:search",
    lambda case: (
        Ask(path=f"/desk/search?text={quote(text)}")
        for text in (
            _codes(case)[0],
            case.person.full_name,
            case.person.full_name.split()[0],
            case.person.personal_number or "",
        )
    ),
)
fixed("desk:dead_letters", "/desk/messages")
EXAMPLES["desk:reminder"] = lambda world: (
    Ask(path=f"/desk/reminders/{message}", data={}) for message in world.messages()
)
fixed("desk:sign_in", "/desk/sign-in/")
fixed("desk:code", "/desk/sign-in/code", data={"code": "000000"})
fixed("desk:activate", "/desk/activate")
fixed("desk:second_factor", "/desk/activate/second-factor")
fixed("desk:positions", "/desk/positions")
fixed("desk:sign_out", "/desk/sign-out", data={})
each(
    "desk:dossier",
    lambda case: (
        Ask(path=f"/desk/dossiers/{case.ids[step]}") for step in ("accept", "assign", "review", "returned")
    ),
)
each(
    "desk:glance",
    lambda case: (
        Ask(path=f"/desk/dossiers/{case.ids[step]}/glance") for step in ("accept", "review", "returned")
    ),
)
each(
    "desk:act",
    lambda case: iter(
        [
            *(
                Ask(path=f"/desk/dossiers/{case.ids[step]}/do/{action}")
                for step, action in (
                    ("accept", "accept"),
                    ("assign", "assign"),
                    ("solve", "propose"),
                    ("solve", "correct"),
                    ("solve", "request_supplement"),
                    ("review", "approve"),
                    ("sign", "sign_result"),
                    ("resolved", "return_result"),
                    ("assign", "move_paper"),
                )
            ),
            Ask(path=f"/desk/dossiers/{case.ids['solve']}/do/correct", data={"reason": "x", "name": ""}),
            Ask(path=f"/desk/dossiers/{case.ids['review']}/do/approve", data={"note": "nhất trí"}),
        ]
    ),
)
each("desk:file", lambda case: iter([Ask(path=f"/desk/dossiers/{case.ids['solve']}/files/{case.file_id}")]))
each(
    "desk:result",
    lambda case: iter(
        [
            Ask(path=f"/desk/dossiers/{case.ids['returned']}/results/{case.result_id}"),
            Ask(path=f"/desk/dossiers/{case.ids['resolved']}/results/{case.waiting_id}", for_return=True),
        ]
    ),
)
each(
    "desk:paper",
    lambda case: (
        Ask(path=f"/desk/dossiers/{case.ids['review']}/print/{kind}") for kind in ("receipt", "slip")
    ),
)
each(
    "desk:receive",
    lambda case: iter(
        [
            Ask(path="/desk/receive"),
            Ask(
                path="/desk/receive",
                data={"text": case.person.personal_number, "action": "find", "channel": "direct"},
                for_desk=True,
            ),
            Ask(
                path="/desk/receive",
                data={"text": case.person.full_name, "action": "find", "channel": "direct"},
                for_desk=True,
            ),
        ]
    ),
)
fixed("desk:receive_procedure", f"/desk/receive/{NOBODY}/procedure")
fixed("desk:receive_form", f"/desk/receive/{NOBODY}/form")
each("desk:receive_file", lambda case: iter([Ask(path=f"/desk/receive/{NOBODY}/files/{case.file_id}")]))
each("desk:received", lambda case: iter([Ask(path=f"/desk/receive/done/{case.ids['solve']}")]))
fixed("desk:at_once", "/desk/at-once")
fixed("desk:tickets", "/desk/tickets")
fixed("desk:take_ticket", "/desk/tickets/take", data={"lane": "A"})
fixed("desk:board", "/desk/tickets/board")
fixed("desk:handovers", "/desk/handovers")
each(
    "desk:new_handover",
    lambda case: iter(
        [
            Ask(path="/desk/handovers/new"),
            Ask(
                path="/desk/handovers/new", data={"to": case.committee, "codes": "\n".join(_codes(case)[:2])}
            ),
        ]
    ),
)
each("desk:handover", lambda case: iter([Ask(path=f"/desk/handovers/{case.handover_id}")]))
fixed("desk:cash", "/desk/cash", "/desk/cash?day=2026-03-02")
fixed("desk:cash_online", "/desk/cash/online")
each(
    "desk:cash_take",
    lambda case: (
        ask
        for step in ("assign", "solve")
        for ask in (
            Ask(path=f"/desk/cash/take/{case.ids[step]}"),
            Ask(path=f"/desk/cash/take/{case.ids[step]}", data={"action": "take", "total": "8000"}),
        )
    ),
)
each(
    "desk:cash_payment",
    lambda case: iter(
        [
            Ask(path=f"/desk/cash/{case.payment_id}"),
            Ask(path=f"/desk/cash/{case.payment_id}", data={"action": "refund", "reason": "x"}),
        ]
    ),
)
each("desk:cash_receipt", lambda case: iter([Ask(path=f"/desk/cash/{case.payment_id}/receipt.pdf")]))
fixed(
    "desk:reports",
    *(f"/desk/reports?by={by}" for by in ("all", "field", "unit", "channel")),
    "/desk/reports?by=unit&as=xlsx",
    "/desk/reports?by=unit&as=pdf",
)
each(
    "desk:behind",
    lambda case: (
        Ask(path=f"/desk/reports/behind?measure={measure}&by={by}&key={key}")
        for measure in ("received", "open")
        for by, key in (("all", ""), ("unit", case.committee), ("unit", case.centre))
    ),
)
fixed("desk:book", "/desk/reports/book", "/desk/reports/book?as=xlsx", "/desk/reports/book?as=pdf")
fixed("desk:sync", "/desk/sync", "/desk/sync?as=csv", "/desk/sync?trouble=data&code=3")
fixed("desk:sync_again", "/desk/sync/again", data={"all": "1"})
fixed("desk:sync_inbound", "/desk/sync/inbound")
fixed("desk:sync_differences", "/desk/sync/differences", "/desk/sync/differences?as=proof")
fixed("desk:absences", "/desk/absences")
fixed("desk:cleaning", "/desk/cleaning")
fixed("desk:cleaning_corrections", "/desk/cleaning/corrections")
each(
    "desk:cleaning_answer",
    lambda case: iter(
        [Ask(path=f"/desk/cleaning/corrections/{case.correction_id}", data={"action": "stands"})]
    ),
)
each(
    "desk:cleaning_record", lambda case: iter([Ask(path=f"/desk/cleaning/records/{case.cleaning_record_id}")])
)
each(
    "desk:cleaning_import",
    lambda case: (
        Ask(path=f"/desk/cleaning/{case.import_id}?heap={heap}") for heap in ("matched", "review", "none")
    ),
)
each("desk:cleaning_columns", lambda case: iter([Ask(path=f"/desk/cleaning/{case.import_id}/columns")]))
each("desk:cleaning_communes", lambda case: iter([Ask(path=f"/desk/cleaning/{case.import_id}/communes")]))
each(
    "desk:cleaning_export",
    lambda case: (Ask(path=f"/desk/cleaning/{case.import_id}/links.{kind}") for kind in ("csv", "xlsx")),
)
fixed("desk:catalogue", "/desk/catalogue")
fixed("desk:quarantine", "/desk/catalogue/quarantine")
fixed("desk:versions", f"/desk/catalogue/code/{CERTIFY}")
EXAMPLES["desk:version"] = lambda world: iter([Ask(path=f"/desk/catalogue/version/{world.version_id}")])
EXAMPLES["desk:edit_version"] = lambda world: iter(
    [Ask(path=f"/desk/catalogue/version/{world.version_id}/edit")]
)
fixed("desk:accounts", "/desk/accounts", "/desk/accounts?text=can+bo")
fixed("desk:import_accounts", "/desk/accounts/import")
EXAMPLES["desk:account"] = lambda world: (
    Ask(path=f"/desk/accounts/{actor.ref}") for actor in list(world.officers.values())[:3]
)

# -- petitions and ratings -------------------------------------------------------------------------------------
each(
    "portal:rate", lambda case: (Ask(path=f"/rate/{feedback.rating_token(one)}") for one in case.ids.values())
)
fixed("portal:petition", "/petition", "/petition?about=office")
fixed("portal:petition_state", "/petition/not-a-link")

# -- the operations centre -------------------------------------------------------------------------------------
fixed("ioc:home", "/ioc/", "/ioc/?all&level=department", "/ioc/?all&as=xlsx", "/ioc/?all&as=pdf")
fixed("ioc:registers", "/ioc/registers", "/ioc/registers?as=json", "/ioc/registers?as=xlsx")
each("ioc:register", lambda case: iter([Ask(path=f"/ioc/registers/{case.import_id}")]))
each("ioc:unit", lambda case: iter([Ask(path=f"/ioc/units/{case.committee}")]))
each(
    "ioc:indicator",
    lambda case: (
        Ask(path=f"/ioc/units/{case.committee}/{code}?met=all&as={kind}")
        for code in ("TDGQ_ON_TIME", "ORIGINAL_RESULT_AVAILABLE")
        for kind in ("", "xlsx", "pdf")
    ),
)

# -- the door of other systems ---------------------------------------------------------------------------------
fixed("gateway:openapi-json", "/api/v1/openapi.json")
fixed("gateway:api-root", "/api/v1/")
EXAMPLES["gateway:take_token"] = lambda world: iter(
    [Ask(path="/api/v1/token", data={"client_id": "cong-mot", "client_secret": "sai"}, json=True)]
)
fixed("gateway:find_procedures", "/api/v1/procedures?q=xac+nhan&limit=10")
fixed("gateway:show_procedure", f"/api/v1/procedures/{CERTIFY}")
fixed("gateway:take_file", "/api/v1/files", data={})
EXAMPLES["gateway:hand_in"] = (
    lambda world: iter(
        [
            Ask(
                path="/api/v1/dossiers",
                data={
                    "outside_code": world.here.outside_code,  # somebody else's code says nothing about their dossier
                    "procedure_code": CERTIFY,
                    "receiving_agency": world.here.centre,
                    "submitted_at": "2026-03-02T09:00:00+07:00",
                    "applicant": {"name": "Trần Văn Thử"},
                },
                json=True,
            )
        ]
    )
)
EXAMPLES["gateway:hand_in_whole"] = lambda world: iter(
    [
        Ask(
            path="/api/v1/dossiers/with-files",
            data={"dossier": f'{{"outside_code": "{world.here.outside_code}"}}'},
        )
    ]
)
fixed("gateway:list_hooks", "/api/v1/webhooks")
EXAMPLES["gateway:subscribe"] = lambda world: iter(
    [
        Ask(
            path="/api/v1/webhooks",
            data={"url": "http://127.0.0.1:9/", "events": ["dossier.accepted"]},
            json=True,
        )
    ]
)
fixed("gateway:list_deliveries", f"/api/v1/webhooks/{NOBODY}/deliveries")
fixed("gateway:send_again", f"/api/v1/webhooks/deliveries/{NOBODY}/again", data={})
fixed("gateway:unsubscribe", f"/api/v1/webhooks/{NOBODY}")
for name, tail in (("show_dossier", ""), ("show_events", "/events"), ("fetch_result", "/result")):
    each(
        f"gateway:{name}",
        lambda case, tail=tail: (  # type: ignore[misc]
            Ask(path=f"/api/v1/dossiers/{quote(code)}{tail}")
            for code in [*_codes(case)[:2], _codes(case)[-1], case.outside_code or "G22.99-260302-9999999"]
        ),
    )
