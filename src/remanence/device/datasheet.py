"""The data sheet of a junction: its static quantities in order, with units, for one design or a million."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from remanence.core.declare import Array, Quantity, declarations, is_value, replace
from remanence.core.declare import shape as shape_of
from remanence.core.errors import InputError, UnknownNameError, ValidityError
from remanence.device.junction import Junction

if TYPE_CHECKING:
    import xarray

_BLOCK = 1 << 14
"""Junctions per pass: the intermediate arrays of one pass stay in the second-level cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of a data sheet: name, unit, meaning, and how a junction gives it at a read voltage."""

    name: str
    unit: str
    doc: str
    of: Callable[[Junction, float], Array]
    shown: Callable[[Junction], bool] = lambda _: True


def _disturbed(junction: Junction) -> bool:
    fields = (junction.axial_field, junction.in_plane_field)
    return junction.reference is not None or any(np.any(np.asarray(field)) for field in fields)


def _gated(junction: Junction) -> bool:
    return bool(np.any(np.asarray(junction.stack.voltage_anisotropy)))


ITEMS: tuple[Item, ...] = (
    Item(name="area", unit="m^2", doc="junction area", of=lambda j, _: j.area),
    Item(name="volume", unit="m^3", doc="volume of the free layer", of=lambda j, _: j.volume),
    Item(name="saturation_magnetisation", unit="A/m", doc="saturation magnetisation",
         of=lambda j, _: j.saturation_magnetisation),
    Item(name="effective_anisotropy", unit="J/m^3", doc="K_eff, shape included",
         of=lambda j, _: j.effective_anisotropy),
    Item(name="anisotropy_field", unit="A/m", doc="H_k = 2 K_eff/(mu_0 Ms)", of=lambda j, _: j.anisotropy_field),
    Item(name="thermal_stability", unit="1", doc="barrier over k_B T without fields",
         of=lambda j, _: j.thermal_stability),
    Item(name="offset_field", unit="A/m", doc="stray field of the reference layer; positive favours P",
         of=lambda j, _: j.offset_field, shown=lambda j: j.reference is not None),
    Item(name="stability_parallel", unit="1", doc="barrier over k_B T of P under the fields",
         of=lambda j, _: j.stability("P"), shown=_disturbed),
    Item(name="stability_antiparallel", unit="1", doc="barrier over k_B T of AP under the fields",
         of=lambda j, _: j.stability("AP"), shown=_disturbed),
    Item(name="critical_current", unit="A", doc="intrinsic critical current I_c0", of=lambda j, _: j.critical_current),
    Item(name="critical_current_density", unit="A/m^2", doc="I_c0 over area",
         of=lambda j, _: j.critical_current_density),
    Item(name="critical_voltage", unit="V", doc="voltage that drives I_c0 through the antiparallel state",
         of=lambda j, _: j.critical_voltage),
    Item(name="breakdown_voltage", unit="V", doc="voltage that breaks the barrier in a nanosecond-scale pulse",
         of=lambda j, _: j.stack.breakdown_voltage),
    Item(name="compensation_voltage", unit="V", doc="voltage at which VCMA has taken all of K_eff",
         of=lambda j, _: j.compensation_voltage, shown=_gated),
    Item(name="resistance_parallel", unit="ohm", doc="R_P at the read voltage",
         of=lambda j, v: j.resistance("P", voltage=v)),
    Item(name="resistance_antiparallel", unit="ohm", doc="R_AP at the read voltage",
         of=lambda j, v: j.resistance("AP", voltage=v)),
    Item(name="tmr", unit="1", doc="tunnel magnetoresistance at the read voltage", of=lambda j, v: j.tmr(v)),
    Item(name="damping_time", unit="s", doc="tau_D, decay time of small oscillations", of=lambda j, _: j.damping_time),
    Item(name="resonance_frequency", unit="Hz", doc="frequency of small oscillations without fields",
         of=lambda j, _: j.resonance_frequency),
    Item(name="dwell_time", unit="s", doc="mean time in the state that is left sooner, without current",
         of=lambda j, _: j.dwell_time),
)  # fmt: skip
"""Every quantity that a data sheet may hold, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Datasheet:
    """Quantities by name, in order; ``omitted`` says why a quantity that belongs here could not be given."""

    values: dict[str, Array]
    omitted: dict[str, str]

    def __getitem__(self, name: str) -> Array:
        """Return one quantity, in its SI unit."""
        if name not in self.values:
            if name in self.omitted:
                raise InputError(f"data sheet: {name}", "omitted", self.omitted[name])
            raise UnknownNameError("data sheet", name, self.values)
        return self.values[name]

    def items(self) -> Iterator[tuple[Item, Array]]:
        """Yield (item with unit and meaning, value) in order."""
        known = {item.name: item for item in ITEMS}
        for name, number in self.values.items():
            yield known[name], number

    def to_dataset(self, dims: tuple[str, ...] | None = None) -> xarray.Dataset:
        """Return an xarray Dataset; each variable carries ``units`` and ``long_name``.

        Args:
            dims: names of the axes; ``axis_0``, ``axis_1``, ... where left out.
        """
        import xarray

        shape = np.broadcast_shapes(*(np.shape(number) for number in self.values.values()))
        names = dims if dims is not None else tuple(f"axis_{axis}" for axis in range(len(shape)))
        if len(names) != len(shape):
            raise InputError("Datasheet.to_dataset: dims", names, f"{len(shape)} names are needed")
        variables: dict[str, Any] = {}
        for item, number in self.items():
            full = (*[1] * (len(shape) - np.ndim(number)), *np.shape(number))
            kept = [axis for axis, length in enumerate(full) if length == shape[axis]]
            content = np.reshape(number, [full[axis] for axis in kept])
            attributes = {"units": item.unit, "long_name": item.doc}
            variables[item.name] = (tuple(names[axis] for axis in kept), content, attributes)
        return xarray.Dataset(variables)


def data_sheet(junction: Junction, *, voltage: Array | str = 0.1, only: tuple[str, ...] | None = None) -> Datasheet:
    """Return the static quantities of a junction; of array fields, arrays.

    Junctions along a single long axis are worked off in blocks that fit the cache; results agree with those of the
    properties to 1e-12. A quantity outside the validity of its model is left out with its reason; of a block, for all.

    Args:
        junction: the junction.
        voltage: at which resistances and TMR are read, V; one value.
        only: names of the quantities wanted; all that apply where left out.

    Raises:
        UnknownNameError: a name in ``only`` that no data sheet has.
    """
    read = Quantity("V", "read voltage").read(voltage, "data_sheet: voltage")
    if not isinstance(read, float):
        raise InputError("data_sheet: voltage", "an array", "one read voltage is needed")
    for name in only or ():
        if name not in {item.name for item in ITEMS}:
            raise UnknownNameError("data sheet", name, [item.name for item in ITEMS])
    items = [item for item in ITEMS if (item.name in only if only is not None else item.shown(junction))]
    shape = shape_of(junction)
    if len(shape) != 1 or shape[0] <= _BLOCK:
        return _sheet(junction, read, items)
    blocks = [_sheet(_part(junction, start, shape[0]), read, items) for start in range(0, shape[0], _BLOCK)]
    omitted = {name: why for block in blocks for name, why in block.omitted.items()}
    values: dict[str, Array] = {}
    for name in (item.name for item in items if item.name not in omitted):
        parts = [block.values[name] for block in blocks]
        values[name] = np.concatenate([np.asarray(p) for p in parts]) if np.ndim(parts[0]) else parts[0]
    return Datasheet(values=values, omitted=omitted)


def _sheet(junction: Junction, voltage: float, items: list[Item]) -> Datasheet:
    values: dict[str, Array] = {}
    omitted: dict[str, str] = {}
    for item in items:
        try:
            values[item.name] = item.of(junction, voltage)
        except ValidityError as error:
            omitted[item.name] = str(error)
    return Datasheet(values=values, omitted=omitted)


def _part(content: Any, start: int, total: int) -> Any:
    """The block of a value whose array fields have one axis of length ``total`` (or 1)."""
    changes: dict[str, Any] = {}
    for name in declarations(type(content)):
        field = getattr(content, name)
        if is_value(field):
            changes[name] = _part(field, start, total)
        elif isinstance(field, np.ndarray) and field.ndim and field.shape[0] == total:
            changes[name] = field[start : start + _BLOCK]
    return replace(content, **changes)
