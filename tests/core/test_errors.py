"""Errors name subject, given value, rule and remedy; unknown names come with the nearest ones."""

from __future__ import annotations

import pickle

import pytest

from remanence.core import errors
from remanence.core.errors import InputError, RemanenceError, UnknownNameError, nearest

CARDS = ["cofeb-mgo", "cofeb-double-mgo", "l10-fept", "SRAM-6T"]


def test_the_message_reads_subject_given_rule_remedy() -> None:
    error = InputError("Junction.diameter", 0.0, "must be above 0 m", "Give a size.")
    assert str(error) == "Junction.diameter: got 0.0; must be above 0 m. Give a size."
    assert str(InputError("a", "b", "c")) == "a: got b; c"


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("cofeb-mog", ["cofeb-mgo", "cofeb-double-mgo"]),
        ("COFEB-MGO", ["cofeb-mgo", "cofeb-double-mgo"]),
        ("sram-6t", ["SRAM-6T"]),
        ("fept", ["l10-fept"]),
        ("double", ["cofeb-double-mgo"]),  # too short for a likeness: found as a piece of the name
        ("6t", ["SRAM-6T"]),
        ("zzz", []),
        ("", []),
    ],
)
def test_nearest_names_best_first(given: str, found: list[str]) -> None:
    assert nearest(given, CARDS) == found


def test_nearest_gives_at_most_count_names() -> None:
    assert nearest("cofeb-mgo", CARDS, count=1) == ["cofeb-mgo"]


def test_an_unknown_name_offers_the_nearest_or_else_all() -> None:
    assert str(UnknownNameError("stack", "cofeb-mog", CARDS[:1])).endswith("no such name. Did you mean cofeb-mgo?")
    assert "known names are: SRAM-6T, l10-fept" in str(UnknownNameError("stack", "zzz", ["l10-fept", "SRAM-6T"]))
    assert "known names are: none" in str(UnknownNameError("stack", "zzz", []))


def test_one_root_catches_all_and_bad_input_is_a_value_error() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert len(kinds) >= 8
    assert all(issubclass(kind, RemanenceError) for kind in kinds)
    assert issubclass(UnknownNameError, ValueError)
    assert not issubclass(errors.ConvergenceError, ValueError)


def test_an_error_survives_pickling() -> None:
    error = InputError("a", 1, "b", "c")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
