"""Arithmetic as networks of gates: what a hand writes better than synthesis finds it.

Knows: logic from whatever gates are allowed (`logic`), integers (`integer`, `division`), sums of many bits
(`bit_heap`), copies and codes against errors (`redundancy`). Refuses to know: columns, rows, NumPy's rules.
All of it takes a `netlist.Builder` and words, tuples of signals, lowest bit first. Start reading at `integer.add`.
"""
