"""Which control enters which kind of answer."""

from collections.abc import Mapping
from typing import Final

from ui.forms.class_editor import ClassEditor
from ui.forms.editors import (
    Editor,
    LineEditor,
    ListEditor,
    ManyEditor,
    MomentEditor,
    PickEditor,
    SwitchEditor,
    WordsEditor,
)
from ui.forms.field import Field, Kind, Subject
from ui.forms.place_editor import PhoneEditor, PlaceEditor

_EDITORS: Final[Mapping[Kind, type]] = {
    Kind.LINE: LineEditor,
    Kind.WORDS: WordsEditor,
    Kind.PICK: PickEditor,
    Kind.CLASS: ClassEditor,
    Kind.LIST: ListEditor,
    Kind.MANY: ManyEditor,
    Kind.SWITCH: SwitchEditor,
    Kind.MOMENT: MomentEditor,
    Kind.PLACE: PlaceEditor,
    Kind.PHONE: PhoneEditor,
}


def editor_for(field: Field, subject: Subject) -> Editor:
    """Return a new control for a field."""
    made: Editor = _EDITORS[field.kind](field, subject)
    made.control.setAccessibleName(subject.say(field.label))
    return made
