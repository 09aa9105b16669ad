"""A user's tool, as the documentation shows it."""

from sync_daemon.tooling import Tool, ToolContext

from .schemas import WordCountInputSchema, WordCountResult


class WordCount(Tool[WordCountInputSchema, WordCountResult]):
    """Count the words of a text."""

    name = "word_count"
    version = 1

    def process(self, entry: WordCountInputSchema, context: ToolContext) -> WordCountResult:
        context.log.debug("counting", length=len(entry.text))
        return WordCountResult(words=len(entry.text.split()))
