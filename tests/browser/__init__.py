"""Tests of the playground's page with a real Chromium."""
