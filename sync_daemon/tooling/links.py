"""Links as people paste them, and the one form in which two of them are compared.

`find_address` reads what was pasted, `parse_link` takes it apart, and
`canonical_link` writes it again without what does not tell postings apart:
the scheme, ``www.`` and mobile hosts, tracking parameters, the order of
parameters, AMP, fragments that only scroll, and forms of percent-encoding.
All is pure and linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes, urlsplit

from sync_daemon.tooling.link_parameters import is_kept, is_route, is_tracking

__all__ = ["Link", "canonical_link", "find_address", "parse_link"]

LONGEST_TEXT = 20_000
"""Characters of a cell that are searched for an address."""
LONGEST_ADDRESS = 4_096
"""A longer address is no link: cut short, it could equal another one."""

_HYPERLINK = re.compile(r"""(?i)^\s*=\s*hyperlink\s*\(\s*["']([^"']+)["']""")
_MARKDOWN = re.compile(r"\]\(\s*<?([^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)")
_WITH_SCHEME = re.compile(r"(?i)(?<![a-z])https?(?::/{1,3}|//)(?=[^\s/])[^\s<>\"'`|\\^{}]+")
_HOST = (
    r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}(?:[^\W\d_]{2,24}|xn--[a-z0-9-]{2,59})\.?(?::\d{1,5})?"
)
_BARE = re.compile(
    rf"(?i)(?<![\w@.:/-])(?:/{{2}})?({_HOST})(?![\w@.-])((?:[/?#][^\s<>\"'`|\\^{{}}]*)?)"
)
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f]")
_SCHEME = re.compile(r"(?i)^https?:?/+")
_CLOSING = {")": "(", "]": "[", "}": "{", "»": "«", "”": "“"}
_TRAILING = ".,;:!?…*'\"`´’‘“>"
_PORTS = {"http": 80, "https": 443}
_MOBILE = re.compile(r"^(?:(?:www\d?|m|mobile|amp)\.){1,4}(?=[^.]+\.[^.])")
_PLAIN_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?|[0-9a-f:.]{2,45}")
_SESSION = re.compile(r"(?i);(?:jsessionid|phpsessid|sid)=[^/;]*")
_AMP_CACHE = re.compile(r"^/(?:[avci]/)?(?:s/)?([^/]+\.[^/]+)(/.*)?$")
_SAFE = "-_~$@:,"
_DEEPEST = 8  # wrappers around wrappers

_WRAPPERS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"^google\.[a-z.]{2,6}/url$"), ("q", "url")),
    (re.compile(r"safelinks\.protection\.outlook\.com/"), ("url",)),
    (re.compile(r"^lm?\.(?:facebook|instagram)\.com/"), ("u",)),
    (re.compile(r"^linkedin\.com/(?:safety/go|redir/redirect|authwall|login|uas/login)"),
     ("url", "sessionRedirect", "session_redirect")),
    (re.compile(r"^(?:slack-redir\.net/link|out\.reddit\.com/|t\.umblr\.com/redirect)"), ("url",)),
)  # fmt: skip
"""Hosts that lead on to the address in a parameter."""


@dataclass(frozen=True, slots=True)
class Link:
    """An address taken apart, each part in its canonical form.

    Attributes:
        host: lower case, ASCII, without ``www.`` and default ports.
        path: ``""`` or ``/a/b``, without a slash at the end.
        parameters: those that are kept, sorted; a bare one has the value ``""``.
        fragment: where it is a route of the page's own, else empty.
    """

    host: str
    path: str
    parameters: tuple[tuple[str, str], ...] = ()
    fragment: str = ""

    @property
    def segments(self) -> tuple[str, ...]:
        """The parts of the path."""
        return tuple(self.path.split("/")[1:])

    def parameter(self, *names: str) -> str:
        """The value of the first of these parameters that is there, in any case of letters."""
        wanted = {name.lower() for name in names}
        return next((value for name, value in self.parameters if name.lower() in wanted), "")

    def __str__(self) -> str:
        query = "&".join(f"{name}={value}" if value else name for name, value in self.parameters)
        fragment = f"#{self.fragment}" if self.fragment else ""
        return f"https://{self.host}{self.path or '/'}{'?' if query else ''}{query}{fragment}"


def find_address(text: str) -> str | None:
    """The first web address in a cell, ready to be fetched; None if there is none.

    Takes a bare host (``acme.com/jobs``), ``<…>``, Markdown, ``=HYPERLINK("…")``,
    broken schemes (``https:/``), and punctuation around it.
    """
    text = _HIDDEN.sub("", text[:LONGEST_TEXT]).replace("&amp;", "&").strip()
    marked = [match.group(1) for p in (_HYPERLINK, _MARKDOWN) if (match := p.search(text))]
    address = next(filter(None, map(_found, [*marked, text])), None)
    return address if address is not None and len(address) <= LONGEST_ADDRESS else None


def parse_link(text: str) -> Link | None:
    """The link in a cell, canonical and taken apart; None if there is none."""
    address = find_address(text)
    for _ in range(_DEEPEST):
        if address is None or (link := _parsed(address)) is None:
            return None
        inner = _inside(address, link)
        if inner is None:
            return link
        address = inner
    return None


def canonical_link(text: str) -> str | None:
    """The form under which links to the same page are equal; None if ``text`` has no link.

    It always begins with ``https://``: the scheme tells no postings apart. Idempotent.
    """
    link = parse_link(text)
    return None if link is None else str(link)


def _found(text: str) -> str | None:
    whole = _WITH_SCHEME.search(text)
    bare = next((m for m in _BARE.finditer(text) if _is_meant(m, text)), None)
    if whole and (bare is None or whole.start() <= bare.start()):
        address = _trimmed(whole.group())
        scheme = "https" if address.lower().startswith("https") else "http"
        return f"{scheme}://{_SCHEME.sub('', address)}"
    return f"https://{_trimmed(bare[1] + bare[2])}" if bare else None


def _is_meant(bare: re.Match[str], text: str) -> bool:
    """Whether a host without a scheme is an address and not "Node.js" in a sentence."""
    is_alone = not text[: bare.start()].strip("<([\"'") and not text[bare.end() :].strip(
        _TRAILING + ")]"
    )
    return bool(bare[2]) or is_alone or bare[1].lower().startswith("www.")


def _trimmed(address: str) -> str:
    """Without the punctuation of the sentence, or the bracket, that it stood in."""
    while address:
        last = address[-1]
        opening = _CLOSING.get(last)
        if last in _TRAILING or (opening and address.count(opening) < address.count(last)):
            address = address[:-1]
        else:
            break
    return address


def _parsed(address: str) -> Link | None:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    host = _host(parts.hostname or "")
    if not host:
        return None
    where = f"[{host}]" if ":" in host else _MOBILE.sub("", host)
    if port is not None and port not in _PORTS.values():
        where = f"{where}:{port}"
    fragment = _fragment(parts.fragment)
    path = _path(parts.path)
    parameters = _parameters(parts.query, host=where, path=path + fragment)
    return Link(where, path, parameters, fragment)


def _host(host: str) -> str:
    import httpx  # noqa: PLC0415 - a tool that meets no link need not load it

    try:
        named = _decoded(host).rstrip(".")
        plain = httpx.URL(scheme="https", host=named).raw_host.decode("ascii").lower()
    except (httpx.InvalidURL, UnicodeError, ValueError):
        return ""
    return plain if _PLAIN_HOST.fullmatch(plain) else ""


def _path(path: str) -> str:
    kept: list[str] = []
    for segment in map(_decoded, _SESSION.sub("", path).split("/")):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(_encoded(segment))
    while kept and kept[-1].lower() in ("amp", "amp.html"):
        kept.pop()
    return "".join(f"/{segment}" for segment in kept)


def _parameters(query: str, *, host: str, path: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for part in query.split("&"):
        name, equals, value = part.partition("=")
        if not name or (equals and not value):
            continue
        pair = tuple(_encoded(_decoded(text.replace("+", " "))) for text in (name, value))
        pairs.append((pair[0], pair[1]))
    kept = [pair for pair in pairs if not is_tracking(pair[0], host)]
    return tuple(sorted({pair for pair in kept if is_kept(pair, kept, path)}))


def _fragment(fragment: str) -> str:
    """A route as ``/job/123``; empty for a place on the page."""
    route, _, query = fragment.lstrip("!").partition("?")
    if not is_route(route):
        return ""
    path = "/".join(_encoded(_decoded(part)) for part in route.rstrip("/").split("/"))
    kept = _parameters(query, host="", path=path)
    asked = "&".join(f"{name}={value}" if value else name for name, value in kept)
    return f"{path}?{asked}" if asked else path


def _decoded(text: str) -> str:
    raw = unquote_to_bytes(text)
    try:
        return unicodedata.normalize("NFC", raw.decode())
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _encoded(text: str) -> str:
    """``text`` in the one form that reading it again does not change."""
    kept = text.rstrip(".,:")
    dots = "".join(f"%{ord(letter):02X}" for letter in text[len(kept) :])
    return quote(kept, safe=_SAFE) + dots


def _inside(address: str, link: Link) -> str | None:
    """The address that a redirecting or AMP one leads to."""
    place = f"{link.host}{link.path}" if link.path else f"{link.host}/"
    if link.host.endswith("cdn.ampproject.org") or place.startswith("google.com/amp/"):
        match = _AMP_CACHE.match(link.path.removeprefix("/amp"))
        return f"https://{match[1]}{match[2] or ''}" if match else None
    for pattern, names in _WRAPPERS:
        if pattern.search(place):
            values = dict(
                part.partition("=")[::2] for part in urlsplit(address).query.split("&") if part
            )
            found = next((values[name] for name in names if values.get(name)), "")
            return find_address(_decoded(found.replace("+", " ")))
    return None
