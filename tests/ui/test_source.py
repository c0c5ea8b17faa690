"""What the source of the screens must never say, whoever writes it (reliability.md 3.1, 3.6)."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for folder in ("ui", "widgets")
    for path in sorted((ROOT / folder).rglob("*.py"))
}
SAFE = {"widgets/plain_label.py", "widgets/safe_text.py"}
GUESSING = {  # they take words for markup if these look like it
    "QErrorMessage",
    "QGraphicsTextItem",
    "QInputDialog",
    "QLabel",
    "QMessageBox",
    "QProgressDialog",
    "QSplashScreen",
    "QTextBrowser",
    "QTextDocument",
    "QTextEdit",
}
TIPS = {"setToolTip", "setStatusTip", "setWhatsThis"}
MARKUP = {"setHtml", "insertHtml", "appendHtml", "setMarkdown", "setTextFormat"}
DOCUMENT = ("ui/printing.py", "QTextDocument")  # filled by insertText alone, and only printed
CLIPBOARD = ("ui/queue/screen.py", "QMimeData")  # not shown: it is what a spreadsheet reads
COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{3,4}){1,2}\b")


def guesses(tree, where):
    if where in SAFE:
        return
    for call in calls(tree):
        if called(call) in GUESSING and (where, called(call)) != DOCUMENT:
            yield call, f"{called(call)} guesses markup: use PlainLabel or safe_text.message"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "QMessageBox":
            yield node, "use safe_text.message"
        if isinstance(node, ast.ClassDef) and {getattr(it, "id", "") for it in node.bases} & (
            GUESSING
        ):
            yield node, f"{node.name} would guess markup: build on PlainLabel"


def tips(tree, where):
    if where in SAFE:
        return
    for call in calls(tree):
        if called(call) in TIPS:
            said = call.args[0] if call.args else None
            literal = isinstance(said, ast.Constant)
            escaped = isinstance(said, ast.Call) and called(said) == "tip_text"
            if not (literal or escaped):
                yield call, "use safe_text.tip or tip_text"


def markup(tree, where):
    for call in calls(tree):
        if called(call) in MARKUP and where not in SAFE and where != CLIPBOARD[0]:
            yield call, f"{called(call)} makes words markup"


def lambdas(tree, _where):
    for call in calls(tree):
        if called(call) != "connect":
            continue
        for said in (*call.args, *(it.value for it in call.keywords)):
            for node in ast.walk(said):
                if isinstance(node, ast.Lambda) and any(
                    isinstance(it, ast.Name) and it.id == "self" for it in ast.walk(node)
                ):
                    yield call, "a lambda that holds self keeps the widget for ever: use a slot"


def nested_loops(tree, where):
    for call in calls(tree):
        if called(call) == "processEvents" and where.startswith("ui/"):
            yield call, "processEvents lets anything happen in the middle of something else"


def colours(tree, where):
    if where == "ui/theme.py":
        return
    for node in ast.walk(tree):
        said = node.value if isinstance(node, ast.Constant) else None
        if isinstance(said, str) and COLOUR.search(said):
            yield node, "a colour belongs into ui/theme.py"


RULES = (guesses, tips, markup, lambdas, nested_loops, colours)
BROKEN = {
    guesses: "label = QLabel(case.title)",
    tips: "widget.setToolTip(case.title)",
    markup: "view.setHtml(case.title)",
    lambdas: "button.clicked.connect(lambda: self.close())",
    nested_loops: "QApplication.processEvents()",
    colours: "red = QColor('#F2665E')",
}


def calls(tree):
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def called(call):
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_that_no_screen_says_what_it_must_not(rule):
    found = [
        f"{where}:{node.lineno}: {why}"
        for where, text in SOURCES.items()
        for node, why in rule(ast.parse(text), where)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_that_a_rule_sees_what_it_is_for(rule):
    assert list(rule(ast.parse(BROKEN[rule]), "ui/some.py"))


def test_that_the_one_place_of_markup_writes_it_for_the_clipboard_alone():
    where, holder = CLIPBOARD
    tree = ast.parse(SOURCES[where])
    held = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name) and called(node.value) == holder
    }
    assert all(call.func.value.id in held for call in calls(tree) if called(call) in MARKUP)
