"""The slip of a summons on paper: what the body must know, its QR code, and lines to fill in."""

from datetime import datetime, tzinfo

from msgspec import Struct

from commandcenter.application.sheets import Sheet


class Slip(Struct, frozen=True, kw_only=True):
    """One body's page; all texts are ready to print, ``link`` is empty where there is no page."""

    hall: str
    title: str
    body: str
    lead: str
    rows: tuple[tuple[str, str], ...]
    link: str
    about_link: str
    blanks: tuple[str, ...]
    foot: str


_SCAN = "手机扫码：应哨、出发、报到、处置、完成。\n{until} 前有效，只供受召单位使用，请勿转发。"
_NO_PAGE = "本厅没有开通报到页，请电话应哨、报到。"
_BLANKS = (
    "应哨人、时间、方式",
    "出发时间、带队人",
    "到场时间、报到人签字",
    "处置情况",
    "完成时间",
    "同意撤离（镇）签字、时间",
)


def slip(sheet: Sheet, link: str, *, until: datetime, by: str, at: datetime, zone: tzinfo) -> Slip:
    """Return the slip of a summons that is not over."""

    def local(instant: datetime | None) -> str:
        return "" if instant is None else f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"

    rows = (
        ("哨件", f"{sheet.whistle}（{sheet.kind}）"),
        ("吹哨时间", local(sheet.blown_at)),
        ("应哨时限", local(sheet.answer_by) or f"已应哨 {local(sheet.answered_at)}"),
        ("报到时限", local(sheet.report_in_by) or f"已报到 {local(sheet.reported_in_at)}"),
        ("地点", sheet.place),
        ("坐标", f"{sheet.point}（WGS-84）" if sheet.point else ""),
        ("内容", sheet.message),
        ("携带装备", sheet.gear),
        ("清单事项", sheet.duty_item),
        ("牵头单位", sheet.body_name if sheet.is_lead else sheet.lead_name),
    )
    return Slip(
        hall=sheet.hall,
        title="吹哨报到单",
        body=sheet.body_name,
        lead="牵头" if sheet.is_lead else "配合",
        rows=tuple((name, text) for name, text in rows if text),
        link=link,
        about_link=_SCAN.format(until=local(until)) if link else _NO_PAGE,
        blanks=_BLANKS,
        foot=f"{by} 打印于 {local(at)}",
    )
