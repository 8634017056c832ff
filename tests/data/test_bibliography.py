"""The bibliography parses completely, and citing is exact about what it does not know."""

from __future__ import annotations

from importlib import resources

import pytest

from remanence.core.errors import UnknownNameError
from remanence.data import cite, entry
from remanence.data.bibliography import USER, bibliography

TEXT = resources.files("remanence.data").joinpath("sources.bib").read_text(encoding="utf-8")


def test_no_entry_and_no_field_is_lost_by_the_parser() -> None:
    """Read the file another way, by lines: those that open an entry, those that hold a field.

    An entry without its closing brace would swallow the next one and take over its title.
    """
    lines = [line.strip() for line in TEXT.splitlines()]
    opened = [line.partition("{")[2].rstrip(",") for line in lines if line.startswith("@")]
    assert sorted(bibliography()) == sorted(opened)
    fields = sum(len(fields) - 1 for fields in bibliography().values())  # without the entry type
    assert fields == sum("= {" in line for line in lines)


def test_fields_come_without_their_braces() -> None:
    ikeda = entry("ikeda2010")
    assert (ikeda["type"], ikeda["volume"], ikeda["doi"]) == ("article", "9", "10.1038/nmat2804")
    assert ikeda["author"].startswith("S. Ikeda and K. Miura")


def test_cite_sorts_and_drops_repeats() -> None:
    text = cite(["sato2013iedm", "ikeda2010", "sato2013iedm"])
    first, second = text.splitlines()
    assert first.startswith("[ikeda2010] S. Ikeda")
    assert "10.1038/nmat2804" in first
    assert second.startswith("[sato2013iedm]")
    assert cite([]) == ""
    assert cite([USER]) == "[user] given by the user."


def test_an_unknown_key_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"source: got 'ikeda2011'.*ikeda2010"):
        cite(["ikeda2010", "ikeda2011"])
