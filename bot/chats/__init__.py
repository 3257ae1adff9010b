"""What is remembered of a chat, whichever front end it is held in.

`history` keeps its questions and its settings; `settings` says which articles may answer in it.
"""
