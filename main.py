"""乡镇综合指挥中心: the one program; ``main.py --help`` says what it can do."""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from commandcenter.domain import words
from commandcenter.domain.errors import Refusal
from commandcenter.runtime import commandline, display
from commandcenter.runtime.beside import start_writing
from commandcenter.runtime.commandline import FAILURE, NO_DISPLAY, OK

SCRIPTED_SECONDS: Final = 30.0
_KIBI: Final = 1024
_WRITTEN: Final = {"zh": "已写好 {file}（{size} KB）。", "en": "{file} is written ({size} KB)."}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    commandline.speak_utf8()
    arguments = commandline.parse(sys.argv[1:] if argv is None else argv)
    if arguments.command == "dossier":  # the one command that draws, and so needs Qt
        return commandline.guarded(lambda: _dossier(arguments), arguments.lang)
    if arguments.command is not None:
        return commandline.run(arguments)
    return commandline.guarded(
        lambda: _open_hall(arguments), arguments.lang, lambda sentence: _show(sentence, arguments)
    )


def _show(sentence: str, arguments: argparse.Namespace) -> None:
    """Say in a window why there is none, to whoever opened the hall by a click."""
    if arguments.offscreen or not display.is_watched():
        return
    from ui import refused  # noqa: PLC0415  Qt only where there is a screen

    refused.show(sentence, arguments.lang)


def _dossier(arguments: argparse.Namespace) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # it opens no window
    from commandcenter.runtime import command_dossier  # noqa: PLC0415  heavy
    from ui import printing  # noqa: PLC0415  Qt only where something is drawn

    dossier, files = command_dossier.gathered(arguments, printing.tell)
    job = printing.Job(
        dossier=dossier, out=str(arguments.out), files=files if arguments.zip else None
    )
    try:
        printing.print_alone(job)
    except OSError as error:
        why = error.strerror or str(error)
        raise Refusal("cannot_write", file=arguments.out, why=why) from error
    size = -(-arguments.out.stat().st_size // _KIBI)
    sys.stdout.write(_WRITTEN[arguments.lang].format(file=arguments.out, size=f"{size:,}") + "\n")
    return OK


def _open_hall(arguments: argparse.Namespace) -> int:
    if arguments.hall is None and not arguments.demo:
        trouble = None if arguments.offscreen else display.trouble()
        unseen = trouble is not None and trouble.code == "no_display"
        raise Refusal("no_hall_unseen" if unseen else "no_hall")
    if arguments.shots is not None:
        _make_room(arguments.shots)
    if not arguments.offscreen and (trouble := display.trouble()) is not None:
        if arguments.demo and trouble.code == "no_display":
            trouble = Refusal("rehearsing_offscreen")
        sys.stderr.write(words.sentence(trouble, arguments.lang) + "\n")
        if not arguments.demo:
            return NO_DISPLAY
        arguments.offscreen = True
    if arguments.offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return _demo(arguments) if arguments.demo else _hall(arguments)


def _make_room(folder: Path) -> None:
    """Make the folder of the pictures now: at the end it would be too late to say that it cannot.

    Raises:
        Refusal: it cannot be made, or nothing can be written into it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        why = error.strerror or str(error)
        raise Refusal("cannot_write", file=folder, why=why) from error


def _hall(arguments: argparse.Namespace) -> int:
    process = start_writing()
    from commandcenter.runtime.apart import open_apart  # noqa: PLC0415  heavy
    from commandcenter.runtime.front import Place  # noqa: PLC0415  heavy

    place = Place(pack=arguments.hall, state=arguments.state_dir, makeshift=True)
    with ThreadPoolExecutor(max_workers=1) as beside:  # a large store is looked through meanwhile
        opening = beside.submit(open_apart, place, seat=arguments.seat, feeds=True, process=process)
        from ui import app, window  # noqa: PLC0415  Qt only where there is a screen

        window.load_first()
        hall = opening.result()
    try:
        hall.start()
        lang = app.language_of(hall.settings.state_dir, arguments.asked_lang)
        seat = hall.take_seat(operator=arguments.operator, lang=lang, rehearsal=False)
        return app.run(
            seat,
            wall=arguments.wall,
            theme=arguments.theme,
            shots=arguments.shots,
            duration=arguments.duration,
        )
    finally:
        hall.stop()


def _demo(arguments: argparse.Namespace) -> int:
    from commandcenter.runtime import demo  # noqa: PLC0415  heavy
    from commandcenter.runtime.apart import open_apart  # noqa: PLC0415  heavy
    from commandcenter.runtime.front import Place  # noqa: PLC0415  heavy
    from ui import app  # noqa: PLC0415  Qt only where there is a screen
    from ui.wording import phrase  # noqa: PLC0415  likewise

    scripted = arguments.offscreen
    state = arguments.state_dir or demo.default_state()
    gateway = demo.GatewayProcess(state / "gateway", *demo.GATEWAY)
    try:
        place = Place(
            pack=demo.pack(),
            state=state,
            feed_urls={demo.FEED: gateway.url},
            limits=demo.HURRIED,
        )
        hall = open_apart(place, feeds=True)
        try:
            hall.start()
            seconds = arguments.duration or (SCRIPTED_SECONDS if scripted else None)
            lang = app.language_of(state, arguments.asked_lang)
            seat = hall.take_seat(operator=arguments.operator, lang=lang, rehearsal=True)
            script = demo.ScriptedDispatcher(hall, _say, seconds or 0) if scripted else None
            shots = arguments.shots
            if scripted and shots is None:
                shots = Path(tempfile.mkdtemp(prefix="hall-"))
            _say(phrase(_STATE_IN, lang).format(state))
            if script is not None:
                script.start()
            code = app.run(
                seat,
                wall=arguments.wall,
                theme=arguments.theme,
                shots=shots,
                duration=seconds,
            )
            if script is None:
                return code
            script.stop()
            _say(phrase(_PICTURES_IN, lang).format(shots))
            return code if script.finished else FAILURE
        finally:
            hall.stop()
    finally:
        gateway.stop()


_STATE_IN: Final = ("演练状态保存在 {}", "The rehearsal keeps its state in {}")
_PICTURES_IN: Final = ("截图保存在 {}", "Pictures are kept in {}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
