"""Event counts add, scale and sum; nothing is lost on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remanence.core.errors import InputError
from remanence.core.events import EVENTS, EventCount, total

# whole numbers below 2**40 add and scale without rounding, so equality is exact
COUNTS = st.fixed_dictionaries({name: st.integers(0, 2**40).map(float) for name in EVENTS}).map(
    lambda counts: EventCount(**counts)
)


@given(COUNTS, COUNTS)
def test_counts_add_event_by_event(first: EventCount, second: EventCount) -> None:
    together = first + second
    for name in EVENTS:
        assert getattr(together, name) == getattr(first, name) + getattr(second, name)
    assert together == second + first
    assert first + EventCount() == first


@given(COUNTS, COUNTS, st.integers(0, 1000))
def test_scaling_distributes_over_addition(first: EventCount, second: EventCount, factor: int) -> None:
    assert (first + second) * factor == first * factor + factor * second
    assert first * 0 == EventCount()


@given(st.lists(COUNTS, min_size=1, max_size=4))
def test_the_total_is_the_sum_of_the_layers(layers: list[EventCount]) -> None:
    result = total({str(index): layer for index, layer in enumerate(layers)})
    for name in EVENTS:
        assert getattr(result, name) == sum(getattr(layer, name) for layer in layers)


def test_no_layers_is_an_error() -> None:
    with pytest.raises(InputError, match="at least one layer must have run"):
        total({})


def test_as_dict_keeps_what_is_not_zero_in_order() -> None:
    counts = EventCount(conversions=3.0, cell_reads_low=2.0)
    assert list(counts.as_dict().items()) == [("cell_reads_low", 2.0), ("conversions", 3.0)]
