"""The exit code that tells scripts what stopped a command."""

from collections.abc import Mapping

from bot.config import ConfigError
from bot.telegram.errors import BrokenError, TelegramTroubleError, TokenRefusedError
from retrieval.errors import DerekError, EmbedderError, EmbedderUnreachableError, StoreError

#: The first class that an error belongs to decides: those below it in the tree stand before it.
EXIT_CODES: Mapping[type[DerekError], int] = {
    ConfigError: 3,
    StoreError: 3,
    EmbedderUnreachableError: 5,
    EmbedderError: 3,
    TokenRefusedError: 4,
    BrokenError: 70,
    TelegramTroubleError: 5,
    DerekError: 2,
}


def exit_code(error: DerekError) -> int:
    """Return the code that a command ends with which this error stopped.

    >>> exit_code(TokenRefusedError())
    4
    """
    return next(code for kind, code in EXIT_CODES.items() if isinstance(error, kind))
