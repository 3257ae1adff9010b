"""A text taken apart into sentences, words, and the terms by which it is found.

Sentences first (`boundaries` finds spans, `sentences` says what each is), then words, and of words what an
index holds: stems, character n-grams, and cross-lingual keys for names, places and numbers (`terms`).
`query_terms` does the same for a question, where each term has a weight. All pure.
"""
