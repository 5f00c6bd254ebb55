"""What people can ask: from words to a call, through one router, to a handler and its reply."""
