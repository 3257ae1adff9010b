"""A text taken apart into sentences, words, and the terms by which it is found.

Sentences first (`boundaries` finds spans, `sentences` says what each is), then words, and of words what an
index holds: stems, character n-grams, and cross-lingual keys for names, places and numbers (`terms`). What is
asked is an `AnalysedText`, taken apart once, and `query_terms` are its terms, each with a weight. All pure.
"""
