"""What the tests share: texts of every kind, a Bot API, a server of embeddings, a recording request."""
