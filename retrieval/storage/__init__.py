"""Articles at rest, in SQLite: the truth that every index and every vector follows.

`store` numbers each change, so that whoever follows it can ask what it missed. `documents` are the rows of
one document, `duplicates` those that wait for an article with their text to go, and `edits` keep what
each of them replaced, so that it can be taken back, which `receipts` tell. `schema` is how the tables came
about, and `database` one SQLite file for many threads and processes.
"""
