"""Where a file is offered to be kept."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QDir, QStandardPaths

_FOLDERS: Final = (
    QStandardPaths.StandardLocation.DocumentsLocation,
    QStandardPaths.StandardLocation.HomeLocation,
)


def offered_file(name: str) -> str:
    """Return where a file of this name would be kept: the documents, the home, a folder there is.

    The system names the folder for documents whether or not anybody has made it.
    """
    named = map(QStandardPaths.writableLocation, _FOLDERS)
    folder = next((it for it in named if it and Path(it).is_dir()), QDir.tempPath())
    return str(Path(folder) / name)
