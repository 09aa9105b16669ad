"""Inputs and result of the word counter."""

from sync_daemon.tooling import ToolInputSchema, ToolResultSchema


class WordCountInputSchema(ToolInputSchema):
    text: str


class WordCountResult(ToolResultSchema):
    words: int
