"""From something out there to articles.

`files` finds files, refuses what is no article, and decodes the others. `markdown` turns Markdown into text.
`texts` makes a document of a bare text: it cuts it into units, and reads title, date and language off it
where nobody told them. `recut` cuts stored articles anew when the rules by which texts are cut have changed.
"""
