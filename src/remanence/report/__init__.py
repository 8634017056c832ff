"""The only floor that draws: tables for the terminal (`tables`) and figures (`figures`).

Knows: how a result is best seen. Refuses to know: how it was computed; it is given finished results.
Start reading at `tables.comparison`.
"""
