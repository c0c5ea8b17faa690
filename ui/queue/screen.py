"""The dispatcher's queue: tabs with live counts, the list, a filter, and the pill of arrivals."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any, Final

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QMimeData,
    QObject,
    QPoint,
    QSignalBlocker,
    Qt,
    QTimer,
)
from PySide6.QtGui import QAction, QFocusEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from commandcenter.application.changes import Delta
from commandcenter.application.picture import Tab
from commandcenter.domain.catalogue import Urgency
from ui.actions import ACTIONS, actions_of, key_text
from ui.beat import Beat
from ui.focus import focus_of
from ui.icons import icon
from ui.queue import columns
from ui.queue.board import Board, Row
from ui.queue.columns import COLUMNS, COPIED, Reader
from ui.queue.delegate import QueueDelegate, clock_look, marks_look
from ui.queue.model import QueueModel
from ui.queue.ranking import WINDOW, Ranking
from ui.queue.settled import SettledCases
from ui.queue.several import SeveralBar
from ui.queue.sorting import SORTS, WORST
from ui.queue.view import Pill, QueueView
from ui.queue.view_form import ViewForm
from ui.queue.views import MOST, Sieve, View, ViewCounts, as_plain, from_plain, split
from ui.stage import Stage
from ui.theme import theme_of
from ui.wording import phrase
from widgets.dress import Kind, dress
from widgets.empty_state import EmptyState
from widgets.paint import SMALL
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.safe_text import tip
from widgets.scroll_strip import ScrollStrip
from widgets.segmented import Segmented
from widgets.tone import Tone

_BEAT_MS: Final = 66
"""A re-layout so often at most: about ten a second (reliability.md R16), and what was stored is
still painted within 120 ms of its arrival."""
_CROWD: Final = 250
_CROWD_BEAT_MS: Final = 150
"""After so many cases at one time the next re-layout waits longer: a flood is not read row by row,
and what a re-layout takes is wanted for taking it in. At 1,000 a second never so many come."""
_COUNT_TONES: Final[Mapping[Tab, Tone]] = {
    Tab.MINE: Tone.ACCENT,
    Tab.WHISTLE: Tone.SIGNAL,
    Tab.OVERDUE: Tone.OVER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _PutBy:
    """The list that waits while a case is in focus: its order, where it was scrolled to."""

    ranking: Ranking
    at: int
    filtering: bool


class QueueScreen(QWidget):
    """What is open, worst first; selecting a row selects the case everywhere."""

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._actions = actions_of(stage)
        self._board = Board(stage.picture, stage.hall, stage.operator)
        self._ranking = Ranking()
        self._settled = SettledCases(stage, self)
        self._reader = Reader(
            hall=stage.hall,
            lang=stage.lang,
            me=stage.operator.id,
            now=stage.now(),
            picture=stage.picture,
        )
        self._tab = Tab.MINE
        self._views: list[View] = []
        self._view_open: View | None = None
        self._focus = focus_of(stage)
        self._put_by: _PutBy | None = None  # the list as it was before a case came into focus
        self._sieve = Sieve(stage.hall, stage.lang)
        self._view_counts = ViewCounts(self._sieve)
        self._touched: set[str] = set()
        self._urgent_above: set[str] = set()
        self._moving = False
        self._words: tuple[str, ...] = ()
        self._beat = QTimer(self, singleShot=True)
        self._beat.timeout.connect(self._on_beat)
        self._counting = Beat(self._show_counts, self)
        self._counting_on = QTimer(self, interval=0)  # a lot of rows a turn
        self._counting_on.timeout.connect(self._count_on)
        self._build()
        self._listen()
        if stage.picture.begun:
            self._begin()

    # -- building --

    def _build(self) -> None:
        self.setAccessibleName(ACTIONS["panel_queue"].label(self._stage.lang))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._tabs = Segmented(
            [(tab, ACTIONS[f"tab_{tab}"].label(self._stage.lang)) for tab in Tab],
            size=SMALL if self._stage.lang == "en" else 1.0,  # its words are longer
        )
        self._tabs.setAccessibleName(self.tr("队列分类"))
        self._filter = QLineEdit()
        self._filter.setPlaceholderText(self.tr("筛选：标题、编号、地点、承办…  Esc 清除"))
        self._filter.setAccessibleName(self.tr("筛选队列"))
        self._filter.setClearButtonEnabled(True)
        self._filter.setMaxLength(100)
        self._filtering = self._filter_row()
        self._model = QueueModel(self._reader, self)
        self._delegate = QueueDelegate(self._reader)
        self._view = QueueView(self._model, self._delegate)
        self._view.setAccessibleName(self.tr("未结案卷列表"))
        for at, column in enumerate(COLUMNS):
            self._view.setColumnHidden(at, not column.at_first)
        self._pill = Pill(self._view)
        self._pill.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._pill.hide()
        self._nothing = EmptyState(phrase(columns.LOADING, self._stage.lang))
        self._pages = QStackedWidget()
        self._pages.addWidget(self._view)
        self._pages.addWidget(self._nothing)
        self._pages.setCurrentWidget(self._nothing)
        self._more = PlainLabel(tone=Tone.QUIET)
        self._more.setContentsMargins(8, 4, 8, 4)
        self._more.hide()
        self._strip = ScrollStrip(self._tabs, (self.tr("前面的分类"), self.tr("后面的分类")))
        self._form = ViewForm(self._stage.lang)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(4)
        outer.addWidget(self._strip)
        outer.addWidget(self._form)
        outer.addWidget(self._filtering)
        outer.addWidget(self._pages, 1)
        self._several = SeveralBar(self._stage)
        outer.addWidget(self._several)
        outer.addWidget(self._more)

    def _filter_row(self) -> QWidget:
        """Return the line of the filter, with the way to keep what it finds."""
        save = ACTIONS["save_view"]
        keep = QPushButton(f"{save.label(self._stage.lang)}  {key_text(save.key)}")
        keep.setAccessibleName(save.label(self._stage.lang))
        tip(keep, self.tr("把现在的分类、筛选、排序存为视图"))
        dress(keep, Kind.QUIET)
        keep.clicked.connect(self.open_view_form)
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._filter, 1)
        row.addWidget(keep)
        held.hide()
        return held

    def _listen(self) -> None:
        stage, view, actions = self._stage, self._view, self._actions
        stage.changed.connect(self._on_changed)
        stage.ticked.connect(self._on_ticked)
        stage.selected.connect(self._on_selected)
        stage.operator_changed.connect(self._on_operator_changed)
        self._focus.changed.connect(self._on_focus)
        self._focus.grown.connect(self._on_family)
        view.reading_ended.connect(self._on_reading_ended)
        view.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self._settled.grew.connect(self._on_settled_grew)
        view.opened.connect(self._on_opened)
        view.arrived.connect(self._on_arrived)
        view.copied.connect(self.copy_rows)
        view.menu_asked.connect(self._on_menu_asked)
        view.selectionModel().currentRowChanged.connect(self._on_current_changed)
        view.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self._several.left.connect(self.choose_one)
        stage.pending_changed.connect(self._on_pending_changed)
        header = view.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._on_header_menu_asked)
        self._tabs.chosen.connect(self._on_tab_chosen)
        self._filter.textChanged.connect(self._on_filter_typed)
        for watched in (self._filter, self):  # what the list leaves alone comes to the screen
            watched.installEventFilter(self)
        self._pill.clicked.connect(self.show_new)
        for moved in (header.sectionResized, header.sectionMoved):
            moved.connect(self._place_pill)
        self._nothing.acted.connect(self._filter.clear)
        actions.on("find", self.open_filter)
        actions.on("show_new", self.show_new)
        actions.on("compact_rows", self.switch_density)
        actions.on("copy", self.copy_rows)
        actions.on("open", self._on_opened)
        for tab in Tab:
            actions.on(f"tab_{tab}", partial(self._tabs.choose, tab))
        for sort in SORTS:
            actions.on(f"sort_{sort}", partial(self._set_sort, sort))
        actions.on("save_view", self.open_view_form)
        actions.on("next_view", self.next_view)
        self._form.saved.connect(self._on_view_saved)
        self._form.added.connect(self._on_view_added)
        self._form.deleted.connect(self._on_view_deleted)
        self._form.left.connect(self._leave_view_form)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme_of(app).changed.connect(self._on_theme_changed)

    # -- what a person does --

    def open_filter(self) -> None:
        """Open the filter with the keyboard in it."""
        self._focus.leave()
        self._filtering.show()
        self._filter.setFocus()
        self._filter.selectAll()

    def show_new(self) -> None:
        """Let held arrivals in and go to the top of the list."""
        self._ranking.settle()
        self._view.scrollToTop()
        self._show()

    def switch_density(self) -> None:
        """Switch between rows of two lines and of one."""
        self._set_compact(compact=not self._delegate.compact)

    def choose_tab(self, tab: Tab) -> None:
        """Show another tab."""
        self._tabs.choose(tab)

    # -- the focus --

    def _on_focus(self) -> None:
        """Show the family of the case in focus alone; back to exactly the list that was there."""
        bar = self._view.verticalScrollBar()
        if self._focus.number:
            filtering = not self._filtering.isHidden()
            self._put_by = _PutBy(ranking=self._ranking, at=bar.value(), filtering=filtering)
            self._ranking = Ranking()
            self._on_family()
        elif self._put_by is not None:
            before, self._put_by = self._put_by, None
            self._ranking = before.ranking
            self._filtering.setVisible(before.filtering)
            self._show(keep=before.at > 0)
            bar.setValue(before.at)
        self._strip.setVisible(self._put_by is None)
        self._form.hide()

    def _on_family(self) -> None:
        if self._put_by is not None:
            self._filtering.hide()
            now = self._reader.now = self._stage.now()
            rows = self._board.rows
            family = self._focus.family.items()
            self._ranking.fill(rows.get(no) or self._board.row(case, now) for no, case in family)
            self._show()

    # -- saved views --

    def open_view_form(self) -> None:
        """Ask for the name and the order of a view of what is shown, or of the one that is open."""
        self._focus.leave()
        tab = self._view_open.tab if self._view_open else self._tab
        self._form.open(
            self._view_open,
            tab=ACTIONS[f"tab_{tab}"].label(self._stage.lang),
            words=self._filter.text().strip(),
            sort=self._reader.sort,
            taken=[view.name for view in self._views],
        )

    def next_view(self) -> None:
        """Show the next saved view, after the last the first; say how one is made if none is."""
        if not self._views:
            self._stage.refused.emit(self.tr("还没有保存的视图：按 Ctrl+S 保存当前的分类和筛选"))
            return
        at = self._views.index(self._view_open) + 1 if self._view_open else 0
        self._tabs.choose(_view_key(self._views[at % len(self._views)]))

    def _on_view_saved(self, name: str, sort: str) -> None:
        if self._view_open is None:
            self._on_view_added(name, sort)
            return
        view = self._made_view(name, sort)
        self._set_views([view if it is self._view_open else it for it in self._views], view)
        self._stage.told.emit(self.tr("视图「{name}」已更新").format(name=name))

    def _on_view_added(self, name: str, sort: str) -> None:
        if len(self._views) == MOST:
            self._stage.refused.emit(self.tr("最多 {n} 个视图，请先删除一个").format(n=MOST))
            return
        view = self._made_view(name, sort)
        self._set_views([*self._views, view], view)
        self._stage.told.emit(self.tr("视图「{name}」已保存，按 Ctrl+9 切换").format(name=name))

    def _made_view(self, name: str, sort: str) -> View:
        words = " ".join(self._filter.text().split())
        return View(name=name, tab=self._tab, words=words, sort=sort)

    def _on_view_deleted(self) -> None:
        gone = self._view_open
        if gone is not None:
            self._set_views([it for it in self._views if it is not gone], None)
            self._stage.told.emit(self.tr("视图「{name}」已删除").format(name=gone.name))

    def _leave_view_form(self) -> None:
        self._form.hide()
        self._view.setFocus()

    def _set_views(self, views: list[View], chosen: View | None) -> None:
        """Have these views, and one of them, or the tab of the one that was open, shown."""
        if self._view_open is not None:
            self._tabs.choose(self._tab)
        for view in self._views:
            self._tabs.remove(_view_key(view))
        self._views = views
        for view in views:
            self._tabs.add(_view_key(view), view.name)
        self._count_views()
        if chosen is not None:
            self._tabs.choose(_view_key(chosen))
        self._leave_view_form()

    def _count_views(self) -> None:
        self._view_counts.begin(self._views, self._board.rows)
        if self._view_counts.is_reading:
            self._counting_on.start()

    def _count_on(self) -> None:
        self._view_counts.read_on(self._board.rows)
        if not self._view_counts.is_reading:
            self._counting_on.stop()
            self._show_counts()

    def _set_sort(self, sort: str) -> None:
        """Put the list into another order, until another tab is chosen."""
        self._focus.leave()
        self._reader.sort = sort
        self._ranking = Ranking(SORTS[sort].of)
        self._model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, 0)
        self._view.scrollToTop()
        self._fill()

    def copy_rows(self) -> None:
        """Put the selected rows on the clipboard, for a spreadsheet and for a letter."""
        lines = self._selected_rows()
        if not lines:
            return
        heading = [self._reader.say(name) for name, _ in COPIED]
        table = [heading, *([told(row, self._reader) for _, told in COPIED] for row in lines)]
        data = QMimeData()
        data.setText("\n".join("\t".join(map(_one_cell, line)) for line in table))
        data.setHtml(_html(table))
        QGuiApplication.clipboard().setMimeData(data)
        self._stage.told.emit(self.tr("已复制 %n 行", "", len(lines)))

    def choose_one(self) -> None:
        """Keep only the selected case chosen."""
        index = self._model.index_of(self._stage.selection)
        flags = QItemSelectionModel.SelectionFlag
        if index.isValid():
            self._view.selectionModel().select(index, flags.ClearAndSelect | flags.Rows)
        else:
            self._view.clearSelection()
        self._view.setFocus()

    def _on_selection_changed(self) -> None:
        if not self._moving:
            self._tell_chosen()
            if self._view.selectionModel().hasSelection():
                self._on_current_changed()  # the keyboard may have stood there before it was chosen

    def _tell_chosen(self) -> None:
        """Tell which cases are chosen together; those that have left the list no longer are."""
        self._stage.choose([row.case.no for row in self._selected_rows()])

    def _on_pending_changed(self) -> None:
        before, now = frozenset(self._reader.pending), frozenset(self._stage.pending)
        self._reader.pending = now
        for number in before ^ now:
            self._view.repaint_row(self._model.index_of(number))

    def _selected_rows(self) -> list[Row]:
        chosen = sorted(self._view.selectionModel().selectedRows(), key=_row_number)
        return [self._model.row(index) for index in chosen]

    # -- what it remembers --

    def remembered(self) -> dict[str, Any]:
        """Return what a person set up here: tab, density, columns."""
        header = self._view.horizontalHeader()
        return {
            "tab": self._tab,
            "view": self._view_open.name if self._view_open else "",
            "views": as_plain(self._views),
            "compact": self._delegate.compact,
            "hidden": [it.key for at, it in enumerate(COLUMNS) if header.isSectionHidden(at)],
            "widths": {
                it.key: header.sectionSize(at)
                for at, it in enumerate(COLUMNS)
                if it.width and not header.isSectionHidden(at)
            },
        }

    def recall(self, values: Mapping[str, Any]) -> None:
        """Set up what was remembered; nothing of it is trusted."""
        hidden, widths = values.get("hidden"), values.get("widths")
        if not isinstance(hidden, list):
            hidden = [column.key for column in COLUMNS if not column.at_first]
        for at, column in enumerate(COLUMNS):
            if column.width:
                self._view.setColumnHidden(at, column.key in hidden)
            if isinstance(widths, dict) and isinstance(width := widths.get(column.key), int):
                self._view.setColumnWidth(at, max(40, min(width, 600)))
        self._set_compact(compact=values.get("compact") is True)
        tab = values.get("tab")
        self._tabs.choose(Tab(tab) if tab in set(Tab) else Tab.MINE)
        views = from_plain(values.get("views"))
        name = values.get("view")
        if views or self._views:
            self._set_views(views, next((it for it in views if it.name == name), None))

    # -- what happens --

    def _begin(self) -> None:
        self._reader.now = self._stage.now()
        self._board.begin(self._reader.now)
        self._count_views()
        self._fill()

    def _on_changed(self, batch: list[Delta]) -> None:
        if not batch:
            self._begin()
            return
        self._reader.now = self._stage.now()
        self._touched |= self._board.take_in(batch, self._reader.now)
        if any(delta.initiator == self._stage.operator.id for delta in batch):
            stood = self._view.currentIndex().row()
            self._apply()
            self._view.viewport().repaint()  # what somebody does is seen before all else
            self._note_next(stood)
        elif not self._beat.isActive():
            self._beat.start(0)  # a turn of its own: the GUI is not kept for long at one time

    def _note_next(self, stood: int) -> None:
        """Have the arrows go on from where the selected case stood before a step moved it away.

        Filing puts a case behind those that wait to be filed: whoever takes one after another
        would else be led past all of them.
        """
        index = self._model.index_of(self._stage.selection)
        if not index.isValid() or stood < 0 or index.row() == stood or self._view.next_case:
            return
        place = stood if index.row() > stood else stood + 1
        self._view.next_case = next((it.case.no for it in self._model.between(place, place)), "")

    def _on_ticked(self) -> None:
        self._reader.now = self._stage.now()
        self._touched |= self._board.turn(self._reader.now)
        if self._touched and not self._beat.isActive():
            self._apply()
        self._view.repaint_clocks(self._clock_look)

    def _clock_look(self, row: Row) -> object:
        return clock_look(row, self._reader), marks_look(row, self._reader)

    def _on_beat(self) -> None:
        if self._touched:
            self._beat.start(_BEAT_MS if len(self._touched) < _CROWD else _CROWD_BEAT_MS)
            self._apply()

    def _apply(self) -> None:
        touched, self._touched = self._touched, set()
        rows = self._board.rows
        # not by ``touched - rows.keys()``, which looks at every key there is
        self._sieve.forget(no for no in touched if no not in rows)
        self._view_counts.look(touched, rows)
        if touched:
            self._take_in(touched, rows)
        self._board.left.clear()
        self._counting.ask()

    def _take_in(self, touched: set[str], rows: Mapping[str, Row]) -> None:
        reading = self._view.reading
        if self._put_by is not None:
            before = self._put_by
            before.ranking.take_in(
                touched, rows, self._belongs, reading=before.at > 0, left=self._board.left
            )
            if touched & self._focus.family.keys():
                self._on_family()
            return
        left = self._board.left
        self._ranking.take_in(touched, rows, self._belongs, reading=reading, left=left)
        if reading:
            self._urgent_above |= {
                no
                for no in touched & rows.keys()
                if rows[no].case.urgency is Urgency.CRITICAL
                and self._belongs(rows[no])
                and not self._model.index_of(no).isValid()
            }
        self._show_list(keep=reading)

    def _belongs(self, row: Row) -> bool:
        return self._sieve.lets(row, self._tab, self._words)

    def _fill(self) -> None:
        """Fill the list of the tab anew, from its top."""
        self._touched.clear()
        ranking = self._put_by.ranking if self._put_by else self._ranking
        ranking.fill(filter(self._belongs, self._board.rows.values()))
        self._begin_settled()
        self._show_counts()
        self._on_family() if self._put_by else self._show()

    def _shown(self) -> list[Row]:
        """Return the open cases, and in the tab of all what is settled after the last of them."""
        settled = [] if self._put_by else self._settled.rows(self._board.rows)
        return [*self._ranking.shown, *settled] if settled else self._ranking.shown

    def _begin_settled(self) -> None:
        if self._tab is Tab.ALL and self._ranking.count <= WINDOW:
            self._settled.begin(self._filter.text())
        else:
            self._settled.end()

    def _on_settled_grew(self) -> None:
        self._show(keep=self._view.reading)

    def _on_scrolled(self) -> None:
        bar = self._view.verticalScrollBar()
        if bar.value() + bar.pageStep() >= bar.maximum():
            self._settled.want()

    def _show(self, *, keep: bool = False) -> None:
        self._show_list(keep=keep)
        self._say_beyond()

    def _show_list(self, *, keep: bool) -> None:
        if not keep:
            self._urgent_above.clear()
        if not self._model.shows(self._shown(), self._ranking.gone):
            self._moving = True
            try:
                self._show_rows(keep=keep)
            finally:
                self._moving = False
        self._show_pill()
        self._show_edges()

    def _show_rows(self, *, keep: bool) -> None:
        with self._view.only_changes_painted():
            at = self._view.currentIndex().row()
            with self._view.read_row_kept() if keep else nullcontext():
                self._model.show_rows(self._shown(), faint=self._ranking.gone)
            self._mark_selection(at)
        self._tell_chosen()

    def _mark_selection(self, at: int) -> None:
        """Have the selected case marked where it stands now, if it is in the list.

        Once it has left, the keyboard goes on from where it stood, ``at``.
        """
        index, chosen = self._model.index_of(self._stage.selection), self._view.selectionModel()
        self._view.setAutoScroll(False)  # a list that scrolls by itself would seem to be read
        if self._stage.chosen and len(chosen.selectedRows()) > 1:
            pass  # several stay chosen, whichever of them has left
        elif index.isValid():
            if not chosen.isRowSelected(index.row()):
                self._view.select_only(index)
        else:
            chosen.clearSelection()
            if at >= 0 and not chosen.currentIndex().isValid():
                near = self._model.index(min(at, self._model.rowCount() - 1), 0)
                chosen.setCurrentIndex(near, QItemSelectionModel.SelectionFlag.NoUpdate)
        self._view.setAutoScroll(True)

    def _show_counts(self) -> None:
        counts = self._board.counts
        for tab in Tab:
            count = counts[tab]
            tone = _COUNT_TONES.get(tab, Tone.QUIET) if count else Tone.QUIET
            self._tabs.set_count(tab, f"{count}", tone)
        for view in self._views:
            found = self._view_counts.count(view, counts)
            self._tabs.set_count(_view_key(view), "…" if found is None else f"{found}")
        self._say_beyond()

    def _show_pill(self) -> None:
        held, above = len(self._ranking.held), len(self._urgent_above)
        words = []
        if above:
            words.append(self.tr("◆ {n} 条特急").format(n=above))
        if held:
            words.append(self.tr("{n} 条新事件").format(n=held))
        if not words and not self._ranking.is_settled:
            words.append(self.tr("顺序有变"))
        if not words:
            self._pill.hide()
            return
        self._pill.setText("↑ " + " · ".join(words))
        self._pill.setAccessibleName(" ".join(words))
        dress(self._pill, Kind.DANGER if above else Kind.PRIMARY if held else Kind.PLAIN)
        self._place_pill()
        self._pill.show()
        self._pill.raise_()

    def _place_pill(self, *_moved: int) -> None:
        """Lay the pill upon the heading, where it covers no case: at the end of the widest column.

        A heading stands at the beginning of its column, and is read there.
        """
        header = self._view.horizontalHeader()
        size = self._pill.sizeHint()
        height = min(size.height(), header.height())
        widest = max(range(header.count()), key=header.sectionSize)
        end = header.sectionViewportPosition(widest) + header.sectionSize(widest)
        left = header.x() + max(0, min(end, header.width()) - size.width())
        self._pill.setGeometry(left, header.y(), size.width(), height)

    def _say_beyond(self) -> None:
        """Say what is beyond the list; the whole window is laid out anew for other words."""
        beyond = self._ranking.count > WINDOW
        if beyond:
            self._more.setText(
                self.tr("仅显示最急的 {n} 条未结，共 {all} 条；其余请按 Ctrl+K 查找").format(
                    n=WINDOW, all=self._ranking.count
                )
            )
        elif self._settled.count is not None:
            self._more.setText(
                self.tr("未结 {open} 件在前，已结共 {all} 件，往下滚动继续显示").format(
                    open=self._ranking.count, all=self._settled.count
                )
            )
        self._more.setVisible(beyond or bool(self._settled.count))

    def _show_edges(self) -> None:
        """Show the list, or that there is nothing in it."""
        empty, has_keyboard = not self._shown(), self._view.hasFocus()
        if empty:
            self._show_nothing()
        moving, self._moving = self._moving, True  # the keyboard that enters chooses nothing yet
        self._pages.setCurrentWidget(self._nothing if empty else self._view)
        if empty and has_keyboard:
            self.setFocus()  # and not whatever comes after an empty list
        elif self.hasFocus() and not empty:
            self._view.setFocus()
        self._mark_selection(self._view.currentIndex().row())
        self._moving = moving

    def _show_nothing(self) -> None:
        lang, typed = self._stage.lang, self._filter.text().strip()
        if not self._stage.picture.begun:
            self._nothing.show_text(phrase(columns.LOADING, lang))
        elif typed:
            words = phrase(columns.NOTHING_FOUND, lang).format(typed)
            self._nothing.show_text(words, action=self.tr("清除筛选"))
        else:
            self._nothing.show_text(phrase(columns.EMPTY[self._tab], lang))
        app = QApplication.instance()
        if isinstance(app, QApplication):
            self._nothing.show_icon(icon("inbox", theme_of(app).tokens.faint))

    def _on_reading_ended(self) -> None:
        if not self._moving and not self._ranking.is_settled:
            self._ranking.settle()
            self._show()

    def _on_tab_chosen(self, key: str) -> None:
        self._focus.leave()
        view = next((it for it in self._views if _view_key(it) == key), None)
        was_view, self._view_open = self._view_open, view
        self._form.hide()
        self._tab = Tab(key) if view is None else view.tab
        if view is not None or was_view is not None:
            words = view.words if view else ""
            self._words = split(words)
            with QSignalBlocker(self._filter):
                self._filter.setText(words)
            self._filtering.setVisible(bool(words))
        self._strip.show_whole(self._tabs.segment(key))
        self._set_sort(view.sort if view else WORST)

    def _on_filter_typed(self, text: str) -> None:
        self._words = split(text)
        self._view.scrollToTop()
        self._fill()

    def _on_selected(self, number: str) -> None:
        self._view.next_case = ""
        if self._moving:
            return
        index = self._model.index_of(number)
        self._moving = True
        try:
            if index.isValid():
                self._view.select_only(index)
                self._view.scrollTo(index)
            else:
                self._view.selectionModel().clearSelection()
        finally:
            self._moving = False

    def _on_current_changed(self) -> None:
        index = self._view.currentIndex()
        if self._moving or self._view.is_entered or not index.isValid():
            return
        chosen = self._view.selectionModel()
        if chosen.hasSelection() and not chosen.isRowSelected(index.row()):
            return  # only passed over on the way, or taken out of several
        self._moving = True  # the echo of our own selection must not scroll the list
        try:
            self._stage.select(self._model.row(index).case.no)
        finally:
            self._moving = False

    def _on_opened(self) -> None:
        index = self._view.currentIndex()
        if index.isValid():
            self._stage.select(self._model.row(index).case.no)
            self._actions.trigger("panel_case")

    def _on_arrived(self) -> None:
        """Select the case the keyboard stands at, or else the first: none is passed over."""
        index = self._model.index_of(self._view.next_case)
        if not index.isValid():
            index = self._view.currentIndex()
        if not index.isValid():
            index = self._model.index(0, 0)
        if index.isValid():
            self._view.select_only(index)
            self._stage.select(self._model.row(index).case.no)

    def _on_operator_changed(self) -> None:
        self._reader.me = self._stage.operator.id
        self._reader.now = self._stage.now()
        self._board.sign_on(self._stage.operator, self._reader.now)
        self._count_views()
        self._view.selectionModel().clearCurrentIndex()
        self._view.scrollToTop()
        self._fill()

    def _on_theme_changed(self) -> None:
        self._view.measure()
        self._show_edges()

    def _set_compact(self, *, compact: bool) -> None:
        self._delegate.compact = compact
        self._view.measure()
        self._view.viewport().update()

    # -- menus --

    def _on_menu_asked(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in self._actions.of_case():
            menu.addAction(self._actions.qaction(action.id, menu))
        menu.addSeparator()
        menu.addAction(self._actions.qaction("copy", menu))
        self._open_menu(menu, at)

    def _on_header_menu_asked(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for place, column in enumerate(COLUMNS):
            if column.width:
                entry = QAction(self._reader.say(column.heading), menu)
                entry.setCheckable(True)
                entry.setChecked(not self._view.isColumnHidden(place))
                entry.triggered.connect(partial(self._switch_column, place))
                menu.addAction(entry)
        menu.addSeparator()
        for sort in SORTS:
            entry = self._actions.qaction(f"sort_{sort}", menu)
            entry.setCheckable(True)
            entry.setChecked(sort == self._reader.sort)
            menu.addAction(entry)
        menu.addSeparator()
        menu.addAction(self._actions.qaction("save_view", menu))
        menu.addAction(self._actions.qaction("compact_rows", menu))
        self._open_menu(menu, self._view.horizontalHeader().mapToGlobal(at))

    def _switch_column(self, place: int) -> None:
        self._view.setColumnHidden(place, not self._view.isColumnHidden(place))

    def _open_menu(self, menu: QMenu, at: QPoint) -> None:
        self._view.while_menu(is_open=True)
        menu.aboutToHide.connect(partial(self._view.while_menu, is_open=False))
        menu.popup(at)

    # -- Qt --

    @override
    @safe_override(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self and isinstance(event, QKeyEvent):
            return self._escaped(event)
        if watched is not self._filter or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if event.type() is QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.accept()  # here it clears the filter, and the window's Esc waits
        if event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self._leave_filter()
                return True
            if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._view.setFocus()
                if self._model.rowCount() and not self._view.currentIndex().isValid():
                    self._view.selectRow(0)
                return True
        return super().eventFilter(watched, event)

    def _escaped(self, event: QKeyEvent) -> bool:
        """Esc means the several, then what was typed to filter, and the window's else."""
        if event.key() != Qt.Key.Key_Escape or not (self._stage.chosen or self._is_filtered):
            return False
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() is QEvent.Type.KeyPress:
            self.choose_one() if self._stage.chosen else self._leave_filter()
        return True

    @property
    def _is_filtered(self) -> bool:
        """Whether there is a filter that was typed; the words of a saved view belong to it."""
        return not self._filtering.isHidden() and self._filter.text() != self._own_words

    @property
    def _own_words(self) -> str:
        return self._view_open.words if self._view_open else ""

    def _leave_filter(self) -> None:
        self._filter.setText(self._own_words)
        self._filtering.setVisible(bool(self._own_words))
        self._view.setFocus()

    @override
    @safe_override(None)
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._view.setFocus()  # nothing happens while the list is not shown: see _show_edges


def _view_key(view: View) -> str:
    return f"view {view.name}"


def _row_number(index: Any) -> int:
    return int(index.row())


def _one_cell(text: str) -> str:
    """Return text that stays one cell when it is pasted into a spreadsheet, and no formula."""
    flat = " ".join(text.split())
    return f"'{flat}" if flat[:1] in _FORMULA_STARTS else flat


_FORMULA_STARTS: Final = tuple("=+-@＝＋－＠")


def _html(table: list[list[str]]) -> str:
    rows = (
        "<tr>" + "".join(f"<td>{escape(_one_cell(cell))}</td>" for cell in line) + "</tr>"
        for line in table
    )
    return f"<table>{''.join(rows)}</table>"
