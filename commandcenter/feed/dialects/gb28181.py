"""Alarms of GB/T 28181 devices: the XML of a ``Notify`` whose ``CmdType`` is ``Alarm``.

A bridge puts one document into one frame: a text frame if it has brought it to UTF-8, a binary one
with the bytes as the device sent them, which are GB2312 more often than not. The words of methods
and types are those of domain.md 9.
"""

import re
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate

from commandcenter.application.messages import MessageType, QuarantineReason
from commandcenter.feed.dialects.door import (
    Refused,
    Said,
    Terms,
    check_size,
    moment,
    shortened,
)
from commandcenter.feed.wire import MAX_DEPTH

METHODS: Final = {
    "1": ("telephone", "电话报警"),
    "2": ("device", "设备报警"),
    "3": ("text_message", "短信报警"),
    "4": ("gps", "GPS 报警"),
    "5": ("video", "视频报警"),
    "6": ("device_fault", "设备故障报警"),
    "7": ("other", "其他报警"),
}
"""``AlarmMethod``: label and words; one alarm may have several, written as one number."""

TYPES: Final = {
    ("2", "1"): ("video_loss", "视频丢失"),
    ("2", "2"): ("tamper", "设备防拆"),
    ("2", "3"): ("disk_full", "磁盘满"),
    ("2", "4"): ("overheated", "设备高温"),
    ("2", "5"): ("too_cold", "设备低温"),
    ("5", "1"): ("manual", "人工视频"),
    ("5", "2"): ("motion", "运动目标"),
    ("5", "3"): ("left_object", "遗留物"),
    ("5", "4"): ("removed_object", "物体移除"),
    ("5", "5"): ("tripwire", "绊线"),
    ("5", "6"): ("intrusion", "入侵"),
    ("5", "7"): ("wrong_way", "逆行"),
    ("5", "8"): ("loitering", "徘徊"),
    ("5", "9"): ("flow_count", "流量统计"),
    ("5", "10"): ("crowding", "密度"),
    ("5", "11"): ("video_abnormal", "视频异常"),
    ("5", "12"): ("fast_movement", "快速移动"),
    ("6", "1"): ("disk_fault", "磁盘故障"),
    ("6", "2"): ("fan_fault", "风扇故障"),
}
"""``AlarmType`` by its method: label and words. A number that is not here is kept as a number."""

_ROOTS: Final = frozenset({"Notify", "Response", "Query", "Control"})
_FIELDS: Final = {
    ("CmdType",): "CmdType",
    ("DeviceID",): "DeviceID",
    ("AlarmPriority",): "AlarmPriority",
    ("AlarmMethod",): "AlarmMethod",
    ("AlarmTime",): "AlarmTime",
    ("AlarmDescription",): "AlarmDescription",
    ("Longitude",): "Longitude",
    ("Latitude",): "Latitude",
    ("Info", "AlarmType"): "AlarmType",
    ("AlarmType",): "AlarmType",  # where devices older than the 2016 edition put it
}
_FORMS: Final = {
    "DeviceID": r"[0-9]{20}",
    "AlarmPriority": r"[1-4]?",
    "AlarmMethod": r"[0-9]{0,8}",
    "AlarmType": r"[0-9]{0,8}",
    "Longitude": r"([+-]?[0-9]{1,3}(\.[0-9]{0,20})?)?",
    "Latitude": r"([+-]?[0-9]{1,3}(\.[0-9]{0,20})?)?",
}
_PADDING: Final = "\ufeff\0 \t\r\n"  # before and after a document: byte order marks, C's last zero
_DECLARED: Final = re.compile(
    rb"""[\s\0]*(?:\xef\xbb\xbf)?<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})["']"""
)
_GB: Final = ("gb18030", "utf-8")  # GB 18030 holds GB 2312 and GBK; devices misname theirs
_UTF8: Final = ("utf-8", "gb18030")
_ENCODINGS: Final = {
    b"gb2312": _GB, b"gbk": _GB, b"gb18030": _GB, b"cp936": _GB, b"utf-8": _UTF8, b"utf8": _UTF8,
}  # fmt: skip


def read(frame: str | bytes) -> str:
    """Return the XML of a frame as text.

    A text frame in UTF-8 is taken as it is, whatever it declares. Other bytes are read as what they
    declare, else as the other of UTF-8 and GB 18030; a letter cut in half costs that letter only.

    Raises:
        Refused: it is too large, or declares an encoding that is not read.
    """
    raw, is_text = (frame, False) if isinstance(frame, bytes) else _bytes_of(frame)
    check_size(len(raw))
    if is_text:
        return raw.decode().strip(_PADDING)
    found = _DECLARED.match(raw)
    encodings = _ENCODINGS.get(found[1].lower()) if found else _UTF8
    if found and encodings is None:
        name = found[1].decode(errors="replace")
        raise Refused(QuarantineReason.NOT_UTF8, f"the encoding {name} is not read")
    for encoding in encodings or _UTF8:
        try:
            return raw.decode(encoding).strip(_PADDING)
        except UnicodeDecodeError:
            continue
    return raw.decode("gb18030", "replace").strip(_PADDING)


def _bytes_of(frame: str) -> tuple[bytes, bool]:
    """Return the bytes a text frame came as, and whether they are UTF-8 as they should be.

    Raises:
        Refused: it holds a surrogate that stands for no byte.
    """
    try:
        return frame.encode(), True
    except UnicodeEncodeError:
        pass  # the client passes other bytes as lone surrogates
    try:
        return frame.encode(errors="surrogateescape"), False
    except UnicodeEncodeError as error:
        raise Refused(QuarantineReason.NOT_UTF8, error.reason) from None


def translate(text: str, terms: Terms) -> Said | None:
    """Say what a document means: an alarm is an alert, everything else nothing for the hall.

    An alarm has no life of its own and no number: one device, one time, one method and one type
    are one alert, however often it is sent.

    Raises:
        Refused: it is no document of the standard, or an alarm that cannot be understood.
    """
    root, fields = _parsed(text)
    if root not in _ROOTS:
        raise Refused(QuarantineReason.NOT_OBJECT, f"`{root[:40]}` is no document of GB/T 28181")
    if "CmdType" not in fields:
        raise Refused(QuarantineReason.BAD_ENVELOPE, "CmdType is missing")
    if (root, fields["CmdType"]) != ("Notify", "Alarm"):
        return None
    for name, form in _FORMS.items():
        if not re.fullmatch(form, fields.get(name, ""), re.ASCII):
            raise Refused(QuarantineReason.BAD_DATA, f"{name} is `{fields.get(name, '')[:40]}`")
    code = fields["DeviceID"]
    at = moment(fields.get("AlarmTime"), terms.zone, QuarantineReason.BAD_ENVELOPE)
    method = fields.get("AlarmMethod", "")
    type_ = fields.get("AlarmType", "").lstrip("0")
    algorithm, label, words = _worded(method, type_)
    description = fields.get("AlarmDescription", "")
    id_ = f"{code}-{at.isoformat()}-{method}-{type_}"
    return Said(
        kind=MessageType.ALERT_RAISED,
        id=id_,
        source=terms.source,
        time=at,
        data={
            "alert_id": id_,
            "camera": {"code": code, "location": _location(fields)},
            "algorithm": algorithm,
            "label": label,
            "label_text": shortened("：".join(filter(None, (words, description)))) or None,
            "priority": int(fields.get("AlarmPriority") or 0) or None,
            "started_at": at.isoformat(),
        },
    )


def _worded(method: str, type_: str) -> tuple[str | None, str | None, str]:
    """Return algorithm, label and words of an alarm's method or methods and its type."""
    methods = [METHODS[digit] for digit in dict.fromkeys(method) if digit in METHODS]
    algorithm = "+".join(name for name, _ in methods) or None
    typed = (TYPES[digit, type_] for digit in method if (digit, type_) in TYPES)
    label, words = next(typed, (None, "、".join(words for _, words in methods)))
    if label is None and type_:
        label = f"{algorithm or method}-{type_}"
    return algorithm, label or algorithm, words


def _location(fields: dict[str, str]) -> dict[str, float] | None:
    """Return where the alarm says it is; half a position, or 0,0, is none."""
    lon, lat = (float(fields.get(name) or 0) for name in ("Longitude", "Latitude"))
    return {"lon": lon, "lat": lat} if lon and lat else None


def _parsed(text: str) -> tuple[str, dict[str, str]]:
    """Return the root's name and the fields an alarm has; of two alike the first counts.

    A document type is refused before anything is parsed: without one there are no entities but
    the five of XML itself, so nothing can be expanded and nothing outside can be named.

    Raises:
        Refused: it is no well-formed XML, has a document type, or is nested too deep.
    """
    if "<!DOCTYPE" in text:
        raise Refused(QuarantineReason.NOT_JSON, "a document type is not read")
    path: list[str] = []
    root: list[str] = []
    pieces: list[str] = []
    fields: dict[str, str] = {}

    def begin(name: str, _attributes: dict[str, str]) -> None:
        if len(path) >= MAX_DEPTH:
            detail = f"nested deeper than {MAX_DEPTH} levels"
            raise Refused(QuarantineReason.NESTED_TOO_DEEP, detail)
        root[:] = root or [name]
        path.append(name)
        pieces.clear()

    def end(_name: str) -> None:
        name = _FIELDS.get(tuple(path[1:]))
        if name is not None:
            fields.setdefault(name, "".join(pieces).strip())
        path.pop()
        pieces.clear()

    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = pieces.append
    try:
        parser.Parse(text, True)
    except (ExpatError, ValueError) as error:
        raise Refused(QuarantineReason.NOT_JSON, f"no XML: {error}") from None
    return root[0], fields
