"""From a Boolean function to gates: Verilog, BLIF or a table to an and-inverter graph, then the mapping onto gates.

Knows: sources (`verilog`, `blif`, `compile`), the graph (`aig`, `growing`), making it smaller (`rewriting`,
`resubstitution`, `structures`), the mapping (`mapping`).
Refuses to know: columns and their reuse (`schedule`). Start reading at `compile.compile`.
"""
