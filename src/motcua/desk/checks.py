"""What the machine compares before an officer decides: the applicant with the population base, papers with the list."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from motcua.base.data import Actor
from motcua.base.vietnamese import same_name
from motcua.dossiers.data import DossierView
from motcua.people import api as people
from motcua.procedures import api as procedures
from motcua.procedures.data import ComponentKind
from motcua.ui import api as ui


def checks(
    view: DossierView, version: procedures.VersionInfo, reader: Actor, *, at: datetime
) -> tuple[ui.Chip, ...]:
    """What the machine has compared: the applicant with the population base, papers with the procedure's list."""
    return (*_person_checks(view, reader, at=at), *_paper_checks(view, version, at=at))


def _person_checks(view: DossierView, reader: Actor, *, at: datetime) -> list[ui.Chip]:
    who = view.applicant
    if who.organisation_id is not None:
        return [ui.Chip(tone=ui.Tone.ON_TIME, words=_("tổ chức có trong CSDL đăng ký"))]
    if who.person_id is None:
        return [ui.Chip(tone=ui.Tone.DUE, words=_("chưa đối chiếu được với CSDL dân cư"))]
    person = people.read_person(
        by=reader,
        at=at,
        purpose=_("kiểm tra hồ sơ"),
        person_id=who.person_id,
        fields=("full_name", "personal_number", "alive"),
    )
    found = []
    if not same_name(person.full_name, who.name):
        found.append(ui.Chip(tone=ui.Tone.LATE, words=_("tên khác CSDL dân cư")))
    elif who.personal_number and person.personal_number != who.personal_number:
        found.append(ui.Chip(tone=ui.Tone.LATE, words=_("số định danh khác CSDL dân cư")))
    else:
        found.append(ui.Chip(tone=ui.Tone.ON_TIME, words=_("người đề nghị khớp CSDL dân cư")))
    if not person.alive:
        found.append(ui.Chip(tone=ui.Tone.LATE, words=_("người đề nghị đã mất theo CSDL dân cư")))
    return found


def _paper_checks(view: DossierView, version: procedures.VersionInfo, *, at: datetime) -> list[ui.Chip]:
    given = {row.code for row in view.components}
    missing = [
        part.name
        for part in version.content.components
        if part.required
        and part.kind is ComponentKind.SUBMIT
        and not part.case
        and part.code not in given
        and (part.condition is None or procedures.holds(part.condition, view.answers, today=at.date()))
    ]
    if missing:
        words = _("thiếu %(n)d giấy tờ bắt buộc") % {"n": len(missing)}
        return [ui.Chip(tone=ui.Tone.DUE, words=words, detail="; ".join(missing))]
    return [ui.Chip(tone=ui.Tone.ON_TIME, words=_("đủ giấy tờ bắt buộc"))]
