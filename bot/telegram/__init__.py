"""The conversation in Telegram.

`application` builds the bot and runs it: it polls or listens, and asks again when Telegram refuses; `errors`
says what can go wrong with Telegram. `per_chat` works on the updates of one chat in their order, and
`updates` says what one holds. `handlers` answers each kind of update, but for those that add or remove
articles (`administration`), say which may answer (`settings`) or have a person forgotten (`privacy`); `roles`
keeps each for those who may do it. Strangers come to `requests` or by `admission`, and chats to `groups`;
what became of them stands in the `roster`, and who did it in `auditing`. `incoming` makes articles of
messages, `replies` makes messages of blocks and sends them, and `notices` go to people who did not just
write.
"""
