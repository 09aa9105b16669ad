"""Sources of postings: job boards with public JSON, and RSS or Atom feeds."""
