"""The comment at the head of a netlist: the junction's data with units and sources, and where the model holds."""

from __future__ import annotations

from collections.abc import Iterator

from remanence.core.declare import declarations
from remanence.core.provenance import versions
from remanence.data import names, rows_of
from remanence.device.junction import Junction
from remanence.device.netlist.model import CompactModel
from remanence.device.stack import Stack


def header(junction: Junction, model: CompactModel, about: tuple[str, ...], comment: str) -> list[str]:
    """Return the comment lines: version, data sheet, film values with their sources, validity.

    Args:
        junction: the junction that was exported.
        model: what it was reduced to.
        about: lines on the form of this netlist.
        comment: mark that opens a comment line.
    """
    film = junction.stack
    card = film.name or "(no name)"
    lines = [
        f"{film.title or film.name or 'magnetic tunnel junction'}",
        f"made by remanence {versions().get('remanence', '(not installed)')}, remanence.device.netlist",
        "",
        f"diameter {float(junction.diameter):.6g} m, temperature {model.temperature:.6g} K",
        f"thermal stability {model.stability:.5g}, critical current {float(junction.critical_current):.5g} A",
        f"R_P {model.resistance:.6g} ohm, R_AP {model.resistance * (1 + model.tmr):.6g} ohm (zero bias)",
        f"the barrier breaks at {float(film.breakdown_voltage):.4g} V: not modelled, keep below",
        junction.switchability,
        "",
        f"film values at {float(film.reference_temperature):.6g} K, their kind and source; stack {card}",
        *(f"  {line}" for line in _film(film)),
        "",
        *about,
        "",
        "valid for a free layer that turns as one (macrospin), R_P without temperature dependence, no self-heating.",
        "Positive current, from top (free layer) to bottom (reference layer), drives to P: m_z = +1.",
    ]
    # a title is free text: a line break in it must not open a line that the simulator reads
    return [f"{comment} {' '.join(line.splitlines())}".rstrip() for line in lines]


def _film(film: Stack) -> Iterator[str]:
    rows = {row.id.rpartition("/")[2]: row for row in rows_of(Stack, film.name)} if film.name in names("stack") else {}
    for name, declaration in declarations(Stack).items():
        content = getattr(film, name)
        if not isinstance(content, float):
            continue
        row = rows.get(name)
        if row is None:
            if content == 0.0:  # an effect that is switched off
                continue
            origin = "not in the card"
        elif row.value != content:
            origin = f"changed; the card says {row.value:.6g}"
        else:
            origin = f"{row.kind}, {row.source}" + (" (recalled)" if row.recalled else "")
        yield f"{name} = {content:.6g} {declaration.unit}  [{origin}]".replace(" 1  [", "  [")
