"""What a page says of itself: title, company, canonical address (Open Graph and the like)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from sync_daemon.tooling.links import parse_link

from .markup import one_line, plain_text

_MOST_META = 300
_LONGEST_TITLE = 200
_JOB_SITES = re.compile(
    r"(?i)\b(?:linkedin|indeed|glassdoor|stepstone|monster|xing|ziprecruiter|greenhouse|lever"
    r"|ashby|workable|smartrecruiters|personio|recruitee|workday|teamtailor|jobvite|bamboohr"
    r"|welcome to the jungle|dice|reed|totaljobs|jobs?|careers?|vacancies|stellenangebote)\b"
)
_SEPARATOR = re.compile(r"\s+[|·•–—:-]\s+|\s*[|·•]\s*")
_AT = re.compile(r"(?i)^(?P<title>.{3,150}?)\s+(?:at|@|bei|chez|bij)\s+(?P<company>[^|·•]{2,80})$")
_HIRING = re.compile(
    r"(?i)^(?P<company>.{2,80}?) (?:is )?hiring (?:an? )?(?P<title>.{3,150}?)(?: in .*)?$"
)
_NO_NAME = re.compile(
    r"(?i)^(?:careers?|jobs?|job (?:details?|posting|application)|vacanc(?:y|ies)|apply.{0,20})\b"
)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in a page's head, and in its one heading.

    Attributes:
        document_title: the ``<title>``.
        heading: the only ``<h1>``, if there is one.
        meta: name or property in small letters → content, of the first of each.
        canonical: the canonical address, absolute.
    """

    document_title: str
    heading: str
    meta: dict[str, str]
    canonical: str

    @property
    def description(self) -> str | None:
        """The summary for other sites."""
        found = self.meta.get("og:description") or self.meta.get("description") or ""
        return plain_text(found) if found else None

    @property
    def title(self) -> str | None:
        """The job's title, without the company and the site."""
        shared = self.meta.get("og:title") or self.meta.get("twitter:title") or ""
        full = shared or self.document_title
        heading = self.heading
        if heading and heading.casefold() in f"{shared} {self.document_title}".casefold():
            return heading
        first = _SEPARATOR.split(full)[0].strip()
        for pattern in (_HIRING, _AT):
            if match := pattern.match(first):
                return match["title"].strip()
        return (heading if not first or _NO_NAME.match(first) else first) or None

    @property
    def company(self) -> str | None:
        """The site's name, unless it is that of a job site; else "… at Company"."""
        name = self.meta.get("og:site_name", "")
        if name and not _JOB_SITES.search(name):
            return name
        for text in (self.meta.get("og:title", ""), self.document_title):
            first = _SEPARATOR.split(text)[0].strip()
            for pattern in (_HIRING, _AT):
                if match := pattern.match(first):
                    return match["company"].strip()
        return None


def read_head(tree: Any, address: str) -> Head:
    """The head of a page that was fetched from ``address``."""
    titles = tree.xpath("//head/title | //title[not(ancestor::svg)]")
    headings = [text for one in tree.xpath("//h1")[:20] if (text := _line(one.xpath("string()")))]
    return Head(
        document_title=_line(titles[0].xpath("string()")) if titles else "",
        heading=headings[0] if len(set(headings)) == 1 else "",
        meta=_meta(tree),
        canonical=_canonical(tree, address),
    )


def _meta(tree: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in tree.xpath("//meta[@content]")[:_MOST_META]:
        name = (one.get("property") or one.get("name") or "").strip().lower()
        content = one.get("content").strip()
        if name and content:
            found.setdefault(name, content if "description" in name else _line(content))
    return found


def _line(text: str) -> str:
    return (one_line(text[: 4 * _LONGEST_TITLE]) or "")[:_LONGEST_TITLE]


def _canonical(tree: Any, address: str) -> str:
    """The ``<link rel=canonical>`` of the same host; not that of the front page."""
    for one in tree.xpath("//link[@rel='canonical'][@href]")[:3]:
        try:
            found = urljoin(address, str(one.get("href")).strip())
            path = str(urlsplit(found).path)
        except ValueError:
            continue
        link, own = parse_link(found), parse_link(address)
        if link and own and link.host == own.host and path.strip("/"):
            return found
    return ""
