"""Slack as the bot's way in and out: the only folder that knows Slack."""
