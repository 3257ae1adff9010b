"""What turns texts into vectors: the bundled model, in processes of its own, or a server.

Each is one file, which only the assembly names, and passes `tests/semantic/embedder_contract.py`.
"""
