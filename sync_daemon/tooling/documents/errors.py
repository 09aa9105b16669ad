"""Why a document has no text."""


class UnreadableDocumentError(ValueError):
    """The document cannot be read; the message goes on after "The file X"."""
