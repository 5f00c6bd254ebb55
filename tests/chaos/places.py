"""The places in the bot's code where `pointed` can meet it: the one list of their names."""

#: The change and what is owed for it, in one transaction.
RECORD = "bot.store.duties:StoredDuties.record"

#: The attempt is written down; the message is noted; it was searched for in vain.
ATTEMPTING = "bot.store.outbox:StoredOutbox.attempting"
SENT = "bot.store.outbox:StoredOutbox.sent"
SEARCH_AFTER = "bot.store.outbox:StoredOutbox.search_after"

#: An announcement's files are noted; the very call of Slack's that ends an upload.
PREPARED = "bot.store.outbox:StoredOutbox.prepared"
UPLOADED = "slack_sdk.web.async_client:AsyncWebClient.files_completeUploadExternal"

#: The message is posted; it is searched for; the very call of Slack's that posts it.
POST = "bot.slack.announcer:SlackAnnouncer.post"
FIND = "bot.slack.announcer:SlackAnnouncer.find"
WRITE = "slack_sdk.web.async_client:AsyncWebClient.chat_postMessage:before"
