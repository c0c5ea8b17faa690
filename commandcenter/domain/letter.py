"""The letter (告知函) for what is not the township's to do, drafted from the hall's own words."""

import re
from datetime import date
from typing import Final

from commandcenter.domain.case import Case
from commandcenter.domain.catalogue import UNLISTED
from commandcenter.domain.hall import Hall

PLACEHOLDERS: Final = (
    "hall", "date", "to", "no", "upstream_no", "title", "item", "item_title", "legal_basis",
    "reason",
)  # fmt: skip
"""What a template may name between braces; anything else stays as it is written."""

BUILT_IN: Final = """\
关于“{title}”一事的告知函

{to}：
    你单位交办的“{title}”（来文编号：{upstream_no}，本中心案卷编号：{no}）收悉。
    经对照本镇履职事项清单，该事项{item}，不属于本级职责。{reason}
    依照职责准入有关规定，现予退回。确需本镇配合的，请与本中心会商，并写明所依据的清单事项、配合内容、人员和经费保障。

    特此函告。

                                        {hall}
                                        {date}
"""
_NAMED: Final = re.compile(r"\{(\w+)\}")


def strange(template: str) -> tuple[str, ...]:
    """Return the names between braces that no letter can fill in."""
    found = dict.fromkeys(_NAMED.findall(template))
    return tuple(name for name in found if name not in PLACEHOLDERS)


def drafted(
    hall: Hall, case: Case, on: date, *, reason: str = "", duty_item: str | None = None
) -> str:
    """Return the letter about a case, dated on a local day; a person may change any word of it."""
    code = duty_item or case.duty_item
    known = hall.duties.get(code or "")
    county = hall.bodies.get(case.county_body or "")
    if known is not None:
        item = f"列入清单第 {known.item} 项“{known.title}”，由上级部门承担"
    elif code and code != UNLISTED:
        item = f"所引事项 {code} 不在本镇清单之内"
    else:
        item = "未列入清单"
    filled = {
        "hall": hall.name,
        "date": f"{on.year} 年 {on.month} 月 {on.day} 日",
        "to": county.name if county else case.county_body or "有关单位",
        "no": case.no,
        "upstream_no": case.source_no or "无",
        "title": case.title,
        "item": item,
        "item_title": known.title if known else "",
        "legal_basis": known.legal_basis if known else "",
        "reason": reason,
    }
    template = hall.letter or BUILT_IN
    return _NAMED.sub(lambda name: filled.get(name[1], name[0]), template)
