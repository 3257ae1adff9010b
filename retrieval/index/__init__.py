"""Sentences, found by their words.

`protocol` says what an engine must give: it takes in numbered batches of changes, and its reader names the
articles of the best sentences and gives their terms. `memory` and `disk` are the engines, `auto` begins with
the one and moves to the other. `search` scores what they give for a `query`, by the formula in `bm25`, and
`coverage` counts which of a question's words a sentence meets: the same for every engine.
"""
