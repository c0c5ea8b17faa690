"""The leaders' page: what one day of the hall came to, compared, by whom, and what is overdue."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from PySide6.QtCore import QDate, Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QDateEdit,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from commandcenter.application.questions import Beyond, DayPage, LeadersDay
from commandcenter.domain.case import Case
from commandcenter.domain.measures import DAY, DIMENSIONS, Figure, day_of, month_window
from commandcenter.domain.whistle import spared
from ui import tallies, wording
from ui.actions import ACTIONS
from ui.case_columns import BEYOND, OVERDUE, case_columns
from ui.counted import Behind, CountedWindow
from ui.freshness import holds_at
from ui.icons import icon, wear_icon
from ui.leaders import groups, whistles
from ui.leaders.groups import Group
from ui.leaders.trend import Trend
from ui.leaders.whistles import Call
from ui.notices import StaleBanner
from ui.stage import Stage
from ui.table import Table
from ui.theme import Theme, Tokens, theme_of
from widgets.calm_calendar import use_calm_calendar
from widgets.card import Card
from widgets.dress import Size
from widgets.empty_state import EmptyState
from widgets.plain_label import PlainLabel
from widgets.safe_text import tip
from widgets.segmented import Segmented
from widgets.stat_tile import Stat, StatTile
from widgets.tone import Tone

_IN_A_ROW: Final = 5  # of the ten headline figures
_TURN_MS: Final = 200  # days leafed through faster are not asked for
_MOST_BEYOND: Final = 500
_MOST_ROWS: Final = 12  # of a table before it scrolls by itself
_FIRST_DAY: Final = date(2000, 1, 1)


class LeadersScreen(QWidget):
    """One hall day; every number opens its list, a bar of the trend opens its day."""

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._page: DayPage | None = None
        self._asked_at = stage.now()
        self._list: CountedWindow | None = None
        self._dimension = DIMENSIONS[0]
        self._turning = QTimer(self, singleShot=True, interval=_TURN_MS)
        self._turning.timeout.connect(self.refresh)
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101  there are no widgets without one
        theme = theme_of(app)
        self.setAccessibleName(ACTIONS["leaders"].label(stage.lang))
        self._build(theme)
        theme.changed.connect(self._wear)
        self._wear(theme.tokens)
        self.refresh()

    # -- building --

    def _build(self, theme: Theme) -> None:
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(12)
        body.addLayout(self._headline())
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._trend_card(), 3)
        row.addWidget(self._whistle_card(), 2)
        body.addLayout(row)
        body.addWidget(self._group_card())
        body.addWidget(self._overdue_card())
        body.addWidget(self._beyond_card())
        body.addStretch(1)
        self._nothing = EmptyState("")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._body)
        self._pages.addWidget(self._nothing)
        self._nothing.show_text(self.tr("正在统计…"))
        self._pages.setCurrentWidget(self._nothing)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._pages)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(12)
        column.addWidget(StaleBanner(self._stage))
        column.addLayout(self._picker(theme))
        column.addWidget(scroll, 1)

    def _picker(self, theme: Theme) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        before, self._after = QToolButton(), QToolButton()
        for button, name, words, step in (
            (before, "chevron-left", self.tr("前一天"), -1),
            (self._after, "chevron-right", self.tr("后一天"), 1),
        ):
            wear_icon(button, theme, name)
            button.setAccessibleName(words)
            tip(button, words)
            button.clicked.connect(partial(self._turn, step))
        self._day = QDateEdit(_qdate(self._today()))
        use_calm_calendar(self._day)
        self._day.setDisplayFormat("yyyy-MM-dd")
        self._day.setAccessibleName(self.tr("日期"))
        self._day.setDateRange(_qdate(_FIRST_DAY), _qdate(self._today()))
        self._day.dateChanged.connect(self._on_day_changed)
        today = QPushButton(self.tr("今天"))
        today.clicked.connect(self._go_today)
        again = QToolButton()
        wear_icon(again, theme, "refresh")
        again.setAccessibleName(self.tr("重新统计"))
        tip(again, self.tr("按现在的数据重新统计"))
        again.clicked.connect(self.refresh)
        self._window = PlainLabel(tone=Tone.QUIET, elide=True)
        self._window.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for widget in (before, self._day, self._after, today, again):
            row.addWidget(widget)
        row.addWidget(self._window, 1)
        return row

    def _headline(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(12)
        self._tiles: dict[str, StatTile] = {}
        self._compared: dict[str, PlainLabel] = {}
        for at, key in enumerate(DAY):
            tile = StatTile(tallies.name(key, self._stage.lang))
            tile.clicked.connect(partial(self._open_figure, key))
            label = PlainLabel(tone=Tone.QUIET, wrap=True, size=Size.CAPTION)
            label.setContentsMargins(12, 0, 12, 0)
            cell = QVBoxLayout()
            cell.setSpacing(4)
            cell.addWidget(tile)
            cell.addWidget(label)
            grid.addLayout(cell, at // _IN_A_ROW, at % _IN_A_ROW)
            grid.setColumnStretch(at % _IN_A_ROW, 1)
            self._tiles[key], self._compared[key] = tile, label
        return grid

    def _trend_card(self) -> Card:
        card = Card(self.tr("十四天"), hint=self.tr("点某一天可打开"))
        self._trend = Trend(self.tr("上报"), self.tr("结案"))
        self._trend.setAccessibleName(self.tr("十四天上报与结案"))
        self._trend.chosen.connect(self._go_to)
        card.body.addWidget(self._trend, 1)
        return card

    def _whistle_card(self) -> Card:
        card = Card(self.tr("吹哨报到"))
        self._whistle_card_ = card
        self._calls = Table(whistles.columns(self._stage), self.tr("当日吹哨"))
        self._calls.row_chosen.connect(self._on_call_chosen)
        self._no_calls = PlainLabel(self.tr("这一天没有吹哨"), tone=Tone.QUIET)
        card.body.addWidget(self._calls, 1)
        card.body.addWidget(self._no_calls)
        card.body.addStretch()
        return card

    def _group_card(self) -> Card:
        card = Card(
            self.tr("分项"), hint=self.tr("按「按期结案率」排名；应结案不足 20 件只列件数、不排名")
        )
        self._dimensions = Segmented(
            [(name, groups.dimension_name(name, self._stage.lang)) for name in DIMENSIONS]
        )
        self._dimensions.setAccessibleName(self.tr("分项方式"))
        self._dimensions.chosen.connect(self._on_dimension_chosen)
        card.body.addWidget(self._dimensions)
        self._tables: dict[str, Table] = {}
        for name in DIMENSIONS:
            table = Table(
                groups.columns(self._stage, name), groups.dimension_name(name, self._stage.lang)
            )
            table.cell_opened.connect(self._open_cell)
            table.setVisible(name == self._dimension)
            self._tables[name] = table
            card.body.addWidget(table)
        return card

    def _overdue_card(self) -> Card:
        self._overdue_head = Card(self.tr("超期未处置"))
        self._overdue = Table(case_columns(self._stage, OVERDUE), self.tr("超期未处置"))
        self._overdue.row_chosen.connect(self._on_case_chosen)
        self._no_overdue = PlainLabel(self.tr("没有超期未处置的案件"), tone=Tone.GOOD)
        self._overdue_head.body.addWidget(self._overdue)
        self._overdue_head.body.addWidget(self._no_overdue)
        return self._overdue_head

    def _beyond_card(self) -> Card:
        self._beyond_head = Card(self.tr("不属于本级、清单外任务"))
        self._beyond = Table(case_columns(self._stage, BEYOND), self.tr("不属于本级、清单外任务"))
        self._beyond.row_chosen.connect(self._on_case_chosen)
        self._no_beyond = PlainLabel(self.tr("这个月没有清单外的任务"), tone=Tone.GOOD)
        self._beyond_head.body.addWidget(self._beyond)
        self._beyond_head.body.addWidget(self._no_beyond)
        self._beyond_head.setVisible(bool(self._stage.hall.duties))
        return self._beyond_head

    # -- the day --

    @property
    def day(self) -> date:
        """The hall day that is chosen."""
        chosen = self._day.date()
        return date(chosen.year(), chosen.month(), chosen.day())

    def show_day(self, day: date) -> None:
        """Show another hall day; one to come is not shown."""
        self._day.setMaximumDate(_qdate(self._today()))
        self._day.setDate(_qdate(day))

    def refresh(self) -> None:
        """Reckon the chosen day with the data as they are now."""
        self._turning.stop()
        now, day = self._stage.now(), self.day
        self._window.setText(self.tr("正在统计…"))
        self._stage.ask(LeadersDay(day=day, now=now), partial(self._on_page, day, now))
        if self._stage.hall.duties:
            start, end = month_window(day, self._stage.hall.zone)
            question = Beyond(start=start, end=end, limit=_MOST_BEYOND)
            self._stage.ask(question, partial(self._on_beyond, day))

    def _today(self) -> date:
        hall = self._stage.hall
        return day_of(self._stage.now(), hall.zone, hall.day_starts)

    def _turn(self, days: int) -> None:
        self.show_day(self.day + timedelta(days=days))

    def _go_today(self) -> None:
        self.show_day(self._today())

    def _go_to(self, day: date) -> None:
        self.show_day(day)

    def _on_day_changed(self) -> None:
        self._after.setEnabled(self.day < self._today())
        self._turning.start()

    def _on_page(self, day: date, now: datetime, page: DayPage) -> None:
        if day != self.day:
            return  # leafed on meanwhile
        self._page, self._asked_at = page, now
        self._after.setEnabled(day < self._today())
        self._show_window(page, now)
        if _is_empty(page):
            words = self.tr("{day} 没有上报、没有结案，也没有未结的超期案件")
            self._nothing.show_text(words.format(day=wording.day_words(day, self._stage.lang)))
            self._pages.setCurrentWidget(self._nothing)
            return
        self._show_figures(page)
        self._trend.show_days(page.trend)
        self._show_calls(page)
        for name, figures in page.groups:
            rows = groups.groups(self._stage.hall, name, figures, self._stage.lang)
            self._fill(self._tables[name], rows)
            self._dimensions.set_count(name, f"{len(rows):,}")
        self._fill(self._overdue, page.overdue)
        self._overdue.setVisible(bool(page.overdue))
        self._no_overdue.setVisible(not page.overdue)
        self._overdue_head.set_hint(self.tr("%n 件", "", len(page.overdue)) if page.overdue else "")
        self._pages.setCurrentWidget(self._body)

    def _on_beyond(self, day: date, found: tuple[Case, ...]) -> None:
        if day != self.day:
            return
        self._fill(self._beyond, found)
        self._beyond.setVisible(bool(found))
        self._no_beyond.setVisible(not found)
        said = self.tr("{year} 年 {month} 月").format(year=day.year, month=day.month)
        count = self.tr("%n 件", "", len(found)) if found else ""
        self._beyond_head.set_hint(wording.listed((said, count), self._stage.lang))

    def _show_window(self, page: DayPage, now: datetime) -> None:
        zone = self._stage.hall.zone
        start, end = (wording.full_time(at, zone)[:-3] for at in (page.start, page.end))
        running = page.start <= now < page.end + timedelta(seconds=1)
        if running:
            words = self.tr("{start} 起，截至 {now}（当日未完）")
        else:
            words = self.tr("{start} 至 {end}")
        as_of = wording.full_time(holds_at(self._stage, now), zone)
        self._window.setText(words.format(start=start, end=end, now=as_of))

    def _show_figures(self, page: DayPage) -> None:
        lang = self._stage.lang
        yesterday = {figure.key: figure for figure in page.yesterday}
        last_year = {figure.key: figure for figure in page.last_year}
        median = dict(page.median7)
        for figure in page.figures:
            key = figure.key
            if key not in self._tiles:
                continue
            before = yesterday[key].value if key in yesterday else None
            year = last_year[key].value if key in last_year else None
            moved = tallies.change(key, figure.value, before, lang)
            self._tiles[key].show_stat(
                Stat(
                    value=tallies.amount(key, figure.value, lang),
                    fraction=tallies.fraction(figure, lang),
                    delta=moved,
                    tone=Tone.OVER if key == "overdue_open" and figure.value else Tone.PLAIN,
                    delta_tone=tallies.change_tone(key, figure.value, before),
                    tip="\n".join((tallies.formula(key, lang), tallies.left_out(key, lang))),
                )
            )
            self._compared[key].setText(
                self.tr("昨日 {before} · 七日中位 {median} · 去年同日 {year}").format(
                    before=tallies.amount(key, before, lang),
                    median=tallies.amount(key, median.get(key), lang),
                    year=tallies.amount(key, year, lang),
                )
            )

    def _show_calls(self, page: DayPage) -> None:
        rows = whistles.calls(page.whistles)
        self._fill(self._calls, rows)
        self._calls.setVisible(bool(rows))
        self._no_calls.setVisible(not rows)
        blown = self.tr("%n 个哨", "", len(page.whistles))
        # they stand in the rows, but no figure of the whistles counts them
        left_out = sum(spared(call.summons) for call in rows)
        called = self.tr("%n 个单位", "", len(rows) - left_out)
        beside = self.tr("另 %n 个撤哨或免到，不计", "", left_out) if left_out else ""
        said = wording.listed((blown, called, beside), self._stage.lang)
        self._whistle_card_.set_hint(said if rows else "")

    def _fill(self, table: Table, rows: list[Group] | list[Call] | tuple[Case, ...]) -> None:
        table.show_rows(rows)
        table.setFixedHeight(table.height_of(min(len(rows), _MOST_ROWS)))

    # -- what opens --

    def _open_figure(self, key: str) -> None:
        if self._page is not None:
            for figure in self._page.figures:
                if figure.key == key:
                    self._open(figure)

    def _open_cell(self, group: Group, column: int) -> None:
        key = groups.key_of(column)
        figure = group.figures.get(key) if key else None
        if figure is not None:
            self._open(figure, group)

    def _open(self, figure: Figure, group: Group | None = None) -> None:
        page = self._page
        if page is None:
            return
        if self._list is None:
            self._list = CountedWindow(self._stage, self)
        self._list.show_behind(
            Behind(
                figure=figure,
                start=page.start,
                end=page.end,
                now=self._asked_at,
                group=(group.dimension, group.code) if group else None,
                group_name=group.name if group else "",
            )
        )

    @property
    def list_window(self) -> CountedWindow | None:
        """The list that was opened last; none before the first."""
        return self._list

    def _on_dimension_chosen(self, name: str) -> None:
        self._dimension = name
        for dimension, table in self._tables.items():
            table.setVisible(dimension == name)

    def _on_call_chosen(self, call: Call) -> None:
        self._stage.select(call.whistle.case)

    def _on_case_chosen(self, case: Case) -> None:
        self._stage.select(case.no)

    def _wear(self, tokens: Tokens) -> None:
        self._nothing.show_icon(icon("calendar", tokens.faint))


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def _is_empty(page: DayPage) -> bool:
    counted = any(figure.value or figure.denominator for figure in page.figures)
    return not (counted or page.overdue or page.whistles or any(rows for _, rows in page.groups))
