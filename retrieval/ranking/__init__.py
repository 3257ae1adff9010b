"""Candidates to evidence: how probable it is that a sentence answers.

`features` says what speaks for each candidate, `weights` holds what was learned from judged questions, and
`ranker` orders the candidates by it and says how far the best can be trusted.
"""
