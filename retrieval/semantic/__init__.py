"""Sentences, found by what they mean.

An `embedder` turns texts into vectors. `semantic_index` follows the store and embeds what lacks a vector;
`vector_store` keeps vectors in bytes (`quantisation`, `row_file`); `language_vectors` compares those of one
language, less their `centroids`, the likeliest of very many first (`binary_codes`), and `neighbours` those
of all. `word_vectors` and `alignment` do the same for single words. Answers need none of it: without a
model they go by words alone.
"""
