"""The machine: arrays and chips that compute, what they do, what that costs, and how often it is wrong.

Knows: an array and its limits (`array`), lines in segments (`switches`), decoders and drivers (`drivers`), rows that
are read and written (`row_access`), a chip of arrays with its bus (`chip`), its instructions (`instructions`), lists of
them (`sequence`, `sequence_file`), how they run (`execute`) and when (`timeline`); bits met by gates (`activity`),
costs of a program (`cost`), its errors (`reliability`), a published claim's assumptions (`claim_case`).
Refuses to know: where programs come from; other chips. Start reading at `array.Array`, `cost.cost`, `sequence`.
"""
