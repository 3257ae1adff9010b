"""What is remembered of a chat, whichever front end it is held in, and who may do what in it.

`chat` is the conversation that every front end holds. `history` keeps its questions, and which articles may
answer in it; `settings` understands how people say which, and offers what there is to choose. `access` is the
table of who may do what; `people` keeps what administrators decided: of `persons` and `places`, with the
`admission` by invitation or code, and the `audit` of what they did. `rates` counts who asks how much.
"""
