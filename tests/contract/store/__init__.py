"""The store's contract, kept by SQLite and by PostgreSQL alike."""
