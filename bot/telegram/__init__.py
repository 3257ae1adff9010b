"""The conversation in Telegram.

`application` builds the bot and runs it: it polls or listens, and asks again when Telegram refuses; `errors`
says what can go wrong with Telegram. `per_chat` works on the updates of one chat in their order, and
`updates` says what one holds. `handlers` answers each kind of update, but for those that add or remove
articles (`administration`) and those that say which may answer (`settings`); `roles` keeps each for those who
may do it. `incoming` makes articles of messages, and `replies` makes messages of blocks and sends them.
"""
