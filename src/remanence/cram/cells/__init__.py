"""The gates that a junction can do: currents on a logic line, voltage windows, and how often each gate is wrong.

Knows: a cell as a logic line sees it (`cell`, `logic_cell`), currents, windows and disturb (`window`), how likely an
output turns over (`response`), the gates that pass for a junction (`gate_set`).
Refuses to know: networks, programs, rows and drivers. Start reading at `window.window`.
"""
