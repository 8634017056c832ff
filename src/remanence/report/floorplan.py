"""An organisation drawn to scale: the banks, the subarrays of one, a subarray's cells, amplifiers and decoder."""

from __future__ import annotations

import math

from remanence.core import units
from remanence.report.markup import Markup, element
from remanence.report.palette import colour
from remanence.study.macro_breakdown import Floorplan

CELLS, SENSE, DECODER, OPENED = colour(6), colour(7), colour(8), colour(1)
_INK, _FRAME = "#1b1f23", "#57606a"
_SMALLEST = 6.0
"""Side of a subarray, in thousandths of the drawing, below which outlines run together and are left out."""
_TALLEST = 24.0
"""Height in rem that a drawing may take."""


def macro(plan: Floorplan) -> Markup:
    """Return all banks of a macro as an SVG drawing; the bank of one access is the darker one."""
    wide, high = plan.across * plan.width, plan.down * plan.height
    gap = 0.012 * max(plan.banks_across * wide, plan.banks_down * high)  # for the eye: it is no length of the model
    width = plan.banks_across * (wide + gap) - gap
    height = plan.banks_down * (high + gap) - gap
    unit = max(width, height) / 1000.0  # drawing units, so that strokes and letters are of the same size in any drawing
    parts = [
        element("rect", x=_n(across * (wide + gap) / unit), y=_n(down * (high + gap) / unit), width=_n(wide / unit),
                height=_n(high / unit), stroke=_INK, stroke_width="2", fill=CELLS if down or across else OPENED,
                fill_opacity="0.45")
        for down in range(plan.banks_down)
        for across in range(plan.banks_across)
    ]  # fmt: skip
    return _drawing(parts, width / unit, height / unit, unit)


def bank(plan: Floorplan) -> Markup:
    """Return the subarrays of a bank as an SVG drawing; those that one access opens are filled."""
    wide, high = plan.across * plan.width, plan.down * plan.height
    unit = max(wide, high) / 1000.0
    cell_w, cell_h = plan.width / unit, plan.height / unit
    box = {"width": _n(wide / unit), "height": _n(high / unit)}
    parts = [element("rect", fill=CELLS, fill_opacity="0.45", **box)]
    step_x, step_y = plan.across // plan.active_across, plan.down // plan.active_down
    parts += [
        element("rect", x=_n(across * step_x * cell_w), y=_n(down * step_y * cell_h), width=_n(cell_w),
                height=_n(cell_h), fill=OPENED)
        for down in range(plan.active_down)
        for across in range(plan.active_across)
    ]  # fmt: skip
    if min(cell_w, cell_h) >= _SMALLEST:
        lines = [f"M{_n(place * cell_w)} 0V{_n(high / unit)}" for place in range(1, plan.across)]
        lines += [f"M0 {_n(place * cell_h)}H{_n(wide / unit)}" for place in range(1, plan.down)]
        parts.append(element("path", d=" ".join(lines), stroke=_FRAME, stroke_width="1", fill="none"))
    parts.append(element("rect", fill="none", stroke=_INK, stroke_width="2", **box))
    return _drawing(parts, wide / unit, high / unit, unit)


def subarray(plan: Floorplan) -> Markup:
    """Return one subarray as an SVG drawing: cells, sense amplifiers below, decoder beside."""
    unit = max(plan.width, plan.height) / 1000.0
    left, top = (plan.width - plan.cells_width) / unit, plan.cells_height / unit
    cells_w, rest = plan.cells_width / unit, (plan.height - plan.cells_height) / unit
    parts = [
        element("rect", width=_n(left), height=_n(plan.height / unit), fill=DECODER, fill_opacity="0.45"),
        element("rect", x=_n(left), width=_n(cells_w), height=_n(top), fill=CELLS, fill_opacity="0.55"),
        element("rect", x=_n(left), y=_n(top), width=_n(cells_w), height=_n(rest), fill=SENSE, fill_opacity="0.55"),
        element("rect", width=_n(plan.width / unit), height=_n(plan.height / unit), fill="none", stroke=_INK,
                stroke_width="2"),
    ]  # fmt: skip
    return _drawing(parts, plan.width / unit, plan.height / unit, unit)


def _drawing(parts: list[Markup], width: float, height: float, unit: float) -> Markup:
    """Add a bar of a round length below; the box keeps a tall drawing from filling more than a screen."""
    length = _round_length(0.35 * width * unit)
    below = height + 18.0
    bar = element("path", d=f"M0 {_n(below)} v14 M0 {_n(below + 7)} h{_n(length / unit)} M{_n(length / unit)} "
                  f"{_n(below)} v14", stroke=_INK, stroke_width="3", fill="none")  # fmt: skip
    told = element("text", units.show(length, "m"), x="0", y=_n(below + 56), font_size="40", fill=_INK)
    box = (-4.0, -4.0, max(width, 160.0) + 8.0, height + 86.0)
    most = min(44.0, _TALLEST * box[2] / box[3])
    return Markup(
        element(
            "svg", *parts, bar, told, viewBox=" ".join(_n(side) for side in box), xmlns="http://www.w3.org/2000/svg",
            font_family="system-ui, sans-serif", style=f"max-width:{most:.1f}rem",
        )
    )  # fmt: skip


def _round_length(most: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is not above a length."""
    power = 10.0 ** math.floor(math.log10(most))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= most)


def _n(number: float) -> str:
    return f"{number:.6g}"
