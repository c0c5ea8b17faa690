"""A walk through everything a person can open in a hall, for what must hold on every screen.

``stops`` opens one thing after another and yields its name while it stands open. What is opened
is found in the tables of the program (actions, forms, tabs), so that a new one is visited as well.
"""

from PySide6.QtCore import QAbstractListModel, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QWidget,
)

from commandcenter.application.picture import Tab
from ui.actions import Screen
from ui.forms.case_forms import CASE_FORMS
from ui.forms.field import subject_of
from ui.forms.whistle_forms import PROMOTE, WHISTLE_FORMS
from ui.township import ALERTS, CAMERAS, CASES, GRIDS, UNITS

TELLING = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
    Qt.ItemDataRole.StatusTipRole,
    Qt.ItemDataRole.WhatsThisRole,
)
_SAID_BY_WIDGETS = (
    "text",
    "title",
    "placeholderText",
    "toPlainText",
    "windowTitle",
    "accessibleName",
    "accessibleDescription",
    "toolTip",
    "statusTip",
    "whatsThis",
    "suffix",
    "prefix",
)
_ROWS = 400


def stops(window, settle, *, cases=()):
    """Open everything, one after another; ``settle`` lets answers come; ``cases`` are selected."""
    stage = window.stage
    yield from _panes(window, settle)
    yield from _queue(window, settle)
    for number in cases:
        stage.select(number)
        settle()
        yield f"case {number}"
    yield from _forms(window, settle)
    yield from _alerts(window, settle)
    yield from _map(window, settle)
    yield from _own_windows(window, settle)
    yield from _dialogs(window, settle)
    yield from _menus(window, settle)


def _panes(window, settle):
    for screen, pane in window.panes.items():
        window.summon(screen)
        settle()
        yield f"pane {screen}"
        pane.setFloating(True)
        settle()
        yield f"pane {screen} by itself"
        pane.setFloating(False)
    settle()


def _queue(window, settle):
    queue = window.summon(Screen.QUEUE)
    for tab in Tab:
        queue.choose_tab(tab)
        settle()
        yield f"queue {tab}"
    queue.open_filter()
    settle()
    yield "queue filter"
    queue._filter.setText("没有这样的案卷")
    settle()
    yield "queue without a match"
    queue.open_view_form()
    queue._form.name.clear()
    queue._form._on_save()
    settle()
    yield "queue view without a name"
    queue._form.name.setText("井")
    queue._form._on_save()
    settle()
    yield "queue view"
    queue.open_view_form()
    settle()
    yield "queue view to change"
    queue._form.deleted.emit()
    queue.choose_tab(Tab.ALL)
    window.stage.select(queue._model.row(queue._model.index(0, 0)).case.no)
    window.actions_table.trigger("focus")
    settle()
    yield "focus"
    window.actions_table.trigger("focus")
    queue._filter.clear()
    queue.switch_density()
    settle()
    yield "queue in compact rows"
    queue.switch_density()


def _forms(window, settle):
    stage = window.stage
    screen = window.summon(Screen.CASE)
    case = next(iter(stage.picture.cases.values()))
    for id_, form in CASE_FORMS.items():
        screen.forms.open(form, subject_of(stage, case=case))
        screen.forms.panel._check()  # what is missing is told at its field
        settle()
        yield f"form {id_}"
        screen.forms.leave()
    for whistle in tuple(stage.picture.whistles.values())[:2]:
        case = stage.picture.cases.get(whistle.case)
        for id_, form in WHISTLE_FORMS.items():
            screen.forms.open(form, subject_of(stage, case=case, whistle=whistle))
            settle()
            yield f"form {id_} of {whistle.no}"
            screen.forms.leave()


def _alerts(window, settle):
    screen = window.summon(Screen.ALERTS)
    for row in range(screen.model.rowCount()):
        screen._go_to(row)
        yield f"alert {row}"
    if screen.current is not None:
        screen.forms.open(PROMOTE, subject_of(window.stage, alert=screen.current))
        settle()
        yield "form promote"
        screen.forms.leave()
        window.actions_table.trigger("review_false")
        settle()
        yield "why an alert is false"
        screen._close_reasons()


def _map(window, settle):
    screen = window.summon(Screen.MAP)
    settle()
    for layer in screen._switches:
        screen._switches[layer].setChecked(True)
    screen._list_unplaced()
    settle()
    yield "map list of what has no place"
    picture, hall = window.stage.picture, window.stage.hall
    for layer, keys in {
        GRIDS: tuple(hall.grids.grids)[:2],
        CASES: picture.cases,
        ALERTS: picture.alerts,
        UNITS: picture.positions,
        CAMERAS: tuple(hall.cameras)[:2],
    }.items():
        for key in keys:
            screen._on_hovered(layer, key)
            assert screen._canvas.toolTip()
            yield f"map {layer} {key}"


def _own_windows(window, settle):
    for screen in (Screen.WALL, Screen.LEADERS):
        made = window.summon(screen)
        made.resize(1920, 1080)
        settle()
        yield f"window {screen}"
        made.close()


def _dialogs(window, settle):
    for show in (
        window.show_shortcuts,
        window.show_quarantine,
        window.show_flaws,
        window.show_outbox,
    ):
        before = set(QApplication.topLevelWidgets())
        show()
        settle()
        yield f"dialog {show.__name__}"
        for dialog in set(QApplication.topLevelWidgets()) - before:
            dialog.close()
        settle()
    window.command_box.open()
    settle()
    yield "command box"
    for words in ("井", "没有这样的命令", "2026"):
        window.command_box.box.findChild(QLineEdit).setText(words)
        settle()
        settle()
        yield f"command box with {words}"
    window.command_box.box.leave()
    for action in ("language", "theme", "theme", "theme"):
        window.actions_table.trigger(action)
        settle()
        yield f"notice of {action}"


def _menus(window, settle):
    opened = []
    queue = window.panes[Screen.QUEUE].content
    queue._open_menu = lambda menu, _at: opened.append(menu)
    queue._on_menu_asked(QPoint())
    queue._on_header_menu_asked(QPoint())
    window.top.people.fill()
    settle()
    yield "menus"
    for menu in opened:
        menu.deleteLater()


def widgets_of(*roots):
    """Every widget there is under some windows."""
    return [it for root in roots for it in (root, *root.findChildren(QWidget))]


def everything():
    """Every widget of the program."""
    return QApplication.allWidgets()


def words_of(widget):
    """Yield what a widget says and tells: ``(where, words)``."""
    kind = type(widget).__name__
    for name in _SAID_BY_WIDGETS:
        say = getattr(widget, name, None)
        if callable(say) and isinstance(said := _asked(say), str) and said:
            yield f"{kind}.{name}", said
    for action in widget.actions() if isinstance(widget, QWidget) else ():
        yield from words_of_action(kind, action)
    if isinstance(widget, QMenu):
        yield from words_of_action(kind, widget.menuAction())
    if isinstance(widget, QComboBox):
        for at in range(min(widget.count(), _ROWS)):
            yield f"{kind}.item", widget.itemText(at)
    is_list = isinstance(widget, QAbstractItemView) and not isinstance(widget, QHeaderView)
    if is_list and widget.model() is not None:
        yield from words_of_model(kind, widget.model())


def _asked(say):
    try:
        return say()
    except TypeError:  # it wants to know of which row
        return None


def words_of_action(kind, action: QAction):
    """Yield what a menu entry says and tells."""
    for name in ("text", "toolTip", "statusTip", "whatsThis"):
        if said := getattr(action, name)():
            yield f"{kind}.action.{name}", said


def words_of_model(kind, model):
    """Yield what the cells and headings of a list say and tell."""
    columns = range(1 if isinstance(model, QAbstractListModel) else model.columnCount())
    for row in range(min(model.rowCount(), _ROWS)):
        for column in columns:
            index = model.index(row, column)
            for role in TELLING:
                if isinstance(said := index.data(role), str) and said:
                    yield f"{kind}.{role.name} of {row},{column}", said
    for column in columns:
        for role in TELLING:
            said = model.headerData(column, Qt.Orientation.Horizontal, role)
            if isinstance(said, str) and said:
                yield f"{kind}.heading.{role.name} of {column}", said


def is_tip_window(widget):
    """Tell whether a widget is Qt's own that shows a tool tip."""
    return isinstance(widget, QLabel) and widget.metaObject().className() == "QTipLabel"
