"""Qianfan as the bot's platform: the only folder that knows HTTP and the API's wire format."""
