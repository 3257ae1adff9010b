"""What is remembered of a chat, whichever front end it is held in.

`chat` is the conversation that every front end holds. `history` keeps its questions, and which articles may
answer in it; `settings` understands how people say which, and offers what there is to choose. `access` is the
table of who may do what.
"""
