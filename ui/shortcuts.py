"""The sheet of F1: every key there is, made from the table of actions."""

from collections.abc import Collection
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from commandcenter.application.shortforms import SHORT_FORMS
from ui.actions import ACTIONS, SECTION_WORDS, Action, Section, key_text, keys_of
from ui.stage import Stage
from ui.wording import phrase
from widgets.badge import Badge
from widgets.dress import Size
from widgets.plain_label import PlainLabel
from widgets.room import room_on_screen
from widgets.tone import Tone

_COLUMNS: Final = (
    (Section.CASE,),
    (Section.WHISTLE, Section.ALERT, Section.HALL),
    (Section.VIEW,),
)


class ShortcutSheet(QDialog):
    """Keys and words by section, of all actions or ``only`` of some; closes with Esc."""

    def __init__(
        self, stage: Stage, parent: QWidget, *, only: Collection[str] = ACTIONS.keys()
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._lang = stage.lang
        self.setWindowTitle(ACTIONS["shortcuts"].label(stage.lang))
        self.setAccessibleName(self.windowTitle())
        page = QWidget()
        row = QHBoxLayout(page)
        row.setSpacing(40)
        for sections in _COLUMNS:
            column = QVBoxLayout()
            column.setSpacing(8)
            for section in filter(partial(_with_keys, only=only), sections):
                column.addWidget(
                    PlainLabel(phrase(SECTION_WORDS[section], self._lang), size=Size.TITLE)
                )
                column.addLayout(self._section(section, only))
                column.addSpacing(12)
            if Section.HALL in sections and "commands" in only:
                self._add_short_forms(column)
            column.addStretch(1)
            row.addLayout(column)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(page)
        outer = QVBoxLayout(self)
        outer.addWidget(area, 1)
        letters = PlainLabel(
            self.tr(
                "字母键作用于选中的案卷，输入文字时不起作用。应急处置的哨、召集超过 3 家单位的哨、"
                "强制结案和归档要按住 1 秒：在表单里按住 Ctrl+Enter。"
            ),
            tone=Tone.QUIET,
            wrap=True,
        )
        letters.setVisible(bool(_with_keys(Section.CASE, only)))
        outer.addWidget(letters)
        height = self.fontMetrics().height()
        wanted = QSize(page.sizeHint().width() + height * 4, height * 38)
        self.resize(wanted.boundedTo(room_on_screen(self)))

    def _add_short_forms(self, column: QVBoxLayout) -> None:
        """Show what the box of Ctrl+K understands, by an example of each."""
        title = self.tr("{key} 里的短语").format(key=key_text(ACTIONS["commands"].key))
        column.addWidget(PlainLabel(title, size=Size.TITLE))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for row, form in enumerate(SHORT_FORMS):
            example = Badge(phrase(form.example, self._lang), tone=Tone.QUIET)
            grid.addWidget(example, row, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(PlainLabel(phrase(form.means, self._lang), wrap=True), row, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)

    def _section(self, section: Section, only: Collection[str]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for row, action in enumerate(_with_keys(section, only)):
            keys = " / ".join(map(key_text, keys_of(action)))
            grid.addWidget(Badge(keys, tone=Tone.QUIET), row, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(PlainLabel(action.label(self._lang)), row, 1)
        grid.setColumnStretch(1, 1)
        return grid


def _with_keys(section: Section, only: Collection[str]) -> list[Action]:
    return [
        it for it in ACTIONS.values() if it.section is section and it.id in only and keys_of(it)
    ]
