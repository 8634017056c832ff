"""Where the signals of a network belong on logic lines with segments: near to what they are read with."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import TypeAlias

import numpy as np

from remanence.cram.netlist import ONE, Netlist

Places: TypeAlias = Mapping[str, tuple[int, ...]]
"""Columns of input words by name, lowest bit first."""
SWEEPS = 20
"""Over all gates, each of which goes to the middle of what it reads and what reads it."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where a trial takes signals to belong."""

    layout: str  # inputs: bits of all words "apart" over the segments or "close" in the first, or word after word
    home: str  # of a gate: as "stated", the "high" or "mean" place of what it reads, or "pulled" by its readers, too
    even: bool  # whether places are then shifted so that segments get as many gates each


STATED = tuple(Way(layout, "stated", even=False) for layout in ("apart", "close"))
"""Where the netlist says so."""
WAYS = tuple(
    Way(layout, home, even)
    for layout in ("apart", "in turn", "close")
    for even in (True, False)
    for home in ("mean", "pulled", "high")
)


def wanted_segments(netlist: Netlist, places: Places, columns: int, segment: int, layout: str) -> list[float]:
    """Return the segments where the inputs are wanted, for each signal up to the first gate's."""
    segments = -(-columns // segment)
    longest = max((len(word) for word in netlist.inputs.values()), default=1)
    every = netlist.first - 2
    found = [0.0] * 2
    for name, word in netlist.inputs.items():
        for bit, signal in enumerate(word):
            if name in places:
                found.append(float(places[name][bit] // segment))
            elif layout == "in turn":
                found.append((signal - 2) * segments / every)
            else:
                found.append(float(bit) if layout == "close" and longest <= segments else bit * segments / longest)
    return found


def homes(netlist: Netlist, order: list[int], way: Way, wanted: list[float], segments: float) -> list[float]:
    """Return where each signal belongs, in segments."""
    read: list[list[int]] = [[] for _ in range(netlist.first)]
    read += [[int(s) for s in each if s > ONE] for each in netlist.fan_in]
    home = list(wanted)
    longest = max((len(word) for word in netlist.inputs.values()), default=1)
    scale = 1.0 if way.layout == "close" and longest <= segments else segments / longest
    stated = netlist.places * scale if way.home == "stated" else np.full(len(netlist), np.nan)
    for each, place in zip(read[netlist.first :], stated.tolist(), strict=True):
        below = [home[source] for source in each] or [0.0]
        found = max(below) if way.home in ("high", "stated") else sum(below) / len(below)
        home.append(found if isnan(place) else place)
    if way.home == "pulled":
        around = [list(each) for each in read]
        for signal in order:
            for source in read[signal]:
                around[source].append(signal)
        for _ in range(SWEEPS):
            for signal in order:
                near = around[signal]
                home[signal] = sum(home[each] for each in near) / max(len(near), 1)
    if not way.even or not order:
        return home
    rank = {signal: place for place, signal in enumerate(order)}
    ranked = sorted(order, key=lambda signal: (home[signal], rank[signal]))
    before = [home[signal] for signal in ranked]
    for signal in range(2, netlist.first):
        middle = (bisect_left(before, home[signal]) + bisect_right(before, home[signal])) / 2
        home[signal] = middle * segments / len(ranked)
    for place, signal in enumerate(ranked):
        home[signal] = place * segments / len(ranked)
    return home


def input_columns(netlist: Netlist, places: Places, columns: int, segment: int, home: list[float]) -> Places:
    """Return columns of the inputs, in the segments where they belong, or where these are full in the nearest."""
    taken = {place for word in places.values() for place in word}
    segments = -(-columns // segment)
    room = [[place for place in range(k * segment, min((k + 1) * segment, columns)) if place not in taken][::-1]
            for k in range(segments)]  # fmt: skip
    words: dict[str, tuple[int, ...]] = {}
    for name, word in netlist.inputs.items():
        found = []
        for signal in word if name not in places else ():
            nearest = min((k for k in range(segments) if room[k]), key=lambda k: abs(k - int(home[signal])))
            found.append(room[nearest].pop())
        words[name] = places[name] if name in places else tuple(found)
    return words
