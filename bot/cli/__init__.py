"""The command line.

`main` is the entry: it prints errors and exits. `commands` is the group; `asking`, `articles`, `editing`,
`keeping`, `syncing`, `upkeep`, `evaluating` and `serving` hold the commands, `options` what several of them
take, and `session` what each begins with. `mistyped` tells which command is meant, `completing` what a shell
completes, and `manual` writes the manual page.
"""
