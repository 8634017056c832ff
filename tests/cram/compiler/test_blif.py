"""BLIF means what its tables say; what is not combinational, or not BLIF, is refused with its line."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from remanence.core.errors import InputError
from remanence.cram.compiler.blif import read_blif, words_of

MODEL = """# a comment
.model two
.inputs x[0] x[1] \\
  x[2] c
.outputs y[1] y[0] z k n
.names x[0] t y[0]   # another
1- 1
01 1
.names x[1] x[2] c t
110 1
--1 1
.names x[0] x[1] y[1]
11 0
.names c z
1 1
.names k
1
.names n
.end
anything
"""


def test_tables_words_constants_and_order() -> None:
    graph = read_blif(MODEL)
    assert {name: len(word) for name, word in graph.inputs.items()} == {"x": 3, "c": 1}
    assert list(graph.outputs) == ["y", "z", "k", "n"]
    every = np.array(list(itertools.product((False, True), repeat=4)))
    x0, x1, x2, c = every.T
    got = graph.evaluate(x=every[:, :3], c=every[:, 3:])
    assert np.array_equal(got["y"][:, 0], x0 | (x1 & x2 & ~c) | c)
    assert np.array_equal(got["y"][:, 1], ~(x0 & x1))
    assert np.array_equal(got["z"][:, 0], c)
    assert got["k"].all()
    assert not got["n"].any()


def test_words_need_every_bit_and_a_free_name() -> None:
    assert words_of(["a[1]", "b", "a[0]", "c[2]", "d[0]", "d"]) == {
        "a": ("a[0]", "a[1]"), "b": ("b",), "c[2]": ("c[2]",), "d[0]": ("d[0]",), "d": ("d",),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (".inputs a\n.outputs y\n.latch a y\n", "line 3.*register"),
        (".inputs a\n.outputs y\n.subckt f A=a Y=y\n", "line 3.*not read"),
        (".inputs a\n.outputs y\n.names a y\n2 1\n", "line 4.*0, 1 and -"),
        (".inputs a\n.outputs y\n.names a y\n11 1\n", "line 4.*must be 1 characters"),
        (".inputs a\n.outputs y\n.names a y\n1 1\n0 0\n", "line 5.*same in all rows"),
        (".inputs a\n.outputs y\n.names a y\n1 1\n.names a y\n0 1\n", "line 5.*twice"),
        (".inputs a\n.outputs y\n.names a w y\n11 1\n.names y w\n1 1\n", "loop"),
        (".inputs a\n.outputs y\n.names a w y\n11 1\n", "'w'.*nothing drives"),
        (".inputs a a\n.outputs y\n.names a y\n1 1\n", "named once"),
        (".inputs a\n.names a y\n1 1\n", "no .outputs"),
        ("hello\n", "line 1.*not BLIF"),
        ("", "no .outputs"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_blif(text)
