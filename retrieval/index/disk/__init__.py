"""The index on disk, for corpora that memory would be too small or too slow for.

tantivy (`documents`) finds the candidates; packed terms and statistics in SQLite (`statistics`) score their
articles exactly (`search`). `index` keeps the two in step, and empties both when they are damaged or out of
date.
"""
