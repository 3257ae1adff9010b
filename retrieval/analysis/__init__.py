"""Text to what it is found by.

Sentences first (`boundaries` finds spans, `sentences` says what each is), then words, and of words what an
index holds: stems, letters, and keys for names, places and numbers that several languages share (`terms`).
`query_terms` does the same for a question, where words count differently. All pure, and the same for
articles and questions.
"""
