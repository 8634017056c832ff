"""Ground floor: what every other floor speaks.

Knows: declared quantities and their units (`declare`, `units`), errors that name the rule and the remedy (`errors`),
stateless random streams (`stream`), counts of hardware events (`events`), where a result came from (`provenance`).
Refuses to know: any physics, any parameter, any file format.
Start reading at `declare`: every value in the house is made with it.
"""
