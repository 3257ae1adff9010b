"""Articles that say the same in slightly other words, and sentences of theirs that do.

text ─ shingles ─▶ Signature ─ bands ─▶ NearDuplicates ◀─ Store
"""
