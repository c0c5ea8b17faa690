"""Run the window on the sample township: ``python -m tests.ui.run_window [--shots DIR] …``."""

import argparse
from pathlib import Path

from tests.ui import samples
from ui import app


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=50)
    parser.add_argument("--theme", default="dark")
    parser.add_argument("--lang", default="zh")
    parser.add_argument("--shots", type=Path)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--stale", action="store_true")
    parser.add_argument("--rehearsal", action="store_true")
    parser.add_argument("--size", default="1920x1080")
    asked = parser.parse_args()
    desk = samples.SampleDesk(samples.work(asked.cases))
    seat = samples.seat(desk, lang=asked.lang, rehearsal=asked.rehearsal)

    def script(window):
        desk.say(samples.stale() if asked.stale else samples.lively())
        window.resize(*map(int, asked.size.split("x")))
        window.lay_out()
        yield
        yield
        if asked.shots:
            asked.shots.mkdir(parents=True, exist_ok=True)
            window.grab().save(str(asked.shots / f"window-{asked.size}.png"))

    app.run(seat, theme=asked.theme, shots=asked.shots, duration=asked.seconds, script=script)


if __name__ == "__main__":
    main()
