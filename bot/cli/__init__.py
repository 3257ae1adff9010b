"""The command line.

`main` is the entry: it prints errors and exits. `commands` is the group; `asking`, `articles`, `keeping`,
`upkeep`, `evaluating` and `serving` hold the commands, `options` what several of them take, and `session`
what each begins with.
"""
