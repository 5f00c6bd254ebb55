"""Programs that measure the figures of the README; the ordinary tests run none of them whole."""
