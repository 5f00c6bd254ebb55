"""qfbot: a Slack bot for teams that fine-tune models on Baidu Qianfan."""

__version__ = "0.1.0"
