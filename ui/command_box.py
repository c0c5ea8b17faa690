"""Finding everything by typing: what can be done, and cases by number, words or place."""

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QWidget

from commandcenter.application.questions import Cases
from commandcenter.domain import words
from commandcenter.domain.case import Case
from ui.actions import ACTIONS, Action, actions_of, key_text
from ui.icons import icon
from ui.stage import Stage
from ui.theme import theme_of
from ui.wording import SEPARATOR, category_name, grid_and_village
from widgets.palette_box import Entry, PaletteBox

_PAUSE_MS: Final = 150  # typing goes on: ask only when it rests
_MOST: Final = 30
_SHORTEST: Final = 2
Key = tuple[str, str]
"""What is chosen: ``action`` with an id, or ``case`` with a number."""


class CommandBox(QObject):
    """The box of Ctrl+K over one window."""

    def __init__(self, stage: Stage, window: QWidget) -> None:
        super().__init__(window)
        self._stage = stage
        self._actions = actions_of(stage)
        self.box = PaletteBox(
            window,
            hint=self.tr("输入命令、拼音首字母、案卷编号或标题"),
            nothing=self.tr("没有找到。换个词试试，或输入完整编号。"),
        )
        self.box.chosen.connect(self._on_chosen)
        self.box.query_changed.connect(self._on_typed)
        self._query = ""
        self._rest = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._rest.timeout.connect(self._on_rested)

    def open(self) -> None:
        """Open the box with what is possible now."""
        self.box.set_entries(self._action_entries())
        self.box.open()

    def _action_entries(self) -> Iterator[Entry]:
        for action in ACTIONS.values():
            if self._actions.is_possible(action.id) and not action.local:
                yield Entry(
                    key=("action", action.id),
                    title=action.label(self._stage.lang),
                    shortcut=key_text(action.key),
                    keywords=self._spellings(action),
                    icon=self._icon(action.icon),
                )

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
        self._query = query
        if len(query.strip()) >= _SHORTEST:
            self._rest.start()
        else:
            self._rest.stop()

    def _on_rested(self) -> None:
        query = self._query
        text = query.strip()

        def answered(cases: tuple[Case, ...]) -> None:
            found = {case.no: case for case in (*self._in_hand(text), *cases)}
            self.box.show_more(query, [self._case_entry(case) for case in found.values()])

        self._stage.ask(Cases(text=text, limit=_MOST), answered)

    def _in_hand(self, text: str) -> Iterator[Case]:
        """Yield open cases that match at once: a number is often typed from its end."""
        needle = text.casefold()
        matching = (
            case
            for case in self._stage.picture.cases.values()
            if needle in case.no.casefold() or needle in case.title.casefold()
        )
        for _, case in zip(range(_MOST), matching, strict=False):
            yield case

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
            title=case.title[:_TITLE],
            subtitle=SEPARATOR.join(parts),
            icon=self._icon("case"),
        )

    def _on_chosen(self, key: Key) -> None:
        kind, what = key
        if kind == "action":
            self._actions.trigger(what)
        else:
            self._stage.select(what)
            self._actions.trigger("panel_case")


_TITLE: Final = 200
