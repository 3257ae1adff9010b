"""What is remembered of a chat, whichever front end it is held in.

`chat` is the conversation that every front end holds, `history` keeps its questions and its settings,
`settings` says which articles may answer in it, and `access` who may do what.
"""
