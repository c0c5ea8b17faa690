"""Finding everything by typing: what can be done, and cases by number, words or place."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QWidget

from commandcenter.application.questions import Cases
from commandcenter.application.searching import questions
from commandcenter.domain import words
from commandcenter.domain.case import Case
from ui.actions import ACTIONS, Action, actions_of, key_text
from ui.icons import icon
from ui.short_forms import ShortForms
from ui.stage import Stage
from ui.theme import theme_of
from ui.wording import SEPARATOR, category_name, grid_and_village
from widgets.palette_box import Entry, PaletteBox

_PAUSE_MS: Final = 150  # typing goes on: ask only when it rests
_MOST: Final = 30
_SHORTEST: Final = 2
Key = tuple[str, Any]
"""What is chosen: ``action`` with an id, ``case`` with a number, or ``short`` with an offer."""


class CommandBox(QObject):
    """The box of Ctrl+K over one window."""

    def __init__(self, stage: Stage, window: QWidget) -> None:
        super().__init__(window)
        self._stage = stage
        self._actions = actions_of(stage)
        self.box = PaletteBox(
            window,
            hint=self.tr(
                "命令、首字母、短语（cs 单位 30）、字词或编号；id: ref: tel: by: at: 按项查找"
            ),
            nothing=self.tr("没有找到。换个词试试，或输入完整编号。"),
        )
        self._short = ShortForms(stage, window)
        self.box.set_reader(self._read)
        self.box.chosen.connect(self._on_chosen)
        self.box.query_changed.connect(self._on_typed)
        self._query = ""
        self._asked: list[Cases] = []  # what has still to be asked, page by page
        self._found: set[str] = set()
        self._waiting = False
        self.box.end_reached.connect(self._ask_on)
        self._rest = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._rest.timeout.connect(self._on_rested)

    def open(self) -> None:
        """Open the box with what is possible now."""
        self.box.set_entries(self._action_entries())
        self.box.open()

    def _read(self, query: str) -> Iterator[Entry]:
        """Yield what a line may mean as a short form, each as it would be carried out."""
        for offer in self._short.offers(query):
            yield Entry(
                key=("short", offer),
                title=offer.title[:_TITLE],
                subtitle=offer.subtitle,
                icon=self._icon(offer.icon),
            )

    def _action_entries(self) -> Iterator[Entry]:
        for action in ACTIONS.values():
            if self._actions.is_possible(action.id) and not action.local:
                yield Entry(
                    key=("action", action.id),
                    title=self._title(action),
                    shortcut=key_text(action.key),
                    keywords=self._spellings(action),
                    icon=self._icon(action.icon),
                )

    def _title(self, action: Action) -> str:
        """Return what an action is called; a tab says of what it is one, or it seems to be done."""
        label = action.label(self._stage.lang)
        if not action.id.startswith(_TAB):
            return label
        return SEPARATOR.join((ACTIONS["panel_queue"].label(self._stage.lang), label))

    def _spellings(self, action: Action) -> tuple[str, ...]:
        other = "zh" if self._stage.lang == "en" else "en"
        return (action.initials, action.id, action.label(other))

    @staticmethod
    def _icon(name: str) -> QIcon | None:
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return None
        return icon(name, theme_of(app).tokens.quiet)

    def _on_typed(self, query: str) -> None:
        self._query, self._asked = query, []
        typed = query.strip()
        if len(typed) >= _SHORTEST or not typed.isascii():  # one Chinese character is a word
            self._rest.start()
        else:
            self._rest.stop()

    def _on_rested(self) -> None:
        self._asked = [
            replace(it, limit=_MOST)
            for it in questions(self._query, self._stage.hall, self._stage.operator)
        ]
        in_hand = self._in_hand(self._query.strip())
        self._found = {case.no for case in in_hand}
        self._waiting = False
        self.box.show_more(self._query, map(self._case_entry, in_hand))
        self._ask_on()

    def _ask_on(self) -> None:
        """Ask for the next page of what was typed, while the end of the list is looked at."""
        if self._asked and not self._waiting:
            self._waiting = True
            self._stage.ask(self._asked[0], partial(self._on_page, self._query))

    def _on_page(self, query: str, cases: tuple[Case, ...]) -> None:
        if query != self._query or not self._asked:
            return
        self._waiting = False
        fresh = [case for case in cases if case.no not in self._found]
        self._found |= {case.no for case in fresh}
        fresh = _own_number_first(fresh, query.strip())
        self.box.add_more(query, map(self._case_entry, fresh))
        if len(cases) < _MOST:
            del self._asked[0]
            self._ask_on()  # the end of a telephone number may be meant as well
        else:
            self._asked[0] = replace(self._asked[0], after=cases[-1].no)

    def _in_hand(self, text: str) -> list[Case]:
        """Return open cases that match at once: a number is often typed from its end.

        In the middle of a number is its day, which is that of all the others, too.
        """
        needle = text.casefold()
        matching = [
            case
            for case in self._stage.picture.cases.values()
            if case.no.casefold().startswith(needle)
            or case.no.casefold().endswith(needle)
            or needle in case.title.casefold()
        ]
        return _own_number_first(matching, text)[:_MOST]

    def _case_entry(self, case: Case) -> Entry:
        hall, lang = self._stage.hall, self._stage.lang
        parts = (
            case.no,
            words.word(case.state, lang),
            category_name(hall, case, lang),
            grid_and_village(hall, case.place, lang),
        )
        return Entry(
            key=("case", case.no),
            title=words.case_title(case.title, self._stage.lang)[:_TITLE],
            subtitle=SEPARATOR.join(parts),
            icon=self._icon("case"),
        )

    def _on_chosen(self, key: Key) -> None:
        kind, what = key
        if kind == "short":
            self._short.carry_out(what)
        elif kind == "action":
            self._actions.trigger(what)
        else:
            self._stage.select(what)
            self._actions.trigger("panel_case")


def _own_number_first(cases: list[Case], text: str) -> list[Case]:
    """Have the case whose number ends so before one that is only found by such words.

    An upstream number may end in the same digits.
    """
    end = text.casefold()
    return sorted(cases, key=lambda case: not case.no.casefold().endswith(end))


_TITLE: Final = 200
_TAB: Final = "tab_"
