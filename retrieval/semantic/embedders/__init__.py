"""What turns texts into vectors: the bundled model, in processes of its own, or a server.

Each is one file, which only the assembly names, and passes `tests/semantic/embedder_contract.py`. The program
of those processes has two engines: the library that the model comes with, and ours in NumPy, `e5`, made of a
reader of the same weights (`model_file`), a `tokenizer` and an `encoder`.
"""
