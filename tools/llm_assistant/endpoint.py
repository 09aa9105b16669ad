"""Asking an OpenAI-compatible endpoint: one request, and what its failures mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import SecretStr

from sync_daemon.tooling import (
    AddressRefusedError,
    CertificateError,
    RobotsRefusedError,
    ToolContext,
    ToolError,
    TransientToolError,
)
from sync_daemon.tooling.retry_after import parse_retry_after

from .dialect import Dialect
from .question import Question
from .schemas import LlmOptions

TIMEOUT_S = 100.0
MOST_BYTES = 1_000_000
_PASSING = {408, 409, 425, 429}
_BAD_REQUEST = {400, 404, 415, 422, 501}
_MOST_COMPLAINT = 10_000


class MannerRefusedError(ToolError):
    """The endpoint wants the question put in another dialect, `wanted`."""

    def __init__(self, message: str, wanted: Dialect) -> None:
        super().__init__(message)
        self.wanted = wanted


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint with its key."""

    context: ToolContext[LlmOptions]
    key: SecretStr | None

    async def ask(self, question: Question, dialect: Dialect) -> bytes:
        """The body of the answer to ``question``.

        Raises:
            MannerRefusedError: put otherwise, it may answer.
            ToolError: somebody has to change the options.
            TransientToolError: later it may answer.
        """
        options = self.context.options
        url = f"{options.endpoint}/chat/completions"
        body = request_body(question, options, dialect)
        try:
            response = await self.context.http_async.post(
                url, json=body, headers=self._headers(), follow_redirects=False, timeout=TIMEOUT_S
            )
        except AddressRefusedError as error:
            raise _not_allowed("is not on the public web", options) from error
        except RobotsRefusedError as error:
            raise _not_allowed("does not want programs (robots.txt)", options) from error
        except httpx.TimeoutException as error:
            host = _host(options)
            raise TransientToolError(f"The model at {host} did not answer in time.") from error
        except CertificateError as error:
            raise TransientToolError(f"{error}.") from error
        except httpx.HTTPError as error:
            raise _unreachable(options) from error
        _check_status(response, options, dialect)
        if len(response.content) > MOST_BYTES:
            raise ToolError(f"The answer of {_host(options)} is too large.")
        return response.content

    def _headers(self) -> Mapping[str, str]:
        fields = {"Accept": "application/json"}
        if self.key is not None:
            fields["Authorization"] = f"Bearer {self.key.get_secret_value()}"
        return fields


def request_body(question: Question, options: LlmOptions, dialect: Dialect) -> dict[str, Any]:
    """What is posted; it never names a tool that the model could call."""
    body: dict[str, Any] = {
        "model": options.model,
        "messages": question.messages(),
        dialect.limit: options.max_answer_tokens,
        "stream": False,
    }
    if dialect.has_temperature:
        body["temperature"] = 0
    if dialect.form == "json_schema":
        schema = {"name": "row", "strict": True, "schema": question.schema}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif dialect.form == "json_object":
        body["response_format"] = {"type": "json_object"}
    return body


def _check_status(response: httpx.Response, options: LlmOptions, dialect: Dialect) -> None:
    status, host = response.status_code, _host(options)
    if response.is_success:
        return
    if response.is_redirect:
        message = f"{host} sends the question elsewhere, which is not followed."
        raise ToolError(message, hint="Correct the option endpoint.")
    if status in _PASSING or (response.is_server_error and status not in _BAD_REQUEST):
        wait = parse_retry_after(response.headers.get("Retry-After", ""))
        raise TransientToolError(
            f"The model at {host} cannot answer now ({status}).", retry_after=wait
        )
    wanted = dialect.after(response.text[:_MOST_COMPLAINT]) if status in _BAD_REQUEST else None
    if wanted is not None:
        raise MannerRefusedError(f"{host} wants to be asked otherwise ({status}).", wanted)
    raise _refused(status, options)


def _refused(status: int, options: LlmOptions) -> ToolError:
    host = _host(options)
    match status:
        case 401 | 403:
            message = f"{host} does not accept the key ({status})."
            return ToolError(message, hint="Check it in the configuration.")
        case 402:
            return ToolError(f"{host} wants to be paid first (402).", hint="See to your account.")
        case 404:
            message = f"{host} does not know the model {options.model} or that address (404)."
            return ToolError(message, hint="Check model and endpoint; Ollama: ollama pull MODEL.")
        case 413:
            message = f"The text is too long for {host} (413)."
            return ToolError(message, hint="Lower max_text_characters.")
    message = f"{host} refused the question ({status})."
    hint = "Check model, and whether the text is too long for it: lower max_text_characters."
    return ToolError(message, hint=hint)


def _not_allowed(why: str, options: LlmOptions) -> ToolError:
    url = httpx.URL(options.endpoint)
    origin = str(url.copy_with(raw_path=b"/")).rstrip("/")
    return ToolError(
        f"The endpoint {url.host} is not asked: it {why}.",
        hint=f'If you trust it, write in [tools]: allow_origins = ["{origin}"].',
    )


def _unreachable(options: LlmOptions) -> TransientToolError:
    return TransientToolError(
        f"Cannot reach the model at {_host(options)}.",
        hint="Is it running? For Ollama: ollama serve.",
    )


def _host(options: LlmOptions) -> str:
    return httpx.URL(options.endpoint).host
