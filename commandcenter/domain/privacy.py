"""What hides a person in a text: masks for screens, and copies that do not name who complained."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from commandcenter.domain.report import Reporter

_ID_CARD: Final = re.compile(r"(?<!\d)\d{17}[\dXxＸｘ](?!\d)")
# mobile, with or without the country's code, or a landline with area code; full-width digits
# count, and the digits may stand apart by a blank or a hyphen; a coordinate's fraction is none
_PHONE: Final = re.compile(
    r"(?:(?<!\d)(?<!\d\d\.)|(?<=(?<!\d)86))"
    r"(?:[1１]\d{2}[ -]?\d{4}[ -]?\d{4}|[0０]\d{2,3}-?\d{7,8}"
    r"|\d{7,8}(?=[)）]?\s*(?:转|分机)))(?!\d)"
)
_NUMBER: Final = re.compile(r"\d\d\d")  # looked for twice as fast as \d{3}
_PERSON: Final = re.compile(r'"(?:reporter|by)"\s*:\s*\{[^{}]*')
_KEY_AND_VALUE: Final = r'(?P<before>"(?P<key>{})"\s*:\s*)(?:"(?P<text>(?:[^"\\]|\\.)*)"?|[\d-]+)'
_OF_PERSON: Final = re.compile(_KEY_AND_VALUE.format("name|phone|id"))
# what other systems call them, anywhere in a frame
_PERSONAL: Final = re.compile(
    _KEY_AND_VALUE.format(
        "phone|tel|telephone|mobile|id_?card|姓名|联系人|反映人|电话|联系电话|手机|身份证号?"
    )
)
_NAMES: Final = frozenset({"name", "姓名", "联系人", "反映人"})
_MIN_NAME: Final = 2
_MIN_NUMBER: Final = 4
_SOMEBODY: Final = "反映人"


def masked_phone(phone: str) -> str:
    """Return a telephone number with its middle hidden: ``138****5678``."""
    if len(phone) < 7:  # noqa: PLR2004  too short to keep both ends and hide anything
        return "*" * len(phone)
    return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"


def masked_name(name: str) -> str:
    """Return a name with only its first character left: ``张**``."""
    return name[:1] + "*" * (len(name) - 1)


def masked(text: str) -> str:
    """Return a text with identity card and telephone numbers hidden."""
    if not _NUMBER.search(text):
        return text
    text = _ID_CARD.sub(lambda found: f"{found[0][:3]}{'*' * 11}{found[0][-4:]}", text)
    return _PHONE.sub(lambda found: masked_phone(found[0]), text)


def masked_number(number: str) -> str:
    """Return a personal number with no more than its last four characters left."""
    kept = number[4:] and number[-4:]
    return "*" * (len(number) - len(kept)) + kept


def masked_frame(frame: str) -> str:
    """Return a message as it came, whole or not even JSON, with nothing of any person in it.

    Whoever reported or handled is looked for in its words, too; its times, numbers and codes stay.
    """
    found: list[Reporter] = []

    def hide(value: re.Match[str]) -> str:
        if (text := value["text"]) is not None:
            found.append(Reporter(name=text) if value["key"] in _NAMES else Reporter(id=text))
        return f'{value["before"]}"*"'

    covered = _PERSON.sub(lambda person: _OF_PERSON.sub(hide, person[0]), frame)
    return _without(_PERSONAL.sub(hide, covered), secrets(found))


def for_recipient(text: str, reporters: Iterable[Reporter]) -> str:
    """Return a text as a body may read it: no numbers, and nothing of anybody who reported."""
    return _without(text, secrets(reporters))


def for_display(text: str, hidden: Sequence[str]) -> str:
    """Return a text as the hall keeps and shows it: none of what is hidden, nothing unseen.

    ``hidden`` are the ``secrets`` of whoever reported. The message as it came stays apart, where
    it can be purged.
    """
    return _without(_UNSEEN.sub("", text), hidden)


def one_line(text: str) -> str:
    """Return a title as lists and tables show it: on one line."""
    return _BREAK.sub(" ", text.strip())


def harmless(texts: Iterable[str], hidden: Sequence[str]) -> bool:
    """Tell whether ``for_display`` would surely leave every one of ``texts`` as it is."""
    whole = "\n".join(texts)
    if _UNSEEN.search(whole) or _NUMBER.search(whole):
        return False
    bare = whole.replace(" ", "").replace("-", "")
    return not any(secret in bare for secret in hidden)


def secrets(reporters: Iterable[Reporter]) -> Sequence[str]:
    """Return what gives away who reported, whole before its parts: names, telephones, numbers."""
    found = []
    for who in reporters:
        name = who.name.replace(" ", "")
        if len(name) >= _MIN_NAME:
            found.append(name)
        for number in (who.phone, who.id):
            bare = number.replace(" ", "").replace("-", "")
            if len(bare) >= _MIN_NUMBER:
                found.append(bare)
    found.sort(key=len, reverse=True)
    return found


def _without(text: str, hidden: Sequence[str]) -> str:
    bare = text.replace(" ", "").replace("-", "")
    for secret in hidden:
        if secret in bare:  # seldom; only then is it looked for however it was written apart
            text = re.sub(r"[ -]*".join(map(re.escape, secret)), _SOMEBODY, text)
    return masked(text)


# direction overrides and letters without width: two texts would look alike, or one reversed
_BREAK: Final = re.compile(r"\s*[\t-\r\x85\u2028\u2029]\s*")
_UNSEEN: Final = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
