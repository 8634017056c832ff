"""Where an array's wires run, what they resist, and at which ends they are driven and sensed."""

from __future__ import annotations

from typing import Any

import numpy as np

from remanence.core.declare import Array, choice, declarations, quantity, value
from remanence.core.errors import InputError


def _one_number_each(wires: Any) -> None:
    for name in declarations(type(wires)):
        given = getattr(wires, name)
        if not isinstance(given, str) and np.ndim(given):
            subject = f"{type(wires).__name__}.{name}"
            raise InputError(subject, f"shape {np.shape(given)}", "must be one number: all wires of an array are alike")


@value
class ArrayWires:
    """A cell between a row wire and a column wire (1R; 1T1R whose source line is parallel to the wordline).

    A segment lies before the first cell and after the last one of a wire, at the ends that are driven or sensed.
    """

    row_segment: Array = quantity("ohm", at_least=0, doc="row wire from one cell to the next")
    column_segment: Array = quantity("ohm", at_least=0, doc="column wire from one cell to the next")
    driver: Array = quantity("ohm", at_least=0, doc="output of a row's driver, at each driven end", default=0.0)
    sense: Array = quantity("ohm", at_least=0, doc="input of what senses a column, at each sensed end", default=0.0)
    driven: str = choice("left", "right", "both", doc="driven ends of a row; cells count from the left", default="left")
    sensed: str = choice(
        "top", "bottom", "both", doc="sensed ends of a column; cells count from the top", default="bottom"
    )

    def check(self) -> None:
        """One number for each resistance."""
        _one_number_each(self)


@value
class LadderWires:
    """Cells with a transistor between a bit line and a source line that run side by side.

    The bit line is driven, the source line is held at 0 V and sensed. An open end has no segment.
    """

    bit_segment: Array = quantity("ohm", at_least=0, doc="bit line from one cell to the next")
    source_segment: Array = quantity("ohm", at_least=0, doc="source line from one cell to the next")
    driver: Array = quantity("ohm", at_least=0, doc="output of the bit line's driver, at each driven end", default=0.0)
    sense: Array = quantity("ohm", at_least=0, doc="input of what holds the source line, at each such end", default=0.0)
    driven: str = choice("top", "bottom", "both", doc="driven ends of the bit line", default="top")
    sensed: str = choice("top", "bottom", "both", doc="sensed ends of the source line", default="bottom")

    def check(self) -> None:
        """One number for each resistance."""
        _one_number_each(self)

    def ends(self) -> tuple[float, float, float, float]:
        """Return the resistance of the bit line's ends, top and bottom, and of the source line's; open ones inf.

        A line without any resistance is the same everywhere: its end is put at the bottom.
        """
        both = []
        for place, segment, end in (
            (self.driven, self.bit_segment, self.driver),
            (self.sensed, self.source_segment, self.sense),
        ):
            resistance = float(segment) + float(end)
            top = resistance if place in ("top", "both") else np.inf
            bottom = resistance if place in ("bottom", "both") else np.inf
            both += [np.inf, 0.0] if resistance == 0.0 else [top, bottom]
        return both[0], both[1], both[2], both[3]
