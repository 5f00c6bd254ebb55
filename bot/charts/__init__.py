"""Loss curves as pictures, drawn in a process of its own."""
