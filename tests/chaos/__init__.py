"""Chaos: `qfbot serve` as real processes that are killed, frozen and starved, and what is heard."""
