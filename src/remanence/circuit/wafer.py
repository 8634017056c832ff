"""What silicon costs: a processed wafer, and the masks that a memory adds to it."""

from __future__ import annotations

import numpy as np

from remanence.core.declare import Array, quantity, text, value


@value
class Wafer:
    """A processed logic wafer by its price; optional, no other figure needs it."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    price: Array = quantity("1", above=0, doc="price of a processed wafer, US dollars")
    masks: Array = quantity("1", above=0, doc="masks of the logic process")
    diameter: Array = quantity("m", above=0, below=1, doc="diameter of the wafer", default=0.3)


def area_price(wafer: Wafer, extra_masks: Array = 0.0) -> Array:
    """Return the price of silicon per area, US dollars per m^2; neither yield, edge, mask sets nor test are in it.

    Every mask is taken to cost the same (assumed): price (1 + extra/masks) over the wafer's area.

    Args:
        wafer: the wafer.
        extra_masks: `Cell.extra_masks` of the memory on it.
    """
    return wafer.price * (1.0 + extra_masks / wafer.masks) / (np.pi / 4.0 * wafer.diameter**2)
