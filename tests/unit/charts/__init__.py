"""Tests of the pictures and of the process that draws them."""
