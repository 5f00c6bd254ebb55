"""What the bot must not forget: the only folder that knows SQL."""
