"""The magnetic tunnel junction: what a stack and a diameter give.

Knows: material stacks (`stack`), the junction and its data sheet (`junction`), demagnetisation, anisotropy and barrier
(`magnetics`), resistance and TMR (`transport`), critical current, write error and write voltage (`switching`), dwell
time and retention (`retention`), cell-to-cell spread (`variation`), ReRAM and phase-change devices
(`resistive`), NOR flash (`flash`), fitting one measured diameter (`fit`).
Refuses to know: transistors, wires, arrays.
Everything broadcasts: any field may be an array. Start reading at `junction.Junction`.
"""

from remanence.device.fit import fit_stack
from remanence.device.flash import Norflash
from remanence.device.junction import Junction, junction
from remanence.device.resistive import Resistive
from remanence.device.stack import Stack, stack
from remanence.device.switching import write_error_rate
from remanence.device.variation import sample_conductances

__all__ = [
    "Junction",
    "Norflash",
    "Resistive",
    "Stack",
    "fit_stack",
    "junction",
    "sample_conductances",
    "stack",
    "write_error_rate",
]
