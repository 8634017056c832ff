"""The command line: thin. It reads arguments, calls the floors below and shows what they return.

Knows: `cli`. Refuses to know: any physics or arithmetic. Start reading at `cli.main`.
"""
