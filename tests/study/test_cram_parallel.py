"""Bit-parallel programs keep to AritPIM's cycles; the page and the guide say what the code finds."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from remanence.core.stream import Stream
from remanence.cram.program import Program
from remanence.report import cram_segments
from remanence.study import cram_parallel

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_cycles_and_gates_stay_near_those_of_aritpim() -> None:
    frame = cram_parallel.parallel_rows()
    assert len(frame) == 22
    factors = frame["factor"].to_numpy(float)
    assert factors.max() <= 1.1
    assert frame.loc[[f"add-{bits}-cycles" for bits in (8, 16, 32, 64)], "factor"].max() < 0.95


def test_the_programs_behind_the_rows_compute() -> None:
    for each in cram_parallel.parallel_programs():
        if each.bits > 32:
            continue
        x, y = (Stream(each.bits).child(name).words(300).astype(np.uint64) % (1 << each.bits) for name in "xy")
        operation = {"add": np.add, "subtract": np.subtract, "multiply": np.multiply}[each.name]
        expected = operation(x, y) if each.name == "multiply" else operation(x, y) % np.uint64(1 << each.bits)
        result = each.program.run({"x": x, "y": y})["z"]
        assert np.array_equal(np.array(result, np.uint64), expected)


def test_a_cycle_initialises_one_place_in_any_segments() -> None:
    program = Program(
        columns=8, opcodes=np.array([22, 22, 22, 2], np.int16), outputs_to=np.array([2, 6, 7, 2], np.int32),
        fan_in=np.array([[-1] * 5] * 3 + [[0, 1, -1, -1, -1]], np.int32), steps=np.array([0, 0, 0, 1], np.int32),
        inputs={"x": (0, 1)}, outputs={"z": (2,)}, segment=4,
    )  # fmt: skip
    assert program.step_count == 2
    assert cram_parallel.cycles(program) == 3  # columns 2 and 6 are one place, 7 another, then the gate


def test_the_page_is_up_to_date() -> None:
    assert (DOCS / "validation" / "cram-segments.md").read_text() == cram_segments.page(), "run `make figures`"


def test_the_guide_has_the_steps_that_are_found() -> None:
    text = (DOCS / "howto" / "cram-program.md").read_text()
    for what, row in cram_parallel.segment_rows(cram_parallel.COMPARED[:4]).iterrows():
        assert f"| {what} | {row['none']} | {row['128']} | {row['64']} | {row['32']} |" in text
