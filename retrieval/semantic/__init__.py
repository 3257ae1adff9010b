"""Sentences, found by what they mean.

An `embedder` turns texts into vectors; `embedders` has those that there are. `token_vectors` are what it may
tell of the tokens of a text besides. `semantic_index` follows the
store and embeds what lacks a vector. `vector_store` keeps vectors at rest, a byte a dimension
(`quantisation`), in a file that is only appended to (`row_file`). In memory they stand in `pages`:
`language_vectors` compares those of one language, less what they have in common (`centroids`), of very many
only the likeliest (`binary_codes`), and `neighbours` searches every language. `word_vectors` says what single
words mean, and `alignment` how those of a question and of a sentence meet. `similarity` is what the ranking
asks of all this. Answers need none of it: without a model they go by words alone.
"""
