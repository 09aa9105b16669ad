"""What a language model says about a text."""

from __future__ import annotations

from typing import ClassVar

from sync_daemon.tooling import Tool, ToolContext, ToolError, is_blank
from sync_daemon.tooling.cell_text import distinct_lines, one_line, plain_text

from .cache import KeptAnswer, keep, question_digest, recall
from .dialect import Dialect, keep_dialect, recall_dialect
from .endpoint import Endpoint, MannerRefusedError
from .keys import find_key
from .question import Question, make_question
from .reading import Answer, Reply, read_answer, read_reply
from .schemas import (
    MOST_ANSWER,
    MOST_ITEM,
    MOST_ITEMS,
    MOST_QUOTE,
    MOST_QUOTES,
    LlmInputSchema,
    LlmOptions,
    LlmResult,
)
from .spending import reserve
from .wording import folded, occurs_in


class LlmAssistant(Tool[LlmInputSchema, LlmResult]):
    """Ask a language model of your choice about a text, within limits.

    It works with any endpoint that speaks as OpenAI's /chat/completions does; the
    default is Ollama on this machine, which needs no key and sends nothing away.
    The options say what to ask for: an answer, and if wanted a list of items, a
    score and quotes. Quotes that the text does not have are dropped and counted.

    The text is given to the model as data. Whatever stands in it, the model can do
    no more than fill this row's cells. Requests and tokens a day are limited, and
    an equal question is answered from memory. A model can be wrong: check it.
    """

    name = "llm_assistant"
    version = 1
    Options = LlmOptions
    timeout: ClassVar[float] = 120.0
    concurrency: ClassVar[int | None] = 2
    max_attempts: ClassVar[int] = 3

    async def process(self, entry: LlmInputSchema, context: ToolContext[LlmOptions]) -> LlmResult:
        """Ask about one text."""
        question = make_question(entry, context.options)
        if is_blank(question.text):
            raise ToolError("There is no text to ask about.")
        digest = question_digest(question, context.options)
        kept = recall(context.memory, digest)
        if kept is not None:
            return make_result(kept, question, context.options, is_kept=True)
        endpoint = Endpoint(context, find_key(context.options))
        reply, tokens = await _ask(endpoint, question)
        new = KeptAnswer(
            digest=digest,
            model=one_line(reply.model or context.options.model, MOST_ITEM),
            answer=read_answer(reply),
        )
        keep(context.memory, new)
        return make_result(new, question, context.options, tokens=tokens)


async def _ask(endpoint: Endpoint, question: Question) -> tuple[Reply, int]:
    """The reply and the tokens it cost, in the strictest dialect that the endpoint takes."""
    context = endpoint.context
    dialect = first = recall_dialect(context.memory, context.options)
    while True:
        try:
            asked = await _ask_once(endpoint, question, dialect)
        except MannerRefusedError as refused:
            context.log.info("put the question otherwise", dialect=refused.wanted.model_dump())
            dialect = refused.wanted
            continue
        if dialect != first:
            keep_dialect(context.memory, context.options, dialect)
        return asked


async def _ask_once(endpoint: Endpoint, question: Question, dialect: Dialect) -> tuple[Reply, int]:
    """One request, counted; what a failed one may have cost stays counted."""
    options = endpoint.context.options
    estimate = question.token_estimate() + options.max_answer_tokens
    reservation = reserve(endpoint.context, estimate)
    try:
        body = await endpoint.ask(question, dialect)
    except MannerRefusedError:
        reservation.settle(0)
        raise
    reply = read_reply(body)
    tokens = estimate if reply.tokens is None else reply.tokens
    reservation.settle(tokens)
    return reply, tokens


def make_result(
    kept: KeptAnswer,
    question: Question,
    options: LlmOptions,
    *,
    tokens: int = 0,
    is_kept: bool = False,
) -> LlmResult:
    """The answer, checked and made fit for cells; what was not asked for is left out."""
    answer, text = kept.answer, folded(question.text)
    items = distinct_lines(answer.items if options.items else [], MOST_ITEMS, MOST_ITEM)
    quotes = distinct_lines(answer.quotes if options.quotes else [], MOST_QUOTES, MOST_QUOTE)
    good_quotes = [quote for quote in quotes if occurs_in(quote, text)]
    good_items = [one for one in items if not options.items_in_text or occurs_in(one, text)]
    return LlmResult(
        answer=plain_text(answer.answer, MOST_ANSWER),
        items=good_items,
        score=_score(answer, options),
        quotes=good_quotes,
        unsupported=len(quotes) - len(good_quotes) + len(items) - len(good_items),
        is_cut=question.is_cut,
        is_kept=is_kept,
        tokens=tokens,
        model=kept.model,
    )


def _score(answer: Answer, options: LlmOptions) -> float | None:
    score = answer.score
    if not options.score or score is None or not options.lowest <= score <= options.highest:
        return None
    return score
