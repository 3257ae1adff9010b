"""PDF, which knows letters in places and nothing else, to blocks.

letters ─ page_lines ─▶ lines ─ heads, columns, footnotes, tables ─▶ paragraphs ─ outline ─▶ blocks
"""
