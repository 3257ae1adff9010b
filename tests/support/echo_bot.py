"""A bot of python-telegram-bot's own making that sends every text back, to measure Derek beside.

python -m tests.support.echo_bot SERVER TOKEN
"""

import sys
from typing import Any

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    """Send a text back."""
    message = update.effective_message
    if message and message.text:
        await message.reply_text(message.text)


def main() -> None:
    """Poll until stopped."""
    server, token = sys.argv[1:]
    builder = Application.builder().token(token).base_url(f"{server}/bot").concurrent_updates(True)
    application: Application[Any, Any, Any, Any, Any, Any] = builder.build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()


if __name__ == "__main__":
    main()
