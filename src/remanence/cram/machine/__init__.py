"""The array that runs programs: its limits, what drives it, what a program costs on it, and how often it is wrong.

Knows: an array and its limits (`array`), lines in segments (`switches`), decoders and drivers (`drivers`), bits met by
gates (`activity`), steps, joules, area and wear (`cost`), errors of a program (`reliability`), a published claim's
assumptions (`claim_case`).
Refuses to know: where programs come from; whole chips. Start reading at `array.Array` and `cost.cost`.
"""
