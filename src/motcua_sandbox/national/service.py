"""The portal as one service: which path leads where, and who may ask."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.wrappers import Response

from motcua_sandbox.fields import plain
from motcua_sandbox.national import held, inbound, ministries, outages, speaking
from motcua_sandbox.national.catalogue import Catalogue, unit_of
from motcua_sandbox.national.exporting import Exporting
from motcua_sandbox.national.held import Held
from motcua_sandbox.national.inbound import Inbound
from motcua_sandbox.national.ministries import Ministries
from motcua_sandbox.national.outages import Outages
from motcua_sandbox.national.pages import Pages
from motcua_sandbox.national.receiving import Receiving
from motcua_sandbox.national.sessions import LASTS, Sessions
from motcua_sandbox.national.speaking import Refusal, say
from motcua_sandbox.services import Call, Handler, Malformed, Service, answer, lines

Speaking = Callable[[str, dict[str, Any]], Response]

MOST_TOLD = 20_000


class National(Service):
    """The National Public Service Portal below `/national`."""

    name = "national"
    title = "Cổng Dịch vụ công quốc gia"
    schema = held.SCHEMA + inbound.SCHEMA + ministries.SCHEMA + outages.SCHEMA
    own_faults: Mapping[str, Mapping[str, Any]] = {"lost_file": {}, "wrong_hash": {}}

    def build(self) -> None:
        """The portal's parts."""
        self.sessions = Sessions(self.setting.secret, self.clock.now)
        self.catalogue = Catalogue(self.store)
        self.held = Held(self.store)
        self.receiving = Receiving(self.held, self.catalogue, self.clock)
        self.exporting = Exporting(self.store, self.clock)
        self.inbound = Inbound(self.held, self.catalogue, self.clock, self.faults)
        self.ministries = Ministries(self.store, self.clock, self.faults)
        self.outages = Outages(self.store, self.clock)
        self.pages = Pages(self, self.held, self.inbound)

    def routes(self) -> dict[tuple[str, str], Handler]:
        """Method and path to what answers."""
        return {
            ("POST", "auth"): self._open,
            ("POST", "service"): self._named,
            ("POST", "catalogue/<list>"): self._spoken(self._catalogue_call),
            ("POST", "dossier/add"): self._spoken(lambda c, u: self.receiving.add(u, c.body)),
            ("POST", "dossier/update"): self._spoken(lambda c, u: self.receiving.update(u, c.body)),
            ("POST", "dossier/progress"): self._spoken(lambda c, u: self.receiving.progress(u, c.body)),
            ("POST", "dossier/lookup"): self._spoken(lambda c, u: self.receiving.lookup(u, c.body)),
            ("GET", "export"): self._shown(self.exporting.page),
            ("GET", "counts"): self._shown(self.exporting.counts),
            ("POST", "inbound/list"): self._spoken(self.inbound.waiting),
            ("POST", "inbound/fetch"): self._spoken(self.inbound.fetch),
            ("GET", "inbound/file/<id>"): self._shown(self.inbound.file),
            ("POST", "inbound/ack"): self._spoken(self.inbound.acknowledge),
            ("POST", "ministry/list"): self._spoken(self.ministries.changes),
            ("POST", "ministry/counts"): self._spoken(self.ministries.counts),
            ("POST", "ministry/handover"): self._spoken(self.ministries.hand_over),
            ("GET", "outages"): lambda _c: say(speaking.OK, data=self.outages.listed()),
            ("GET", "ho-so/<code>"): self.pages.dossier,
            ("GET", "nop-ho-so"): self.pages.filing,
            ("POST", "nop-ho-so"): self.pages.file,
            **self._played_routes(),
        }

    def page(self, call: Call) -> Response:
        """What the portal holds."""
        return self.pages.home(call)

    def refusal(self, message: str, *, system: bool) -> Response:
        """An error of the whole call."""
        return say(speaking.SYSTEM if system else speaking.FIELD, message)

    def forget_session(self, call: Call) -> None:
        """The session of this call is over."""
        try:
            session = call.body.get("session") if call.request.method == "POST" else None
        except Malformed:
            return
        self.sessions.forget(session or call.request.headers.get("session"))

    # who may ask

    def _open(self, call: Call) -> Response:
        session = self.sessions.open(call.body.get("username"), call.body.get("password"))
        if session is None:
            return say(speaking.SESSION, "Sai tên đăng nhập hoặc mật khẩu")
        return say(speaking.OK, session=session, expires_in=int(LASTS.total_seconds()))

    def _spoken(self, handler: Callable[[Call, str], Response]) -> Handler:
        """A call with a session in its body, for a unit of ours."""

        def checked(call: Call) -> Response:
            try:
                out = self.outages.now(call.operation)
                if out is not None:
                    return out
                if not self.sessions.lives(call.body.get("session")):
                    return say(speaking.SESSION)
                unit = unit_of(call.body.get("madonvi"))
                if unit is None:
                    return say(speaking.UNIT)
                return handler(call, unit)
            except Refusal as refusal:
                return say(refusal.code, refusal.message)

        return checked

    def _shown(self, handler: Handler) -> Handler:
        """A reading with the session in a header."""

        def checked(call: Call) -> Response:
            out = self.outages.now(call.operation)
            if out is not None:
                return out
            if not self.sessions.lives(call.request.headers.get("session")):
                return answer({"error_code": speaking.SESSION, "message": speaking.SENTENCES["-2"]}, 401)
            try:
                return handler(call)
            except Refusal as refusal:
                return say(refusal.code, refusal.message)

        return checked

    def _named(self, call: Call) -> Response:
        """One address for all services, as in generation 1."""
        service = plain(call.body.get("service"))
        updating = plain(call.body.get("isUpdating", "False")).lower() == "true"
        paths = {
            "DongBoHoSoMC": "dossier/update" if updating else "dossier/add",
            "CapNhatTienDoHoSoMC": "dossier/progress",
            "TraCuuHoSo": "dossier/lookup",
        }
        path = paths.get(service, f"catalogue/{service}")
        handler, words = self._found("POST", path)
        return handler(Call(request=call.request, operation=path, words=words, strikes=call.strikes))

    def _catalogue_call(self, call: Call, _unit: str) -> Response:
        lists = {
            "LayDanhSachTTHC": "TTHC",
            "LayDanhMucCoQuan": "COQUAN",
            "LayDanhMucLinhVuc": "LINHVUC",
            "LayDVC": "DVC",
        }
        wanted = call.words["list"]
        if wanted == "LayThuTuc":
            found = self.catalogue.procedure(plain(call.body.get("maTTHC")))
            return (
                say(speaking.UNKNOWN, "Không có thủ tục này")
                if found is None
                else say(speaking.OK, result=[found])
            )
        if wanted not in lists:
            raise Refusal(speaking.FIELD, f"không có dịch vụ {wanted[:60]}")
        rows = self.catalogue.listed(lists[wanted])
        if wanted == "LayDanhSachTTHC":
            names = ("MATTHC", "TENTTHC", "MALINHVUC", "TENLINHVUC", "TRANGTHAI")
            rows = [{name: row.get(name, "") for name in names} for row in rows]
        return say(speaking.OK, result=rows)

    # the person who plays the outside

    def _played_routes(self) -> dict[tuple[str, str], Handler]:
        return {
            ("POST", "_catalogue"): self._replace_catalogue,
            ("POST", "_inbound"): self._file,
            ("POST", "_ministry"): lambda c: answer({"changed": self.ministries.play(c.body)}),
            ("POST", "_outages"): self._announce,
            ("DELETE", "_outages"): self._end_outages,
            ("GET", "_history"): self._history,
            ("POST", "_told"): self._told,
            ("GET", "_refused"): self._refused,
            ("GET", "_stats"): self._stats,
            ("POST", "_reset"): self._reset,
        }

    def _replace_catalogue(self, call: Call) -> Response:
        wrong = self.catalogue.replace(call.body)
        return answer({"error": wrong}, 400) if wrong else answer({"kept": True})

    def _file(self, call: Call) -> Response:
        try:
            code, delivery = self.inbound.file_dossier(call.body)
        except Malformed as error:
            return answer({"error": str(error)}, 400)
        return answer({"MaHoSo": code, "MaGiaoNhan": delivery})

    def _announce(self, call: Call) -> Response:
        self.outages.announce(call.body)
        return answer({"data": self.outages.listed()})

    def _end_outages(self, _call: Call) -> Response:
        self.outages.end()
        return answer({"data": []})

    def _history(self, call: Call) -> Response:
        code = call.request.args.get("code")
        if code is not None:
            return answer({"MaHoSo": code, "messages": self.held.history(code)})
        return self._listed(
            call,
            "SELECT seq, code, kind, state, at, received_at, digest, repeat_of FROM message"
            " WHERE seq > ? ORDER BY seq LIMIT ?",
        )

    def _told(self, call: Call) -> Response:
        codes = call.body.get("codes")
        if not isinstance(codes, list) or len(codes) > MOST_TOLD:
            return answer({"error": f"codes is a list of at most {MOST_TOLD}"}, 400)
        told = {
            code: {"held": held, "messages": self.held.history(code)}
            for code in map(str, codes)
            if (held := self.held.lookup(code)) is not None
        }
        return answer({"told": told})

    def _refused(self, call: Call) -> Response:
        return self._listed(call, "SELECT * FROM refused WHERE seq > ? ORDER BY seq LIMIT ?")

    def _listed(self, call: Call, sql: str) -> Response:
        after = call.number("after", 0, 2**62)
        rows = [dict(row) for row in self.store.rows(sql, (after, call.number("limit", 10_000, 100_000)))]
        for row in rows:
            if "errors" in row:
                row["errors"] = json.loads(row["errors"])
        return lines(rows, rows[-1]["seq"] if rows else after)

    def _stats(self, _call: Call) -> Response:
        def one(sql: str) -> int:
            row = self.store.row(sql)
            return int(row[0]) if row else 0

        kinds = self.store.rows("SELECT kind, count(*) FROM message GROUP BY kind")
        return answer(
            {
                "dossiers": one("SELECT count(*) FROM dossier"),
                "messages": one("SELECT count(*) FROM message"),
                "by_kind": {row[0]: row[1] for row in kinds},
                "repeats": one(
                    "SELECT count(*) FROM message WHERE repeat_of IS NOT NULL AND kind <> 'update'"
                ),
                "refused": one("SELECT count(*) FROM refused"),
                "waiting": one("SELECT count(*) FROM delivery WHERE acked = ''"),
            }
        )

    def _reset(self, _call: Call) -> Response:
        with self.store.writing() as db:
            for name in ("dossier", "message", "refused", "delivery", "file", "ministry", "outage"):
                db.execute(f"DELETE FROM {name}")
        return answer({"empty": True})
