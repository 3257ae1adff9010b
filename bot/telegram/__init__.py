"""Derek in Telegram."""
