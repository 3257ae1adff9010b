"""PDF, which knows letters in places and nothing else, to blocks.

glyphs ─ page_lines ─▶ lines of pages ─ heads, columns, footnotes, tables ─▶ paragraphs ─ outline ─▶ blocks
"""
