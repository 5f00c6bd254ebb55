"""What the bot notices by itself: looking, comparing, recording, and sending what is owed."""
