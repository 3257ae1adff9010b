"""From something out there to articles.

`files` finds, guards and decodes them, `markdown` turns Markdown into text, and `texts` reads title, date
and language off a bare text. A format is one module here.
"""
