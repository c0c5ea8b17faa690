"""The bar over the queue while several cases are chosen: how many, and what can be done to all."""

from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui.actions import ACTIONS, OF_SEVERAL, actions_of, key_text
from ui.icons import wear_icon
from ui.stage import Stage
from ui.theme import theme_of
from ui.wording import Both, phrase
from widgets.dress import Kind, dress
from widgets.plain_label import PlainLabel
from widgets.scroll_strip import ScrollStrip
from widgets.tone import Tone

_CHOSEN: Final[Both] = ("已选 {count} 件", "{count} chosen")
_DO: Final[Both] = ("{what} {count}  {key}", "{what} {count}  {key}")
_FOR: Final[Both] = ("{what} {count} 件", "{what}: {count}")
_MORE: Final[tuple[Both, Both]] = (
    ("前面的操作", "What comes before"),
    ("后面的操作", "What comes after"),
)
_LEAVE: Final[Both] = ("只选一件  Esc", "Choose one  Esc")


class SeveralBar(ScrollStrip):
    """Buttons for what is possible on the chosen cases, each with on how many of them."""

    left = Signal()  # only one is to stay chosen

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        inside = QWidget()
        flow = QHBoxLayout(inside)
        flow.setContentsMargins(8, 2, 8, 6)
        flow.setSpacing(8)
        words = (phrase(_MORE[0], stage.lang), phrase(_MORE[1], stage.lang))
        super().__init__(inside, words, parent)
        # beside the list, whose pane must not grow because of it
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._stage, self._actions = stage, actions_of(stage)
        self._count = PlainLabel(tone=Tone.ACCENT)
        flow.addWidget(self._count)
        self._buttons: dict[str, QPushButton] = {}
        app = QApplication.instance()
        for id_ in (it for it in ACTIONS if it in OF_SEVERAL):
            button = self._buttons[id_] = QPushButton()
            button.clicked.connect(partial(self._actions.trigger, id_))
            if isinstance(app, QApplication):
                wear_icon(button, theme_of(app), ACTIONS[id_].icon)
            flow.addWidget(button)
        leave = QPushButton(phrase(_LEAVE, stage.lang))
        leave.setAccessibleName(phrase(_LEAVE, stage.lang).split("  ")[0])
        dress(leave, Kind.QUIET)
        leave.clicked.connect(self.left)
        flow.addWidget(leave)
        flow.addStretch(1)
        self._actions.changed.connect(self.show_chosen)
        self.hide()

    def show_chosen(self) -> None:
        """Show how many are chosen and what is possible on them now; hidden while one is."""
        stage, lang = self._stage, self._stage.lang
        if stage.chosen:
            self._count.setText(phrase(_CHOSEN, lang).format(count=len(stage.chosen)))
            for id_, button in self._buttons.items():
                action, count = ACTIONS[id_], self._actions.count(id_)
                said = phrase(_FOR, lang).format(what=action.label(lang), count=count)
                button.setAccessibleName(said)
                shown = phrase(_DO, lang).format(
                    what=action.label(lang), count=count, key=key_text(action.key)
                )
                button.setText(shown.rstrip())
                button.setVisible(count > 0)
                button.setEnabled(self._actions.is_possible(id_))
        self.setVisible(bool(stage.chosen))
