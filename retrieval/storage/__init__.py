"""Articles at rest, in SQLite: the truth that every index and every vector follows.

`store` numbers each change, so that whoever follows it can ask what it missed, and keeps what an addition
replaced, so that it can be taken back. `database` is one SQLite file for many threads and processes, with
its migrations.
"""
