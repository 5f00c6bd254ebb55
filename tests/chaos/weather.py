"""What is wrong with Slack all the time: throttled, lost and late posts, a history that lags."""

from bot.playground.slack import LocalSlack

POST, EDIT = "chat.postMessage", "chat.update"
READS = ("conversations.history", "conversations.replies", "conversations.info")

#: How long after its lost answer a post may take effect, and how long until it can be read.
LATEST_EFFECT = 20.0
LARGEST_LAG = 3.0


def spoil(slack: LocalSlack) -> None:
    """30 % of posts and edits come too soon, 10 % of all answers are lost, some take effect late.

    Others are so slow that their client gives them up.
    """
    faults = slack.faults
    faults.history_lag = (0.0, LARGEST_LAG)
    for method in READS:
        faults.drop("after", method, share=0.1)
    for method in (POST, EDIT):
        faults.drop("before", method, share=0.03)
        faults.drop("after", method, share=0.04)
        faults.ratelimit(method, retry_after=(1.0, 5.0), share=0.3)
    faults.drop("late", POST, late_by=(0.0, LATEST_EFFECT), share=0.03)
    faults.delay((5.0, LATEST_EFFECT), POST, share=0.02)
