"""Tools: finding them, feeding them, running them."""
