"""From something out there to articles.

`folders` tells what is in a folder, `ignoring` what of it ignore files leave out. `files` refuses what is no
article, and decodes the others; `adding` puts them into a store, `syncing` brings it in step with folders.
`markdown` turns Markdown into text. `texts` makes a document of a bare text: it cuts it into units, and reads
title, date and language off it where nobody told them. `recut` cuts stored articles anew when the rules by
which texts are cut have changed. `exporting` is the way back, to files, for which `writing` makes Markdown of
a document.
"""
