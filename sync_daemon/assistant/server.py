"""The MCP server: the toolbox under the official SDK, over standard input and output."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import wraps
from importlib.metadata import version

import structlog
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations

from sync_daemon.assistant.toolbox import NOTICE, Answer, Tool, Toolbox
from sync_daemon.domain.redaction import redact
from sync_daemon.errors import SheetdError

INSTRUCTIONS = (
    "Rows of a Google Sheet that sheetd keeps up to date, with their results and history."
    " Cells cannot be written. rerun, restore and undo are there only where the user allows them;"
    f" the daemon carries them out, and get_request says what became of them. {NOTICE}"
)

log = structlog.get_logger(__name__)


def make_server(toolbox: Toolbox) -> MCPServer[None]:
    """A server with the tools that the configuration allows."""

    @asynccontextmanager
    async def lifespan(_server: MCPServer[None]) -> AsyncIterator[None]:
        yield
        await toolbox.mirror.close()

    server: MCPServer[None] = MCPServer(
        "sheetd",
        instructions=INSTRUCTIONS,
        version=version("sheetd"),
        log_level="WARNING",
        lifespan=lifespan,
    )
    reads = ToolAnnotations(read_only_hint=True)
    for tool in toolbox.reading():
        server.add_tool(_guarded(tool), annotations=reads)
    for tool in toolbox.changing():
        changes = ToolAnnotations(read_only_hint=False, destructive_hint=True)
        server.add_tool(_guarded(tool), annotations=changes)
    return server


def serve(toolbox: Toolbox) -> None:
    """Serve until the client closes standard input."""
    make_server(toolbox).run("stdio")


def _guarded(tool: Tool) -> Tool:
    """The tool, its errors as the assistant is to read them."""

    @wraps(tool)
    async def call(*arguments: object, **named: object) -> Answer:
        try:
            return await tool(*arguments, **named)
        except SheetdError as error:
            raise ToolError(redact(f"{error.message} {error.hint or ''}".strip())) from error
        except Exception as error:
            log.exception("a defect in sheetd; a tool of the assistant failed", tool=tool.__name__)
            raise ToolError(f"A defect in sheetd: {type(error).__name__}.") from error

    return call
