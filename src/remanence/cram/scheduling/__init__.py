"""What a schedule is made of: an order of the gates, free columns and their presets, and what narrow arrays ask for.

Knows: the order (`order`), columns and the steps written so far (`columns`), values that go to arrays side by side and
come back (`spilling`), columns of two parities as 1T1M arrays want them (`parity`), gates in segments of a line that
share a step (`segments`, `segment_places`).
Refuses to know: how a network comes about, volts, joules. Start reading at `columns.Columns`; `schedule.schedule` puts
these together.
"""
