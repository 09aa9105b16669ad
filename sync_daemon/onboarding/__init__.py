"""From nothing to a configuration that works: what ``sheetd init`` finds out and proposes."""
