"""`qfbot check`: looks at all that is set up, and says what is to be mended and how."""
