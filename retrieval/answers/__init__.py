"""Questions to answers, each of them a citation.

`searcher` finds evidence for a question, `answerer` makes `citations` of it and checks them again when they
are sent; `highlight` marks the short answer within a quote, by laying it beside the question (`wording`),
and `explanations` say why a sentence was cited.
"""
