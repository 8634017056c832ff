"""Count the ones in every column of a table of bits: gates along the columns, or rows moved onto each other.

A chip of four arrays holds the table, 64 rows of it and 16 columns in each array. Where arrays have logic lines along
their columns, one program works on all columns at once. Where they have not, half of the rows is moved beside the other
half, over and over, and gates along the rows add the words of one column after the other.

python examples/cram_chip.py
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from remanence import cram
from remanence.core import units
from remanence.core.stream import Stream
from remanence.cram.arithmetic.integer import add, popcount
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.netlist import Word

ROWS, COLUMNS, ARRAYS = 64, 16, 4
Join = Callable[[Logic, Word, Word], Word]


def along_columns(chip: cram.Chip, function: Callable[[Logic, Word], Word]) -> cram.Sequence:
    """Return a sequence that applies a function of the bits of a column to all columns at once."""
    builder = cram.Builder(chip.one.gates.names)
    builder.output("y", function(Logic(builder), builder.input("x", ROWS)))
    program = cram.schedule(builder.netlist(), columns=chip.height)  # of a column: its rows
    arrays = range(chip.number)
    made = cram.Sequence(chip).write("table", range(COLUMNS), rows=program.inputs["x"], arrays=arrays)
    made = made.program(program, parallel="columns", lanes=range(COLUMNS))
    return made.read("result", range(COLUMNS), rows=program.outputs["y"], arrays=arrays, bits=True)


def by_row_moves(chip: cram.Chip, join: Join) -> cram.Sequence:
    """Return a sequence that moves the lower half of the rows beside the upper one and joins them, to the last."""
    arrays = range(chip.number)
    made = cram.Sequence(chip).write("table", range(COLUMNS), rows=range(ROWS), arrays=arrays)
    words: list[Word] = [(column,) for column in range(COLUMNS)]  # where the words of the columns are
    left = ROWS
    while left > 1:
        left //= 2
        taken = [place for word in words for place in word]
        free = [place for place in range(chip.breadth) if place not in taken][: len(taken)]
        made = made.move_rows(range(left, 2 * left), range(left), columns=taken, target_columns=free)
        builder, places = cram.Builder(chip.one.gates.names), {}
        bits = len(words[0])
        for number, word in enumerate(words):
            places[f"a{number}"], places[f"b{number}"] = word, tuple(free[number * bits : (number + 1) * bits])
        given = {name: builder.input(name, bits) for name in places}
        for number in range(COLUMNS):
            builder.output(f"y{number}", join(Logic(builder), given[f"a{number}"], given[f"b{number}"]))
        program = cram.schedule(builder.netlist(), columns=chip.breadth, places=places, keep_inputs=False)
        made = made.program(program, lanes=range(left))
        words = [program.outputs[f"y{number}"] for number in range(COLUMNS)]
    for number, word in enumerate(words):
        made = made.read(f"result{number}", word, rows=0, arrays=arrays)
    return made


def total(logic: Logic, a: Word, b: Word) -> Word:
    """Return a sum with its carry."""
    low, carry = add(logic, a, b)
    return (*low, carry)


def both(logic: Logic, a: Word, b: Word) -> Word:
    """Return the AND of two bits."""
    return (logic.and_(a[0], b[0]),)


def every(logic: Logic, word: Word) -> Word:
    """Return whether all bits are 1, by halves."""
    while len(word) > 1:
        half = len(word) // 2
        word = tuple(map(logic.and_, word[:half], word[half:]))
    return word


def results(found: dict[str, NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return the numbers of a sequence, shape (arrays, columns)."""
    if "result" not in found:
        return np.stack([found[f"result{number}"] for number in range(COLUMNS)], axis=1)
    bits = found["result"].reshape(ARRAYS, -1, COLUMNS)
    return np.tensordot(1 << np.arange(bits.shape[1]), bits, axes=(0, 1))


def main() -> None:
    """Count, and ask whether all are 1, in both ways; compare with NumPy, and each with the other."""
    table = (Stream(1).words(ARRAYS * ROWS * COLUMNS) % 16 > 0).reshape(ARRAYS, ROWS, COLUMNS)
    given = {"table": table.reshape(-1, COLUMNS)}
    plain = cram.Chip(array=cram.Array(rows=256, columns=256, cell="stt-45nm"), arrays=ARRAYS)
    lines = cram.Chip(array=cram.Array(rows=256, columns=256, cell="stt-45nm", column_lines=True), arrays=ARRAYS)
    print(f"{'':<28}{'steps':>7}{'time':>13}{'energy':>13}{'area':>13}{'most pulses':>13}")
    for name, right, columnwise, join in (
        ("count", table.sum(axis=1), popcount, total),
        ("all", table.all(axis=1), every, both),
    ):
        ways = {"along columns": along_columns(lines, columnwise), "row moves": by_row_moves(plain, join)}
        for way, made in ways.items():
            assert np.array_equal(results(made.run(given)), right)
            cost = made.cost(given)
            shown = (units.show(cost.latency, "s"), units.show(cost.energy, "J"), units.show(cost.area, "m^2"))
            print(f"{name + ', ' + way:<28}{made.step_count:>7}" + "".join(f"{each:>13}" for each in shown)
                  + f"{cost.most_writes:>13}")  # fmt: skip
    print("\nthe count along columns, instruction by instruction:")
    made = along_columns(lines, popcount)
    print(made.listing())
    print(made.cost(given))
    print(f"busiest cell {made.writes().max()} pulses a run; worn out after {made.lifetime(rate=1e5) / 86400:.3g} days "
          "of 100,000 runs a second")  # fmt: skip


if __name__ == "__main__":
    main()
