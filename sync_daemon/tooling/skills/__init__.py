"""Skills in a text: the curated vocabulary, a matcher, and a trained tagger."""
