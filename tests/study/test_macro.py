"""Choosing a storage macro: what is asked for, what is refused, and that the choice is the least."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.core.errors import InputError, UnknownNameError
from remanence.data import Draws
from remanence.study.macro import capacities, choose, code_of, retention_of


def test_the_chosen_macro_is_the_least_of_all() -> None:
    for quantity in ("read_latency", "area", "read_energy"):
        one = choose("sram-6t", "cmos-22nm", capacity="1 MiB", word_bits=64, ecc="secded", optimise=quantity,
                     draws=Draws(count=16))  # fmt: skip
        assert float(one.best[quantity][0]) == float(np.min(one.macros[quantity]))
        low, median, high = one.figures.loc[quantity, ["low", "median", "high"]].to_numpy(dtype=np.float64)
        assert low <= median <= high
    assert one.code.check_bits == 8


def test_check_bits_cost_area_and_a_code_costs_time() -> None:
    plain, coded = (
        choose("reram-1t1r", "cmos-22nm", capacity="1 MiB", word_bits=64, ecc=ecc, draws=Draws(count=16))
        for ecc in ("none", "bch2")
    )
    assert np.min(coded.macros["area"]) > np.min(plain.macros["area"])
    assert np.min(coded.macros["read_latency"]) > np.min(plain.macros["read_latency"])
    assert (plain.code.check_bits, coded.code.check_bits) == (0, 14)


def test_a_retention_target_out_of_reach_names_the_limit() -> None:
    with pytest.raises(InputError, match=r"its thermal stability there is 55\.3, 61\.1 is needed"):
        choose("stt-1t1mtj", "cmos-22nm", capacity="1 MiB", word_bits=64, retention=retention_of("10 year @ 150 degC"))


def test_capacities_and_targets_are_read() -> None:
    assert capacities("32 Mbit") == ["32 Mbit"]
    assert capacities("1 MiB:8 MiB:x2") == ["1 MiB", "2 MiB", "4 MiB", "8 MiB"]
    for bad in ("1 MiB:8 MiB", "1 MiB:8 MiB:2", "8 MiB:1 MiB:x2", "1 MiB:8 MiB:x1"):
        with pytest.raises(InputError, match="capacity"):
            capacities(bad)
    with pytest.raises(InputError, match="must be a time @ a temperature"):
        retention_of("10 year")
    with pytest.raises(UnknownNameError, match="secded"):
        code_of("sceded", 64)
    with pytest.raises(UnknownNameError, match="read_latency"):
        choose("sram-6t", "cmos-22nm", capacity="1 MiB", word_bits=64, optimise="read_latncy")
