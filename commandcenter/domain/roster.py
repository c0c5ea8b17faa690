"""Who there is: bodies, grid workers, cameras, and the people at the seats."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from commandcenter.domain.place import Point


class BodyLevel(StrEnum):
    """Where a body belongs: the village up to the county, or a utility company."""

    VILLAGE = "village"
    TOWNSHIP = "township"
    STATIONED = "stationed"  # 派驻: works here, answers to the county
    COUNTY = "county"
    UTILITY = "utility"


class Role(StrEnum):
    """What a person may do in the hall."""

    GRID_WORKER = "grid_worker"  # 网格员
    INTAKE_OFFICER = "intake_officer"  # 受理员
    DISPATCHER = "dispatcher"  # 派遣员
    SHIFT_SUPERVISOR = "shift_supervisor"  # 值班长
    DUTY_LEADER = "duty_leader"  # 值班领导
    DEPT_LIAISON = "dept_liaison"  # 部门联络员
    HANDLER = "handler"  # 处置人员
    INSPECTOR = "inspector"  # 核查员
    EVALUATOR = "evaluator"  # 考核员
    AUDITOR = "auditor"  # 审计员
    WALL_VIEWER = "wall_viewer"  # 大屏
    ADMIN = "admin"  # 系统管理员
    COMMANDER = "commander"  # 指挥长
    REPORT_IN_PAGE = "report_in_page"  # 报到页: the program that takes bodies' presses, no person


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A department, station, company or village that can be given work.

    Bodies come and go during a year, so each is valid from ``active_from`` to ``active_to``
    (local days, both included; none means unbounded). ``kind`` and ``hours`` are free words,
    ``aliases`` what people call it besides.
    """

    code: str
    name: str
    short_name: str = ""
    level: BodyLevel = BodyLevel.TOWNSHIP
    kind: str = ""
    parent: str | None = None
    phone: str = ""
    hours: str = ""
    active_from: date | None = None
    active_to: date | None = None
    aliases: tuple[str, ...] = ()

    def active(self, on: date) -> bool:
        """Tell whether the body exists on a local day."""
        return (self.active_from is None or self.active_from <= on) and (
            self.active_to is None or on <= self.active_to
        )


class ContactStep(StrEnum):
    """How far up a body, and beyond it, somebody is called; in this order."""

    LIAISON = "liaison"  # 联络员
    DEPUTY = "deputy"  # 分管负责人
    HEAD = "head"  # 主要负责人
    COUNTY = "county"  # 县级指挥中心

    @property
    def rank(self) -> int:
        """0 (liaison) to 3 (county), for sorting."""
        return list(ContactStep).index(self)


FEED_CHANNEL: Final = "feed"
"""The channel of a contact who is reached through the county's feed."""
PHONE_CHANNEL: Final = "phone"
"""The channel of a contact whom somebody in the hall has to ring up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom to call in a body, one step after another; ``wait`` is minutes after the step before.

    ``channel`` is ``feed``, ``phone`` or the code of one in ``channels.toml``; ``address`` is what
    that channel needs to reach the person: a telephone number, a mail address.
    """

    body: str
    step: ContactStep
    name: str = ""
    duty: str = ""
    channel: str = FEED_CHANNEL
    address: str = ""
    wait: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A grid worker (网格员); ``role`` is the local word, such as 网格长 or 专职网格员."""

    id: str
    name: str
    phone: str = ""
    grid: str | None = None
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A camera by its GB/T 28181 code; ``channels`` are further codes it alarms under."""

    code: str
    name: str
    point: Point | None = None
    grid: str | None = None
    owner: str | None = None
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """A person at a seat of the hall."""

    id: str
    name: str
    role: Role
