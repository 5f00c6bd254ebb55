"""Tests of the playground's two local servers."""
