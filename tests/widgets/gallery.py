"""Paint every widget into pictures: ``python -m tests.widgets.gallery DIR``.

One picture for each theme and pixel ratio, and one at the size of a wall. For looking at, and for
the test that everything can be painted.
"""

import math
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QDate, QPoint, QSize, Qt
from PySide6.QtGui import QPixmap, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDateEdit,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QSlider,
    QSpinBox,
    QTableView,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.icons import icon, icon_names, pixmap
from ui.theme import (
    THEMES,
    URGENCY_MARKS,
    Tokens,
    apply_theme,
    enlarge,
    install_fonts,
)
from widgets.badge import Badge
from widgets.card import Card
from widgets.countdown import Countdown, CountdownBar
from widgets.dress import Kind, Size, dress
from widgets.empty_state import EmptyState
from widgets.flow_layout import FlowLayout
from widgets.hold_button import HoldButton
from widgets.paint import Shape
from widgets.palette_box import Entry, PaletteBox
from widgets.plain_label import PlainLabel
from widgets.section_header import SectionHeader
from widgets.segmented import Segmented
from widgets.shape_mark import ShapeMark
from widgets.sparkline import Sparkline
from widgets.stat_tile import Stat, StatTile
from widgets.status_chip import StatusChip
from widgets.stepper import Stepper
from widgets.toast import ToastStack
from widgets.tone import Tone
from widgets.undo_bar import UndoBar

WAVE = tuple(20 + 9 * math.sin(n / 2.2) + n % 5 for n in range(24))
LEFT = ((0.82, "剩 2 小时 15 分"), (0.22, "剩 18 分"), (-0.2, "超 35 分"))


def _row(*widgets: QWidget, stretch: bool = True) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        row.addWidget(widget)
    if stretch:
        row.addStretch(1)
    return holder


def buttons_card(tokens: Tokens) -> Card:
    """Show the buttons in all kinds and states."""
    card = Card("按钮", hint="文字、图标、快捷键")
    row, off = [], []
    for kind, words in (
        (Kind.PRIMARY, "派单 D"),
        (Kind.SIGNAL, "吹哨 W"),
        (Kind.PLAIN, "受理 A"),
        (Kind.DANGER, "作废"),
        (Kind.QUIET, "更多"),
    ):
        for enabled, into in ((True, row), (False, off)):
            button = QPushButton(words)
            dress(button, kind)
            button.setEnabled(enabled)
            into.append(button)
    row[0].setIcon(icon("dispatch", tokens.on_accent))
    row[1].setIcon(icon("whistle", tokens.on_accent))
    tool = QToolButton()
    tool.setIcon(icon("layers", tokens.text))
    flat = QToolButton()
    flat.setIcon(icon("settings", tokens.quiet))
    dress(flat, Kind.QUIET)
    hold = HoldButton("按住吹哨")
    card.body.addWidget(_row(*row, tool, flat))
    card.body.addWidget(_row(*off))
    toggled = QPushButton("已选")
    toggled.setCheckable(True)
    toggled.setChecked(True)
    card.body.addWidget(_row(hold, toggled))
    return card


def inputs_card() -> Card:
    """Show the inputs."""
    card = Card("输入")
    field, wrong, closed = QLineEdit("槐荫路 12 号"), QLineEdit("1381234"), QLineEdit("不可修改")
    dress(wrong, Kind.WRONG)
    closed.setEnabled(False)
    empty = QLineEdit()
    empty.setPlaceholderText("查找事件、人员、地点…")
    box = QComboBox()
    box.addItems(["综合执法大队", "应急管理办"])
    spin = QSpinBox()
    spin.setValue(24)
    date = QDateEdit(QDate(2026, 11, 21))
    date.setCalendarPopup(True)
    text = QPlainTextEdit("现场核实：占道经营 3 户，已劝离。")
    text.setFixedHeight(64)
    check, partly, radio = QCheckBox("只看我的"), QCheckBox("部分"), QRadioButton("按时限")
    check.setChecked(True)
    partly.setTristate(True)
    partly.setCheckState(Qt.CheckState.PartiallyChecked)
    radio.setChecked(True)
    slider, progress = QSlider(Qt.Orientation.Horizontal), QProgressBar()
    slider.setValue(40)
    progress.setValue(60)
    progress.setTextVisible(False)
    card.body.addWidget(_row(field, wrong, stretch=False))
    card.body.addWidget(_row(empty, closed, stretch=False))
    card.body.addWidget(_row(box, spin, date))
    card.body.addWidget(text)
    card.body.addWidget(_row(check, partly, radio, QCheckBox("未选"), QRadioButton("按来源")))
    card.body.addWidget(_row(slider, progress, stretch=False))
    return card


def words_card() -> Card:
    """Show the scale of text and the tones."""
    card = Card("文字与标记")
    for size, words in (
        (Size.CAPTION, "说明 12：更新于 12 秒前"),
        (Size.BODY, "正文 14：槐荫路与丰收街交叉口东侧井盖缺失，喆堃珺晞"),
        (Size.TITLE, "小标题 16：吹哨看板"),
        (Size.HEADING, "标题 20：青禾镇综合指挥中心"),
        (Size.FIGURE, "1,284 09:41:07"),
    ):
        card.body.addWidget(PlainLabel(words, size=size, elide=True))
    card.body.addWidget(_row(*(PlainLabel(tone.value, tone=tone) for tone in Tone)))
    card.body.addWidget(
        _row(*(Badge("2/3" if n % 2 else "待派单", tone=t) for n, t in enumerate(Tone)))
    )
    marks = []
    for mark in URGENCY_MARKS.values():
        marks += [ShapeMark(Shape(mark.shape), mark.tone), PlainLabel(mark.word)]
    card.body.addWidget(_row(*marks))
    card.body.addWidget(_row(*(ShapeMark(shape, Tone.PLAIN) for shape in Shape)))
    card.body.addWidget(SectionHeader("今日", count="12"))
    return card


def time_card() -> Card:
    """Show the countdowns and the steppers."""
    card = Card("时限与步骤")
    rings, bars = [], []
    for left, words in LEFT:
        ring, bar = Countdown(), CountdownBar()
        ring.show_left(left, words.replace(" ", "\n", 1))
        bar.show_left(left, words)
        rings.append(ring)
        bars.append(bar)
    card.body.addWidget(_row(*rings))
    card.body.addWidget(_row(*bars, stretch=False))
    for current, tone in ((2, Tone.ACCENT), (3, Tone.OVER), (5, Tone.ACCENT)):
        steps = Stepper(("发现", "上报", "派单", "处置", "结果"))
        steps.show_step(current, ("09:35", "09:36", "09:41")[: current + 1], tone=tone)
        card.body.addWidget(steps)
    return card


def figures_card() -> Card:
    """Show the tiles and a sparkline."""
    card = Card("数字")
    grid = QGridLayout()
    grid.setSpacing(8)
    stats = (
        ("今日上报", Stat(value="128", fraction="昨日同时 116", delta="↑ 12", values=WAVE)),
        (
            "超时",
            Stat(
                value="7",
                tone=Tone.OVER,
                fraction="占在办 4.2%",
                delta="↑ 3",
                delta_tone=Tone.OVER,
                values=WAVE[::-1],
            ),
        ),
        (
            "按期结案率",
            Stat(
                value="96.4%",
                fraction="241 / 250",
                delta="↑ 1.1",
                delta_tone=Tone.GOOD,
                values=WAVE,
            ),
        ),
        (
            "平均处置时长",
            Stat(
                value="3 小时 12 分",
                fraction="62 件",
                delta="↓ 18 分",
                delta_tone=Tone.GOOD,
                values=WAVE,
            ),
        ),
    )
    for n, (caption, stat) in enumerate(stats):
        tile = StatTile(caption)
        tile.show_stat(stat)
        grid.addWidget(tile, n // 2, n % 2)
    line = Sparkline()
    line.show_values([*WAVE[:9], None, math.nan, *WAVE[11:]])
    card.body.addLayout(grid)
    card.body.addWidget(_row(line))
    return card


def lists_card() -> Card:
    """Show tabs, segments, a table and the status chips."""
    card = Card("列表")
    tabs = Segmented(
        [
            ("mine", "待我办"),
            ("new", "待受理"),
            ("go", "处置中"),
            ("whistle", "吹哨"),
            ("late", "超时"),
            ("all", "全部"),
        ]
    )
    tabs.set_count("mine", "12", Tone.ACCENT)
    tabs.set_count("new", "3")
    tabs.set_count("whistle", "2", Tone.SIGNAL)
    tabs.set_count("late", "7", Tone.OVER)
    model = QStandardItemModel(0, 4)
    model.setHorizontalHeaderLabels(["事件", "网格", "责任单位", "时限"])
    for n in range(12):
        texts = (f"占道经营 {n}", "青禾社区 03", "综合执法大队", "剩 2 小时 15 分")
        model.appendRow([QStandardItem(text) for text in texts])
    table = QTableView()
    table.setModel(model)
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    table.horizontalHeader().setStretchLastSection(True)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
    table.selectRow(1)
    table.setFixedHeight(150)
    chips = []
    for shape, words, tone in (
        (Shape.DISC, "县平台 3 秒", Tone.GOOD),
        (Shape.RING, "热线 12 秒", Tone.NEAR),
        (Shape.DIAMOND, "接入中断 45 秒", Tone.OVER),
        (Shape.SQUARE, "隔离 2", Tone.URGENT),
    ):
        chip = StatusChip()
        chip.show_status(shape, words, tone, "说明")
        chips.append(chip)
    pages = QTabWidget()
    pages.addTab(QWidget(), "综合")
    pages.addTab(QWidget(), "责任单位")
    pages.setFixedHeight(44)
    card.body.addWidget(tabs)
    card.body.addWidget(table)
    card.body.addWidget(pages)
    card.body.addWidget(_row(*chips))
    return card


def over_card(tokens: Tokens) -> Card:
    """Show what lies over a window, and the empty state."""
    card = Card()
    stage = QWidget()
    stage.setFixedSize(720, 500)
    card.body.addWidget(stage)
    empty = EmptyState(
        "没有待办事件。新事件到达时会出现在这里。",
        stage,
        icon=icon("inbox", tokens.quiet),
        action="查看全部",
    )
    empty.setGeometry(0, 0, 330, 180)
    toasts = ToastStack(stage, close_words="关闭", more_words="全文")
    for n in range(3):
        toasts.say("县平台接入中断，正在重连。", tone=Tone.OVER, seconds=0)
        if n:
            toasts.say("已派单：综合执法大队", tone=Tone.GOOD, seconds=0, key="go")
    toasts.say("报到超时", tone=Tone.SIGNAL, seconds=0, action=("查看", lambda: None))
    undo = UndoBar("撤回", stage)
    undo.offer("已向综合执法大队、供电所吹哨", lambda: None, seconds=8)
    undo.setGeometry(0, 440, 340, undo.sizeHint().height())
    box = PaletteBox(stage, hint="输入命令、编号或拼音首字母", nothing="没有找到")
    box.set_entries(
        [
            Entry(
                key=1,
                title="派单",
                subtitle="把选中的事件派给责任单位",
                shortcut="D",
                keywords=("pd",),
                icon=icon("dispatch", tokens.quiet),
            ),
            Entry(
                key=2,
                title="吹哨",
                subtitle="召集责任单位到场",
                shortcut="W",
                keywords=("cs",),
                icon=icon("whistle", tokens.quiet),
            ),
            Entry(key=3, title="打开日报", keywords=("dkrb",), icon=icon("report", tokens.quiet)),
        ]
    )
    box.open()
    box.setFixedWidth(360)
    box.move(350, 8)
    flow = QWidget(stage)
    lines = FlowLayout(flow)
    for words in ("综合执法", "应急", "供电所", "水务站", "市场监管", "派出所", "卫生院"):
        lines.addWidget(Badge(words))
    flow.setGeometry(0, 200, 300, 60)
    menu = QMenu(stage)
    menu.addAction(icon("copy", tokens.text), "复制")
    menu.addAction("打印…")
    menu.addSeparator()
    menu.addAction("并案").setEnabled(False)
    menu.setWindowFlags(Qt.WindowType.Widget)
    menu.setGeometry(0, 268, 160, menu.sizeHint().height())
    menu.setVisible(True)
    return card


def icons_card(tokens: Tokens) -> Card:
    """Show every icon."""
    card = Card("图标")
    grid = QGridLayout()
    grid.setSpacing(6)
    for n, name in enumerate(icon_names()):
        label = PlainLabel()
        label.setPixmap(pixmap(name, tokens.text, 20, label.devicePixelRatioF()))
        grid.addWidget(label, n // 26, n % 26)
    card.body.addLayout(grid)
    return card


def gallery(tokens: Tokens) -> QWidget:
    """Return one page with everything."""
    page = QWidget()
    page.setObjectName("page")
    page.setAutoFillBackground(True)
    columns = QHBoxLayout(page)
    left, middle, right = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
    for column, cards in (
        (left, (buttons_card(tokens), inputs_card(), figures_card())),
        (middle, (words_card(), time_card())),
        (right, (lists_card(), over_card(tokens))),
    ):
        columns.addLayout(column)
        for card in cards:
            column.addWidget(card)
        column.addStretch(1)
    left.addWidget(icons_card(tokens))
    return page


def picture(page: QWidget, ratio: float, size: QSize | None = None) -> QPixmap:
    """Lay out ``page`` and paint it at a pixel ratio."""
    page.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    page.show()
    page.resize(size or page.sizeHint())
    QApplication.processEvents()
    made = QPixmap(page.size() * ratio)
    made.setDevicePixelRatio(ratio)
    page.render(made, QPoint(0, 0))
    return made


def main() -> None:
    """Write the pictures."""
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    print(install_fonts(app))
    for tokens in THEMES.values():
        apply_theme(app, tokens)
        for ratio in (1, 2):
            page = gallery(tokens)
            picture(page, ratio).save(str(target / f"{tokens.name}@{ratio}.png"))
            page.close()
            page.deleteLater()
    wall = figures_card()
    apply_theme(app, THEMES["dark"])
    enlarge(wall, THEMES["dark"], 28)
    picture(wall, 1).save(str(target / "wall.png"))


if __name__ == "__main__":
    main()
