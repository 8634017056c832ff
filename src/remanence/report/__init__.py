"""The only floor that draws: tables for the terminal (`tables`), figures (`figures`), the page (`page`).

Knows: how a result is best seen, and in which words it may be told (`verdict`).
Refuses to know: how a result was computed; it is given finished ones.
Start reading at `page.page` or `tables.comparison`.
"""
