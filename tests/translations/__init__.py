"""A program that brings the catalogues up to date: `uv run python -m tests.translations`."""
