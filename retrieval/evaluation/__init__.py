"""How good the answers are.

`judged` reads sets of questions with the sentences that answer them, `runs` puts them through the pipeline,
`measures` computes what papers print. `cached_embedder` keeps vectors from one run to the next.
"""
