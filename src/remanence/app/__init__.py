"""The command line: thin. It reads arguments, calls the floors below and shows what they return.

Knows: the command and its errors (`cli`), the commands by subject (`network`, `device`, `circuit`, `catalogue`),
console, progress and files (`terminal`). Refuses to know: any physics or arithmetic. Start reading at `cli.main`.
"""
