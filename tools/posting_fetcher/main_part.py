"""The part of a page that is about the job: found by readability, then made whole.

Readability finds the place well, but drops lists of short items and sections
that are next to it. So its finding is only a pointer: what is given is the
element of the page around all it kept, without menus, forms and lists of links.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from lxml import etree
from readability import Document

from .markup import parse, text_of

_FURNITURE = (
    "//script | //style | //noscript | //template | //nav | //footer | //aside | //dialog"
    " | //*[@role='navigation' or @role='contentinfo' or @role='dialog' or @role='menu']"
    " | //form[.//input[not(@type='hidden')]] | //*[contains(@id, 'cookie') or"
    " contains(@class, 'cookie') or contains(@id, 'consent') or contains(@class, 'consent') or"
    " contains(@class, 'similar-jobs') or contains(@class, 'related-jobs')]"
)
_HEADINGS = "(//h2 | //h3 | //h4 | //h5)[position() <= 200]"
_MOST_FURNITURE = 2_000
_LARGEST_PART = 0.5  # of the page: a larger part is what the page is about
_MOST_LISTS = 2_000
MOST_ELEMENTS = 20_000
_TEXT = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "blockquote"})
_NUMBER = "data-part"
_MOST_GROWTH = 3.0
_FREE_GROWTH = 600  # characters
_MOSTLY_LINKS = 0.5
_OTHER_JOBS = re.compile(
    r"(?i)^\s*(?:similar|related|other|more|recommended|andere|weitere|ähnliche|vergelijkbare"
    r"|autres|otras)\s+(?:\w+\s+){0,2}(?:jobs?|positions?|roles?|vacanc|vacatures|stellen|offres"
    r"|empleos|openings|opportunit)"
)


_BLOCKS = frozenset(
    ("p", "div", "section", "article", "header", "main", "form", "aside", "ul", "ol", "dl", "table")
)


def find_main_part(tree: Any) -> Any:
    """The main part of a page, as an element of a copy; None where there is none."""
    if tree.xpath("count(//*)") > MOST_ELEMENTS:
        return None
    page = without_furniture(tree)
    for number, element in enumerate(page.iter(etree.Element)):
        element.set(_NUMBER, str(number))
    found = _ask_readability(page)
    if found is None:
        return None
    kept = {one.get(_NUMBER) for one in found.iter(etree.Element)} - {None}
    whole = _made_whole(page, kept)
    if whole is None or _length(whole) > _MOST_GROWTH * _length(found) + _FREE_GROWTH:
        return found
    return whole


def without_furniture(tree: Any) -> Any:
    """A copy without scripts, menus, forms, other jobs, the question for cookies and the foot."""
    copy = deepcopy(tree)
    others = [one.getparent() for one in copy.xpath(_HEADINGS) if _OTHER_JOBS.match(_words(one))]
    most = _LARGEST_PART * len(copy.xpath("string(//body)"))
    for one in (copy.xpath(_FURNITURE) + others)[:_MOST_FURNITURE]:
        if one is not None and one.getparent() is not None and len(_words(one)) < most:
            one.drop_tree()
    return copy


def source_of(tree: Any) -> str:
    """A tree as HTML again."""
    return str(etree.tostring(tree, encoding="unicode", method="html"))


def _ask_readability(page: Any) -> Any:
    try:
        found = Document(source_of(_with_plain_lists(page))).summary(html_partial=True)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - it raises its own, lxml's and anything for odd pages
        return None
    return parse(found)


def _with_plain_lists(page: Any) -> Any:
    """A copy in which items are paragraphs: readability drops parts that are mostly lists."""
    copy = deepcopy(page)
    for found in copy.xpath("//ul | //ol")[:_MOST_LISTS]:
        for item in found.xpath("./li"):
            for inner in item.xpath(".//p | .//div"):
                inner.drop_tag()
            item.tag = "p"
        found.drop_tag()
    return copy


def _made_whole(page: Any, kept: set[str]) -> Any:
    """The least element around all that was kept, with what belongs to it."""
    tops = [one for one in page.iter(etree.Element) if _is_top(one, kept)]
    if not tops:
        return None
    around = _common_ancestor(tops)
    if around.tag in _TEXT and around.getparent() is not None:
        around = around.getparent()
    holders = {one for top in tops for one in (top, *top.iterancestors())}
    children = list(around)
    places = [at for at, child in enumerate(children) if child in holders]
    if around in tops or not places:
        places = [0, len(children) - 1]
    while places[0] > 0 and children[places[0] - 1].tag in _TEXT:
        places.insert(0, places[0] - 1)
    wanted = _belonging(children, places[0], places[-1])
    for child in children:
        if child not in wanted:
            child.drop_tree()
    return around


def _is_top(element: Any, kept: set[str]) -> bool:
    parent = element.getparent()
    is_kept = element.get(_NUMBER) in kept
    return is_kept and (parent is None or parent.get(_NUMBER) not in kept)


def _common_ancestor(elements: list[Any]) -> Any:
    common: list[Any] = []
    for element in elements:
        path = [element, *element.iterancestors()][::-1]
        if not common:
            common = path
            continue
        shared = 0
        for one, other in zip(common, path, strict=False):
            if one is not other:
                break
            shared += 1
        common = common[:shared]
    return common[-1]


def _belonging(children: list[Any], first: int, last: int) -> set[Any]:
    """Those from the first to the last that readability kept something of, and after them."""
    wanted = {child for child in children[first : last + 1] if not _is_aside(child)}
    for child in children[last + 1 :]:
        if _is_aside(child):
            break
        wanted.add(child)
    return wanted


def _is_aside(element: Any) -> bool:
    """Whether it is a form, other jobs, or mostly links; never a link within a sentence."""
    if element.tag not in _BLOCKS:
        return False
    text = _words(element)
    if _OTHER_JOBS.match(text) or element.xpath("boolean(.//input[not(@type='hidden')])"):
        return True
    linked = sum(len(_words(one)) for one in element.xpath(".//a[@href]")[:500])
    return linked > _MOSTLY_LINKS * len(text.strip())


def _words(element: Any) -> str:
    return str(element.xpath("string()"))


def _length(tree: Any) -> int:
    return len(text_of(tree) or "")
