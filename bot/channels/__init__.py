"""The ways out and in beside Telegram, one module each: the web chat."""
