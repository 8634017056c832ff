"""Cards read from text: what is refused at the border, and in which words."""

from __future__ import annotations

import pytest

from remanence.core.errors import InputError, UnknownNameError
from remanence.data import Card, aliases, build, load_card, names, read_card, resolve
from remanence.device import Junction, Stack

JUNCTION = "kind: junction\nname: j\nuses: {stack: cofeb-mgo}\n"
STACK = "kind: stack\nname: s\nextends: cofeb-mgo\nvalues:\n  "
RA = "resistance_area: {value: 8, unit: ohm*um^2, kind: assumed, source: assumption"


def read(text: str) -> Card:
    return read_card(text, "mine.yaml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"mine.yaml: got NoneType; a card is a mapping"),
        ("- 1\n- 2", r"got list; a card is a mapping"),
        ("just words", r"got str; a card is a mapping"),
        ("key: [", r"must be plain YAML without tags"),
        ("\t- x", r"must be plain YAML without tags"),
        ("\x00", r"must be plain YAML without tags"),
        ("--- a\n--- b", r"must be plain YAML without tags"),
        ("? {a: b}\n: c", r"must be plain YAML without tags"),
        ("kind: junction\nuses: &u {stack: *u}", r"must be plain YAML without tags"),
        ("[" * 3000, r"nesting too deep"),
        ("title: !!python/object:os.system {}", r"python/object.*must be plain YAML without tags"),
        ("title: !!python/object/apply:os.getcwd []", r"must be plain YAML without tags"),
        ("kind: junction\nkind: stack", r"mine.yaml, line 1: key: got kind; each key may stand once"),
        ("kind: stack\nvalues:\n  damping: 0.1\n  damping: 0.2", r"line 3: key: got damping; each key may stand once"),
        ("name: j", r"mine.yaml: kind: got none; must be given"),
        ("kind: junction\nnane: j", r"got 'nane'; no such name. Did you mean name"),
        ("kind: junction\nuses: [stack]", r"mine.yaml: uses: got \['stack'\]; must be a mapping"),
        ("kind: junction\nvalues: 3", r"mine.yaml: values: got 3; must be a mapping"),
        ("kind: junction\nuses: {stack: 3}", r"mine.yaml: stack: got int; a card is a mapping"),
        ("kind: junction\nuses: {stack: {kind: node}}", r"mine.yaml: stack: kind: got node; must be stack"),
        ("kind: stack\nextends: cofeb-mog", r"stack: got 'cofeb-mog'; no such name. Did you mean cofeb-mgo"),
        ("kind: stack\nextends: sram-6t", r"known names are: co-pt-saf, cofeb-double-mgo, cofeb-mgo, l10-fept"),
    ],
)
def test_a_broken_card_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(text)


def test_a_card_of_another_kind_is_refused() -> None:
    with pytest.raises(InputError, match="kind: got stack; must be junction"):
        read_card("kind: stack", "mine.yaml", "junction")
    with pytest.raises(InputError, match="a card of kind junction is needed here"):
        build(Junction, read("kind: stack"))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (RA.replace("8", "-8") + "}", r"stack s: resistance_area: .*got -8e-12 ohm\*m\^2; must be above 0"),
        (RA + ", low: 9}", r"low <= value <= high must hold"),
        (RA + ", high: 7}", r"low <= value <= high must hold"),
        (RA + ", low: 9, high: 10}", r"low <= value <= high must hold"),
        (RA + ", low: 6, high: 7}", r"low <= value <= high must hold"),
        (RA + ", low: 0}", r"resistance_area: low: got 0 ohm\*m\^2; must be above 0"),
        (RA + ", high: .inf}", r"resistance_area: high: got inf"),
        (RA.replace("8", ".nan") + "}", r"low <= value <= high must hold"),
        (RA.replace("8", "true") + "}", r"got True; a number is needed"),
        (RA.replace("8", "[8]") + "}", r"got \[8\]; a number is needed"),
        (RA.replace("8", "8 ohm") + "}", r"got 8 ohm; a number is needed"),
        (RA.replace("assumption", "ikeda2011") + "}", r"source: got 'ikeda2011'; .*ikeda2010"),
        (RA.replace("assumed", "guessed") + "}", r"kind: got guessed; must be one of measured, fit"),
        (RA.replace("ohm*um^2", "ohm") + "}", r"a unit compatible with ohm\*m\^2 is needed"),
        (RA.replace("ohm*um^2", "ohn*um^2") + "}", r"resistance_area: got '1 ohn\*um\^2'"),
        (RA.replace(", source: assumption", "") + "}", r"a row without source; a row needs value, unit, kind"),
        (RA.replace("unit: ohm*um^2, ", "") + "}", r"a row without unit"),
        (RA + ", locater: x}", r"key: got 'locater'; no such name. Did you mean locator"),
        ("resistance_area: 8", r"'8' without a unit; a unit compatible with ohm\*m\^2"),
        ("resistance_area: [8 ohm*um^2]", r"a number in ohm\*m\^2 is needed"),
        ("resistance_area: true", r"a number in ohm\*m\^2 is needed"),
        ("resistance_area:", r"got None; a number in ohm\*m\^2 is needed"),
        ("dampin: 0.1", r"stack s: key: got 'dampin'; no such name. Did you mean damping"),
        ("switching: not switched", r"Put it under design"),
    ],
)
def test_a_broken_row_is_refused(row: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        build(Stack, read(STACK + row))


@pytest.mark.parametrize("where", ["design", "values"])
def test_a_bare_number_for_a_length_is_refused(where: str) -> None:
    with pytest.raises(InputError, match=r"junction j: diameter: got '40' without a unit; a unit compatible with m"):
        build(Junction, read(f"{JUNCTION}{where}: {{diameter: 40}}"))
    device = build(Junction, read(f"{JUNCTION}{where}: {{diameter: 40 nm}}"))
    assert device.diameter == pytest.approx(40e-9, rel=1e-15, abs=0)


def test_a_missing_field_is_named() -> None:
    with pytest.raises(InputError, match=r"junction j: got no diameter; Junction needs it\. Add the key"):
        build(Junction, read(JUNCTION))


def test_extends_keeps_the_rows_it_does_not_name() -> None:
    base = load_card("stack", "cofeb-mgo")
    child = read(STACK + "damping: {value: 0.02, low: 0.01, high: 0.03, unit: '1', kind: assumed, source: assumption}")
    assert child.name == "s"
    assert child.title == base.title
    assert {key: row for key, row in child.values.items() if key != "damping"} == {
        key: row for key, row in base.values.items() if key != "damping"
    }
    assert child.values["damping"][0] == "stack/s/damping"
    assert child.values["thickness"][0] == "stack/cofeb-mgo/thickness"
    assert build(Stack, child).damping == 0.02
    assert read("kind: stack\nextends: cofeb-mgo").name == "cofeb-mgo-variant"


def test_a_part_may_be_written_in_place() -> None:
    device = build(
        Junction, read("kind: junction\nuses: {stack: {name: s, extends: cofeb-mgo}}\ndesign: {diameter: 1 um}")
    )
    assert device.stack.damping == build(Stack, "cofeb-mgo").damping
    assert device.stack.name == "s"


def test_an_unknown_card_offers_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean cofeb-mgo"):
        load_card("stack", "cofeb-mog")
    assert names("no-such-kind") == ()


@pytest.mark.parametrize("text", ["title: 2020-13-45", "title: 0b_", "title: !!int x", "title: !!bool maybe"])
def test_a_scalar_that_yaml_cannot_read_is_an_input_error(text: str) -> None:
    with pytest.raises(InputError):
        read(f"kind: stack\n{text}")


def test_a_row_in_degrees_celsius_is_converted_with_its_offset_or_refused() -> None:
    row = "curie_temperature: {value: 700, unit: degC, kind: assumed, source: assumption}"
    try:
        film = build(Stack, read(STACK + row))
    except InputError:
        return
    assert film.curie_temperature == pytest.approx(973.15)


def test_an_alias_stands_for_its_card_whatever_the_case() -> None:
    assert resolve("node", "22ull") == resolve("node", "22ULL") == resolve("node", "cmos-22nm") == "cmos-22nm"
    assert load_card("node", "22ull") == load_card("node", "cmos-22nm")
    assert "22ull" in load_card("node", "cmos-22nm").aliases
    assert not load_card("node", "cmos-22nm-hp").aliases  # what extends a card has a name of its own
    with pytest.raises(UnknownNameError, match="22ull"):
        resolve("node", "22ul")
    with pytest.raises(InputError, match="aliases"):
        read_card("kind: stack\naliases: 22x\nextends: cofeb-mgo", "typed")


@pytest.mark.parametrize("kind", names())
def test_aliases_are_found_as_their_cards_state_them(kind: str) -> None:
    stated = [(alias, name) for name in names(kind) for alias in load_card(kind, name).aliases]
    assert len({alias.lower() for alias, _ in stated}) == len(stated), "one alias for two cards"
    assert dict(stated) == aliases(kind)
    assert not {alias for alias, _ in stated} & set(names(kind))
