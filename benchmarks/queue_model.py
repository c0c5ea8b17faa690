"""How long the queue takes over a batch on 5,000 open cases, beside sorting the same list.

Run ``python -m benchmarks.queue_model`` from the repository's root. A batch is 150 changed cases
and 50 new ones; it is taken into the board, the order and the table with a view on it. Beside it
the same 5,050 rows are sorted by the same keys, out of order as they come from a mapping. Both are
measured in turn, in the same process; the best round of each counts. The ratio must stay below
three.
"""

import os
from operator import attrgetter
from random import Random
from time import perf_counter

from msgspec.structs import replace
from PySide6.QtWidgets import QApplication, QTableView

from commandcenter.application.changes import Delta
from commandcenter.application.picture import Picture
from commandcenter.domain.catalogue import Urgency
from tests.ui import samples
from ui.queue.board import Board
from ui.queue.columns import Reader
from ui.queue.model import QueueModel
from ui.queue.ranking import Ranking

OPEN = 5_000
CHANGED = 150
NEW = 50
ROUNDS = 12
MOST = 3.0


def anything(_row):
    return True


def main():
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    rng = Random(3)
    picture = Picture()
    picture.begin(samples.work(OPEN))
    board = Board(picture, samples.hall(), samples.operator())
    board.begin(samples.NOW)
    ranking = Ranking()
    ranking.fill(board.rows.values())
    reader = Reader(hall=samples.hall(), lang="zh", me="dispatcher", now=samples.NOW)
    model, view = QueueModel(reader), QTableView()
    view.setModel(model)
    model.show_rows(ranking.shown)
    view.selectRow(7)

    steps = {"look again": 0.0, "order": 0.0, "table": 0.0}
    best, bare, keyed = float("inf"), float("inf"), float("inf")
    for turn in range(ROUNDS):
        numbers = rng.sample(sorted(picture.cases), CHANGED)
        grades = rng.choices(tuple(Urgency), weights=(70, 20, 8, 1), k=CHANGED)
        changed = tuple(
            replace(picture.cases[no], urgency=grade, version=picture.cases[no].version + 1)
            for no, grade in zip(numbers, grades, strict=True)
        )
        fresh = tuple(samples.case(10_000 + turn * NEW + n) for n in range(NEW))
        delta = Delta(cases=changed + fresh)
        picture.apply(delta)

        started = perf_counter()
        touched = board.take_in([delta], samples.NOW)
        looked = perf_counter()
        ranking.take_in(touched, board.rows, anything, reading=False)
        ordered = perf_counter()
        model.show_rows(ranking.shown)
        ended = perf_counter()
        if ended - started < best:
            best = ended - started
            steps = {
                "look again": looked - started,
                "order": ordered - looked,
                "table": ended - ordered,
            }

        rows = list(board.rows.values())
        rng.shuffle(rows)
        started = perf_counter()
        rows.sort(key=attrgetter("rank"))
        bare = min(bare, perf_counter() - started)

        rows = list(ranking.rows)
        started = perf_counter()
        rows.sort(key=attrgetter("rank"))
        keyed = min(keyed, perf_counter() - started)
        app.processEvents()

    print(f"{OPEN} open cases, {CHANGED} changed and {NEW} new in a batch, best of {ROUNDS}")
    for name, seconds in steps.items():
        print(f"  {name:<28}{seconds * 1000:8.2f} ms")
    print(f"  {'the whole batch':<28}{best * 1000:8.2f} ms")
    print(f"  {'list.sort of the same rows':<28}{bare * 1000:8.2f} ms")
    print(f"  {'list.sort, already in order':<28}{keyed * 1000:8.2f} ms")
    print(f"  ratio {best / bare:.2f}, at most {MOST:.0f}")
    view.close()
    return 0 if best / bare <= MOST else 1


if __name__ == "__main__":
    raise SystemExit(main())
