"""Pages that are no posting, and what to tell of them.

Each check is given a `View` of a page and says whether it is of its kind.
Text counts only where little else is on the page: a posting may well speak of
captchas, cookies or logging in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sync_daemon.tooling import is_blank

from .wall_words import (
    BOT_SOURCE,
    BOT_TEXT,
    BOT_TITLE,
    CLOSED,
    CLOSED_SOURCE,
    CONDITION,
    COOKIE,
    COOKIE_TITLE,
    GUARD_SOURCE,
    LIST_TITLE,
    LOGIN_PATH,
    LOGIN_TEXT,
    LOGIN_TITLE,
    MISSING_TITLE,
    NEEDS_SCRIPT,
)

_HARDLY_ANY, _FEW, _SOME, _MANY = 30, 120, 250, 450  # words
_MOST_SOURCE = 300_000
_MOST_BLOCK = 260
_LONG_SUMMARY = 400
_FEWEST_LINKS = 5
_LEAST_PROSE = 80  # words
_PROSE_PER_LINK = 60  # words


@dataclass(frozen=True, slots=True)
class View:
    """A page as the checks see it.

    Attributes:
        address: where it came from in the end.
        title: its ``<title>``.
        heading: its one ``<h1>``.
        text: its visible text, a block a line.
        source: its HTML in small letters, cut.
        scripts: how many scripts it has.
        has_password: whether it asks for a password.
        job_links: how many different links look like those of postings.
        main_words: words of the main text, without what is in links.
        main_job_links: how many of those links are in the main text.
        summary: characters of the description in its head.
    """

    address: str = ""
    title: str = ""
    heading: str = ""
    text: str = ""
    source: str = ""
    scripts: int = 0
    has_password: bool = False
    job_links: int = 0
    main_words: int = 0
    main_job_links: int = 0
    summary: int = 0

    @property
    def words(self) -> int:
        """Words that a reader sees."""
        return len(self.text.split())

    @property
    def heads(self) -> str:
        """Title and heading."""
        return f"{self.title}\n{self.heading}"


def is_bot_wall(view: View) -> bool:
    """A challenge of Cloudflare, DataDome, PerimeterX and the like, or a plain refusal."""
    if view.words < _SOME and BOT_TITLE.search(view.title.strip()):
        return True
    if view.words < _FEW and BOT_SOURCE.search(view.source[:_MOST_SOURCE]):
        return True
    if view.words < _HARDLY_ANY and GUARD_SOURCE.search(view.source[:_MOST_SOURCE]):
        return True
    return view.words < _SOME and BOT_TEXT.search(view.text) is not None


def is_login_wall(view: View) -> bool:
    """A page that wants an account."""
    if view.words >= _MANY:
        return False
    if LOGIN_PATH.search(view.address):
        return True
    asks = view.has_password or "authwall" in view.source
    says = LOGIN_TEXT.search(view.text) is not None
    if LOGIN_TITLE.search(view.title) or LOGIN_TITLE.search(view.heading):
        return (asks or says or view.words < _FEW) and view.main_words < 2 * _LEAST_PROSE
    return (asks or says) and view.words < _FEW + _FEW * asks and view.main_words < _LEAST_PROSE


def is_cookie_wall(view: View) -> bool:
    """A page of which nothing but the question for cookies is there."""
    mentions = len(COOKIE.findall(view.text))
    if view.words < _SOME and mentions and COOKIE_TITLE.search(view.title):
        return True
    share = 15 if view.main_words >= _LEAST_PROSE else 30  # a word in so many
    return view.words < _MANY and mentions >= max(3, view.words // share)


def is_closed(view: View) -> bool:
    """A page that says the job is closed, or that there is none."""
    if view.words < _MANY and MISSING_TITLE.search(view.heads):
        return True
    if CLOSED_SOURCE.search(view.source):
        return True
    return any(map(_says_closed, view.heads.split("\n") + _short_lines(view.text)))


def is_list(view: View) -> bool:
    """A page of many jobs."""
    if view.main_job_links >= _FEWEST_LINKS:
        return view.main_words < _PROSE_PER_LINK * view.main_job_links
    titled = LIST_TITLE.search(view.heading or view.title) is not None
    if titled and view.job_links >= _FEWEST_LINKS:
        return view.words < _PROSE_PER_LINK * view.job_links or view.main_words < 2 * _LEAST_PROSE
    return view.job_links >= _FEWEST_LINKS - 2 * titled and view.main_words < _LEAST_PROSE


def needs_scripts(view: View) -> bool:
    """A shell that scripts would fill."""
    if view.words < _FEW and NEEDS_SCRIPT.search(view.text):
        return True
    is_shell = view.words < _HARDLY_ANY and view.scripts > 0 and not view.heading
    return is_shell and view.summary < _LONG_SUMMARY


def is_empty(view: View) -> bool:
    """A page without text."""
    return is_blank(view.text)


def _says_closed(line: str) -> bool:
    """Whether it is closed now, and not "until the position is filled"."""
    match = CLOSED.search(line)
    return match is not None and not CONDITION.search(line[: match.start()])


def _short_lines(text: str) -> list[str]:
    """Lines as notices are; sentences within the posting are longer."""
    return [line for line in text.split("\n") if len(line) <= _MOST_BLOCK]


Check = Callable[[View], bool]
Wall = tuple[Check, str, str]

CLOSED_ONLY: tuple[Wall, ...] = (
    (is_closed, "This page says that the job is closed or gone.", "Is the link still right?"),
)
WALLS: tuple[Wall, ...] = (
    (is_bot_wall, "This page does not let programs in. Paste the description.", ""),
    (is_login_wall, "This page wants a login. Paste the description.", ""),
    *CLOSED_ONLY,
    (is_cookie_wall, "This page shows a question about cookies alone. Paste the description.", ""),
    (is_list, "This page lists several jobs: paste the link to one.", ""),
    (needs_scripts, "This page is built by scripts in a browser. Paste the description.", ""),
    (is_empty, "This page is empty. Paste the description.", ""),
)
"""Check, message, hint; in the order in which they are asked."""
