"""What the author of a tool imports: the base class, its schemas and its errors.

A tool turns validated inputs of one row into a validated result::

    from sync_daemon.tooling import Tool, ToolContext, ToolInputSchema, ToolResultSchema

    class WordCountInputSchema(ToolInputSchema):
        text: str

    class WordCountResult(ToolResultSchema):
        words: int

    class WordCount(Tool[WordCountInputSchema, WordCountResult]):
        \"\"\"Count the words of a text.\"\"\"

        name = "word_count"
        version = 1

        def process(self, entry: WordCountInputSchema, context: ToolContext) -> WordCountResult:
            return WordCountResult(words=len(entry.text.split()))

``process`` may be ``async def``. A ``def`` runs in a thread, several at once, so
a tool keeps no state of one call on ``self``. Mistakes in the definition of a
class are raised when Python reads it, as `ToolDefinitionError`.
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Generic,
    ParamSpec,
    Protocol,
    TypeAlias,
)

from pydantic import BaseModel, ConfigDict, WithJsonSchema
from structlog.typing import FilteringBoundLogger
from typing_extensions import TypeVar

from sync_daemon import tool_definition
from sync_daemon.domain.cells import is_blank
from sync_daemon.domain.decoration import Format
from sync_daemon.domain.jobs import Ask, JsonValue
from sync_daemon.errors import ConfigError
from sync_daemon.tooling.errors import ToolError, TransientToolError
from sync_daemon.tooling.fetch_errors import (
    AddressRefusedError,
    EncodingRefusedError,
    FetchDelayedError,
    FetchRefusedError,
    HostBusyError,
    RobotsRefusedError,
    RobotsUnknownError,
    TooLargeError,
)
from sync_daemon.tooling.parsing import DirectParsers, Parsers, TooComplexError, reads_with

if TYPE_CHECKING:
    import httpx

    from sync_daemon.tooling.certificates import CertificateError

__all__ = [
    "AddressRefusedError",
    "Ask",
    "CertificateError",
    "DirectParsers",
    "EncodingRefusedError",
    "FetchDelayedError",
    "FetchRefusedError",
    "Format",
    "HostBusyError",
    "HttpProvider",
    "LinkText",
    "MirrorReader",
    "MirrorRow",
    "Parsers",
    "RobotsRefusedError",
    "RobotsUnknownError",
    "TooComplexError",
    "TooLargeError",
    "Tool",
    "ToolClock",
    "ToolContext",
    "ToolDefinitionError",
    "ToolError",
    "ToolInputSchema",
    "ToolMemory",
    "ToolOptions",
    "ToolResultSchema",
    "TransientToolError",
    "is_blank",
    "reads_with",
]


def __getattr__(name: str) -> object:
    """`CertificateError` is a class of httpx's, which a tool that fetches nothing need not load."""
    if name == "CertificateError":
        from sync_daemon.tooling.certificates import CertificateError  # noqa: PLC0415

        return CertificateError
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


LinkText: TypeAlias = Annotated[str, WithJsonSchema({"type": "string", "format": "uri"})]
"""An input that is a web address, as the user pasted it.

Where the cell shows a label instead, the tool is given the address of the link behind it.
"""


class ToolDefinitionError(ConfigError):
    """A tool class is written wrongly; the message names the class and its file."""


class ToolInputSchema(BaseModel):
    """Base of a tool's inputs: one field an input, required unless it has a default.

    Frozen; an input that the schema does not name is an error. ``Annotated[str, Ask.PASTE]``
    says how a row's status asks for it: paste the Description, add a Link, fill in Status.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)


class ToolResultSchema(BaseModel):
    """Base of a tool's result: one field an output; frozen, nothing unknown.

    ``Annotated[float, Format.MONEY]`` says how the cells of a new column show it. A field's
    description becomes the note on the column's header.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")


class ToolOptions(BaseModel):
    """Convenient base of a tool's ``Options``: frozen, an unknown option is an error.

    Also the options of a tool that declares none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class ToolClock(Protocol):
    """The time, so that a tool can be tested at any hour."""

    def now(self) -> datetime:
        """The wall clock, timezone-aware, in UTC."""


class HttpProvider(Protocol):
    """Gives the HTTP clients that a tool may use."""

    def client(self) -> httpx.Client:
        """The client for ``def process``; shared by threads, not to be closed by tools."""

    def async_client(self) -> httpx.AsyncClient:
        """The client for ``async def process``, belonging to the running event loop."""


@dataclass(frozen=True, slots=True)
class MirrorRow:
    """One row as the mirror knows it: header → cell, result column → value.

    ``row_number`` is where it stood when the sheet was read; people know it by that.
    """

    row_id: str
    cells: Mapping[str, JsonValue]
    results: Mapping[str, JsonValue] = field(default_factory=dict)
    first_seen: datetime | None = None
    row_number: int | None = None


class MirrorReader(Protocol):
    """Read access to the mirror."""

    def rows(self, sheet: str) -> Iterable[MirrorRow]:
        """The rows of the configured sheet called ``sheet``, as they stand in it.

        Deleted ones are left out. The cells do not change during a run; results do.
        """


class ToolMemory(Protocol):
    """What a tool keeps between its calls, on whatever row; it survives crashes.

    Keys and values are text; other tools do not see them. What was kept while
    working on a row is erased with that row (``sheetd forget``).
    """

    def get(self, key: str) -> str | None:
        """What is kept under ``key``."""

    def put(self, key: str, value: str) -> None:
        """Keep ``value``, in place of what was kept."""

    def claim(self, key: str) -> bool:
        """Keep ``key`` if nobody has; whether that was so: for what must not happen twice."""

    def release(self, key: str) -> None:
        """Forget ``key``."""


O = TypeVar("O", default=Any)  # noqa: E741 - beside I and R
I = TypeVar("I", bound=ToolInputSchema)  # noqa: E741 - the contract's letter
R = TypeVar("R", bound=ToolResultSchema)
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ToolContext(Generic[O]):
    """What surrounds one call of ``process``.

    ``ToolContext[MyOptions]`` tells a type checker what `options` is; plain
    ``ToolContext`` does as well.

    Attributes:
        row_id: the row being worked on.
        sheet: the configured sheet that the row belongs to.
        options: the step's options, an instance of the tool's ``Options``.
        log: a structlog logger bound to the tool and the row.
        clock: the time.
        mirror: read access to the rows that sheetd knows.
        memory: what the tool keeps between its calls.
        attempt: 1 for the first attempt at this job.
        run_id: the run that the call belongs to; None outside one.
        input_columns: input → the column in which other rows have the like: the one it
            is read from, or the one that the other step's output is written to, if any.
        output_columns: output → the column that it is written to.
        parsers: what `parse` calls functions with.
    """

    row_id: str
    sheet: str
    options: O
    log: FilteringBoundLogger
    clock: ToolClock
    mirror: MirrorReader
    provider: HttpProvider = field(repr=False)
    memory: ToolMemory
    attempt: int = 1
    run_id: int | None = None
    input_columns: Mapping[str, str] = field(default_factory=dict)
    output_columns: Mapping[str, str] = field(default_factory=dict)
    parsers: Parsers = field(default=DirectParsers(), repr=False)

    @property
    def http(self) -> httpx.Client:
        """The HTTP client for ``def process``, safe for addresses that strangers typed.

        It reaches the public web alone, asks each robots.txt, waits for its turn, and
        reads so much and no more; see `sync_daemon.tooling.fetch_errors`. A request's
        ``timeout=`` is the time it may take in all.
        """
        return self.provider.client()

    @property
    def http_async(self) -> httpx.AsyncClient:
        """The same for ``async def process``."""
        return self.provider.async_client()

    def parse(self, read: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """What ``read`` makes of bytes that a stranger wrote, such as a page or a document.

        It is called in another process, which is ended when it takes more than some
        seconds or some 100 MB: so nothing can stop a run or fill the memory. ``read`` is
        a function at the top level of a module of the tool; what it takes and gives is
        data that `pickle` carries. In a test without a pool it is simply called. Libraries
        that only ``read`` needs can be imported in it; see `reads_with`.

        Raises:
            TooComplexError: it takes too much; left uncaught, the row says so.
            ToolError: it brought its process down.
            Exception: whatever ``read`` raises.
        """
        return self.parsers.call(read, arguments, named)

    async def parse_async(self, read: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """The same for ``async def process``."""
        return await self.parsers.call_async(read, arguments, named)


class Tool(ABC, Generic[I, R]):
    """Base class of tools. The docstring of a subclass is its help text.

    A subclass that leaves the type parameters open (``class Base(Tool[I, R])``)
    is an intermediate base and not checked.
    """

    name: ClassVar[str]
    """How configurations name the tool: lower-case letters, digits and ``_``."""
    version: ClassVar[int]
    """Raise it when equal inputs give other results: every row is then run again."""
    Options: ClassVar[type[BaseModel]] = ToolOptions
    """The options a step may set, read as ``context.options``."""
    timeout: ClassVar[float] = 30.0
    """Seconds that one attempt may take."""
    concurrency: ClassVar[int | None] = None
    """Attempts at one time; None leaves it to the executor."""
    rate_limit: ClassVar[float | None] = None
    """Attempts begun in any 60 seconds; None for no limit."""
    recheck_every: ClassVar[timedelta | None] = None
    """Run again after that time although nothing changed."""
    max_attempts: ClassVar[int] = 5
    """Attempts at one job before a transient failure is final."""
    has_outside_effect: ClassVar[bool] = False
    """Whether a run changes something outside the sheet (sends, books, pays)."""
    remark_without: ClassVar[str] = ""
    """What a finished row is told while the required inputs are blank, such as "no link, so
    not checked whether it is open"; empty: which columns stay blank."""
    passed_on: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Inputs that the tool had once and only gave on → the output they came out as. A
    configuration that still maps one means: that source first, then the output."""

    input_schema: ClassVar[type[ToolInputSchema]]
    """The first type parameter; set by sheetd."""
    result_schema: ClassVar[type[ToolResultSchema]]
    """The second type parameter; set by sheetd."""
    is_async: ClassVar[bool] = False
    """Whether ``process`` is ``async def``; set by sheetd."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Check the definition.

        Raises:
            ToolDefinitionError: naming the class, its file and everything wrong with it.
        """
        super().__init_subclass__(**kwargs)
        if getattr(cls, "__parameters__", ()):
            return
        problems = tool_definition.find_problems(cls, Tool, ToolInputSchema, ToolResultSchema)
        if problems:
            message = f"{_where(cls)}: {'; '.join(problems)}."
            raise ToolDefinitionError(message)
        cls.input_schema, cls.result_schema = tool_definition.type_arguments(cls, Tool)
        cls.is_async = inspect.iscoroutinefunction(cls.process)

    @abstractmethod
    def process(self, entry: I, context: ToolContext) -> R | Awaitable[R]:
        """Work on one row.

        Raises:
            ToolError: the user has to change something.
            TransientToolError: another attempt later may succeed.
        """

    def recheck_after(self, result: R, context: ToolContext) -> timedelta | None:  # noqa: ARG002
        """When to run again after ``result`` although nothing changed; None for never.

        `recheck_every`, unless a tool says otherwise of some results.
        """
        return self.recheck_every

    @classmethod
    def help_text(cls) -> str:
        """The docstring, without its indentation."""
        return inspect.cleandoc(cls.__doc__ or "")

    @classmethod
    def summary(cls) -> str:
        """The first line of the docstring."""
        return cls.help_text().partition("\n")[0]


def _where(cls: type) -> str:
    try:
        file = inspect.getfile(cls)
    except (TypeError, OSError):
        file = "<unknown file>"
    return f"Tool class {cls.__qualname__} in {file}"
