"""The conversation in Telegram.

`application` polls or listens, and asks again when Telegram refuses. `handlers` answer what `updates` bring,
those of one chat in their order (`per_chat`). `incoming` and `administration` take articles, `settings` has
the buttons of a chat's settings, `roles` asks who may do it, and `replies` sends.
"""
