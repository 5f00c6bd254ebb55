"""The only place where qfbot's sentences are written; each builder is named after its sentence."""
