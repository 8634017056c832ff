"""Netlists of a junction: an ngspice subcircuit and a Verilog-A module, both with the dynamics of the free layer.

Knows: what a netlist needs of a junction (`model`), the two forms (`spice`, `verilog_a`), their heads (`header`), the
names that a simulator can read (`identifier`), writing to a file (`export`).
Refuses to know: transistors and circuits around the junction; how a simulator is started.
Start reading at `model.CompactModel`: its docstring holds the equations that both forms write down.
"""

from remanence.device.netlist.export import FORMATS, export_netlist
from remanence.device.netlist.model import CompactModel, compact_model
from remanence.device.netlist.spice import spice
from remanence.device.netlist.verilog_a import verilog_a

__all__ = ["FORMATS", "CompactModel", "compact_model", "export_netlist", "spice", "verilog_a"]
