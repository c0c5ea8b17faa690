"""What ended whistles still want: a body to rate, an appeal to rule on."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from commandcenter.application import commands as c
from commandcenter.application.changes import Delta
from commandcenter.application.questions import ToRate
from commandcenter.domain.whistle import Summons, Whistle
from ui import wording
from ui.beat import Beat
from ui.focus import focus_of
from ui.stage import Stage
from ui.whistle.brief import FOLDS, OPENS
from ui.whistle.deeds import deeds_of, opens
from ui.whistle.roll import title_of
from ui.wording import Both, counted, phrase
from widgets.card import FoldingCard
from widgets.cell_painter import capped
from widgets.dress import Kind, dress
from widgets.plain_label import PlainLabel
from widgets.tone import Tone

_TITLE: Final[Both] = ("待评分", "To rate")
_COUNT: Final[Both] = ("{count} 家", "{count} body|{count} bodies")
_BODY: Final[Both] = ("{body} · {at} 撤离", "{body} · released {at}")
_APPEAL: Final[Both] = ("{body} · 申诉：{words}", "{body} · appeals: {words}")
_MORE: Final[Both] = ("还有 {n} 家", "{n} more")
_SHOWN: Final = 5
_DEEDS: Final[tuple[tuple[str, type[c.Order], Both], ...]] = (
    ("rule_rating", c.RuleRating, ("裁定申诉", "Rule")),
    ("rate", c.Rate, ("评分", "Rate")),
)
_LOOKS_EVERY_MS: Final = 2_000

Owed = tuple[Whistle, Summons, str, Both]  # the whistle, its body, the action, the button's words


class AfterwardsCard(FoldingCard):
    """A row for each body that waits, appeals first; hidden where nothing is to be done."""

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        lang = stage.lang
        super().__init__(phrase(_TITLE, lang), phrase(OPENS, lang), phrase(FOLDS, lang), parent)
        self._stage = stage
        self._whistles: tuple[Whistle, ...] = ()
        inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[PlainLabel, PlainLabel, QPushButton]] = []
        self._owed: list[Owed] = []
        self.body.addWidget(inside)
        self._more = PlainLabel(tone=Tone.QUIET)
        self.body.addWidget(self._more)
        self._focus = focus_of(stage)
        self._beat = Beat(self._ask, self, every_ms=_LOOKS_EVERY_MS)
        stage.changed.connect(self._on_changed)
        stage.operator_changed.connect(self._show)
        stage.pending_changed.connect(self._show)
        self._focus.changed.connect(self._show)
        self._focus.grown.connect(self._show)
        self._show()
        if stage.picture.begun:
            self._beat.ask()

    def _on_changed(self, batch: Sequence[Delta]) -> None:
        if not batch or any(delta.whistles for delta in batch):
            self._beat.ask()

    def _ask(self) -> None:
        self._stage.ask(ToRate(), self._on_found)

    def _on_found(self, whistles: tuple[Whistle, ...]) -> None:
        self._whistles = whistles
        self._show()

    def _owing(self) -> Iterator[Owed]:
        for action, command, both in _DEEDS:
            if not self._stage.may(command):
                continue
            for whistle in self._whistles:
                if self._focus.holds(whistle.case):
                    for item in whistle.summons:
                        if opens(item, action):
                            yield whistle, item, action, both

    def _show(self) -> None:
        stage, lang = self._stage, self._stage.lang
        owed = list(self._owing())
        self.show_if(bool(owed))
        self._owed = owed[:_SHOWN]
        self.set_hint(counted(_COUNT, len(owed), lang).format(count=len(owed)))
        while len(self._rows) < len(self._owed):
            self._add_row()
        for at, row in enumerate(self._rows):
            for widget in row:
                widget.setVisible(at < len(self._owed))
            if at < len(self._owed):
                self._show_row(row, self._owed[at])
        self._more.setText(phrase(_MORE, lang).format(n=len(owed) - _SHOWN))
        self._more.setVisible(len(owed) > _SHOWN)
        pending = stage.pending
        for (_who, _what, button), (whistle, *_rest) in zip(self._rows, self._owed, strict=False):
            button.setEnabled(whistle.no not in pending)

    def _show_row(self, row: tuple[PlainLabel, PlainLabel, QPushButton], owed: Owed) -> None:
        who, what, button = row
        whistle, item, action, both = owed
        stage, lang = self._stage, self._stage.lang
        name = wording.body_name(stage.hall, item.body, lang)
        since = wording.local_time(item.released_at or item.since, stage.hall.zone, stage.now())
        if action == "rule_rating" and item.rating is not None:
            said = phrase(_APPEAL, lang).format(body=name, words=item.rating.appeal)
        else:
            said = phrase(_BODY, lang).format(body=name, at=since)
        who.setText(capped(said))
        what.setText(capped(title_of(stage, whistle)))
        button.setText(phrase(both, lang))
        button.setAccessibleName(f"{button.text()} {name}")

    def _add_row(self) -> None:
        at = len(self._rows)
        who, what = PlainLabel(wrap=True), PlainLabel(tone=Tone.QUIET, wrap=True)
        button = QPushButton()
        dress(button, Kind.QUIET)
        button.clicked.connect(partial(self._on_clicked, at))
        for column, widget in enumerate((who, what, button)):
            self._grid.addWidget(widget, at, column)
        self._rows.append((who, what, button))

    def _on_clicked(self, at: int) -> None:
        whistle, item, action, _both = self._owed[at]
        deeds_of(self._stage).ask(action, whistle, body=item.body)
