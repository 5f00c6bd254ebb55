"""Plain values and rules: nothing here knows Slack, HTTP, SQL or a scheduler."""
