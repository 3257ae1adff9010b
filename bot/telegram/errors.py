"""What can go wrong between Derek and Telegram; importing this does not import python-telegram-bot.

DerekError
└── TelegramTroubleError
    ├── TokenRefusedError      Telegram does not know the token
    ├── UnreachableError       the network, or the server, is down
    └── BrokenError            the work on what comes in ended by a fault of Derek's own
"""

from bot.config import TOKEN_VARIABLE
from retrieval.errors import DerekError


class TelegramTroubleError(DerekError):
    """Telegram cannot be worked with."""


class TokenRefusedError(TelegramTroubleError):
    """Telegram refused the token."""

    def __init__(self) -> None:
        super().__init__(
            f"Telegram refused the token in {TOKEN_VARIABLE}: it was mistyped or revoked; "
            "ask @BotFather for the current one"
        )


class UnreachableError(TelegramTroubleError):
    """Telegram's server cannot be reached."""

    def __init__(self, server: str, reason: str) -> None:
        self.server, self.reason = server, reason
        super().__init__(
            f"{server} cannot be reached: {reason}; "
            "check the network, a proxy or telegram.api in the settings"
        )


class BrokenError(TelegramTroubleError):
    """What takes updates in, works on them or sends answers ended by a fault of Derek's own."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(
            f"the work in Telegram ended by a {kind}, a fault of Derek; the log above says where, "
            "and what came in is answered after the next start"
        )
