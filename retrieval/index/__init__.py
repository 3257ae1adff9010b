"""Sentences, found by their words.

`protocol` says what an engine can do: take in numbered batches of changes, and return scored candidates for
a `query`. `memory` and `disk` are the engines, `auto` begins with the one and moves to the other. `bm25` is
the formula and `coverage` counts which of a question's words a sentence meets; both are the same for every
engine.
"""
