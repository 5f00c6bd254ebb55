"""The playground: a local Slack and a local Qianfan around the real bot, on this machine only."""
