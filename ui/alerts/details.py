"""What is known of one video alert beyond its row."""

from collections.abc import Iterator
from typing import Final

from commandcenter.domain import words
from commandcenter.domain.alert import VideoAlert
from ui import wording
from ui.alerts.columns import Reader, camera, cleared, confidence, what
from ui.wording import Both

_MOST: Final = 200
_TITLE: Final[Both] = ("{what} · {camera}", "{what} · {camera}")
_BEGAN: Final[Both] = ("{at} 开始", "began {at}")
_ENDED: Final[Both] = ("{at} 结束", "ended {at}")
_TIMES: Final[Both] = ("收到 {n} 次", "heard of {n}×")
_SOURCE: Final[Both] = ("来源 {source} · 编号 {id}", "from {source} · number {id}")
_ALGORITHM: Final[Both] = ("算法 {name}", "algorithm {name}")
_SURE: Final[Both] = ("置信度 {share}", "{share} sure")
_OBJECTS: Final[Both] = ("目标：{objects}", "Objects: {objects}")
_PLATE: Final[Both] = ("车牌 {plate}", "Plate {plate}")
_ZONE: Final[Both] = ("区域 {zone}", "Zone {zone}")
_LINKS: Final[tuple[tuple[str, Both], ...]] = (
    ("snapshot_url", ("快照（未加载）：{url}", "Snapshot (not fetched): {url}")),
    ("clip_url", ("录像：{url}", "Clip: {url}")),
    ("stream_url", ("实时：{url}", "Live: {url}")),
)


def title(alert: VideoAlert, reader: Reader) -> str:
    """Return what was seen and by which camera."""
    return reader.say(_TITLE).format(what=what(alert, reader), camera=camera(alert, reader))


def lines(alert: VideoAlert, reader: Reader) -> list[str]:
    """Return everything else, line by line; addresses are text, nothing is fetched."""
    return [line[:_MOST] for line in _lines(alert, reader) if line]


def _lines(alert: VideoAlert, reader: Reader) -> Iterator[str]:
    zone = reader.hall.zone
    times = [reader.say(_BEGAN).format(at=wording.full_time(alert.started_at, zone))]
    if alert.ended_at is not None:
        times.append(reader.say(_ENDED).format(at=wording.full_time(alert.ended_at, zone)))
    times.append(cleared(alert, reader))
    if alert.count > 1:
        times.append(reader.say(_TIMES).format(n=alert.count))
    yield " · ".join(filter(None, times))
    yield wording.place_line(reader.hall, alert.place, reader.lang)
    sure = alert.confidence is not None
    facts = [
        (_SURE, "share", confidence(alert, reader) if sure else ""),
        (_ZONE, "zone", alert.zone),
        (_PLATE, "plate", alert.plate),
        (_ALGORITHM, "name", alert.algorithm),
    ]
    yield " · ".join(reader.say(both).format(**{key: it}) for both, key, it in facts if it)
    if alert.objects:
        seen = [words.code(it, reader.lang) for it in alert.objects]
        yield reader.say(_OBJECTS).format(objects=words.enumerated(seen, reader.lang))
    yield reader.say(_SOURCE).format(source=alert.source, id=alert.alert_id)
    for name, both in _LINKS:
        if url := getattr(alert, name):
            yield reader.say(both).format(url=url)
