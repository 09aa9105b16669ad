"""Which link of a page leads to a company's jobs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from urllib.parse import unquote, urlsplit

from sync_daemon.tooling.board_pages import find_board

from .names import unaccented
from .pages import Link

_WORDS = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile("['’]")


def _plain(text: str) -> str:
    """The words without case, accents and apostrophes."""
    return " ".join(_WORDS.findall(unaccented(_APOSTROPHES.sub("", text)).casefold()))


_NAMES = frozenset(map(_plain, (
    # English
    "career", "careers", "job", "jobs", "vacancies", "join us", "join our team", "join the team",
    "work with us", "work for us", "work here", "work at", "we are hiring", "were hiring", "hiring",
    "open positions", "open roles", "current openings", "job openings", "job opportunities",
    "employment", "career opportunities", "careers home", "view jobs", "see open roles", "all jobs",
    "view open positions", "see all jobs", "search jobs", "explore careers", "current vacancies",
    # German
    "karriere", "stellen", "stellenangebote", "offene stellen", "stellenanzeigen", "jobborse",
    "arbeiten bei uns", "arbeiten bei", "jobs karriere", "karriere jobs", "stellenmarkt",
    "jobs und karriere", "karriereportal", "freie stellen", "zu den stellenangeboten",
    # French
    "carriere", "carrieres", "recrutement", "nous rejoindre", "rejoignez nous", "emploi", "emplois",
    "offres demploi", "nos offres", "on recrute", "nous recrutons", "travailler chez nous",
    # Spanish, Portuguese, Italian
    "empleo", "empleos", "trabaja con nosotros", "unete", "unete a nosotros", "carreras",
    "vacantes", "trabalhe conosco", "carreiras", "vagas", "junte se a nos", "oportunidades",
    "lavora con noi", "carriera", "posizioni aperte", "unisciti a noi",
    "opportunita di lavoro", "recrutamento",
    # Dutch, Swedish, Danish, Norwegian, Finnish
    "werken bij", "vacatures", "werken bij ons", "onze vacatures", "karriar", "jobba hos oss",
    "lediga jobb", "lediga tjanster", "jobba pa", "ledige stillinger", "ledige jobs",
    "karriere hos", "bliv en del af", "jobb", "ledige stillingar", "ura", "tyopaikat",
    "avoimet tyopaikat",
    # Polish, Czech, Hungarian, Romanian, Turkish
    "kariera", "praca", "oferty pracy", "dolacz do nas", "volna mista", "volne pozice", "karrier",
    "allasok", "cariere", "locuri de munca", "kariyer", "acik pozisyonlar", "is ilanlari",
    # Russian, Ukrainian, Japanese, Korean, Chinese
    "карьера", "вакансии", "робота", "вакансії", "кар'єра", "採用情報", "採用", "求人",
    "採用サイト", "채용", "채용정보", "인재채용", "加入我们", "招聘", "人才招聘", "招贤纳士",
)))  # fmt: skip
_STEMS = (
    "career",
    "karrier",
    "vacanc",
    "vacatur",
    "stellen",
    "jobs",
    "recrut",
    "rejoign",
    "emploi",
)
_ELSEWHERE = re.compile(
    r"(?i)/(?:blog|news|press|presse|article|artikel|stories|legal|privacy|podcast)(?:/|$)"
)
_ENDING = re.compile(r"\.(?:html?|php|aspx?|jsp)$")
_NOT_OWN = re.compile(
    r"(?:^|\.)(?:linkedin|indeed|glassdoor|xing|stepstone|monster|facebook|instagram|twitter|x"
    r"|youtube|tiktok|kununu)\.[a-z.]{2,6}$"
)
_LONGEST_TEXT = 45


def find_careers_link(links: Iterable[Link], seen: Collection[str] = ()) -> Link | None:
    """The link most likely to lead to the jobs; None if none looks so.

    Args:
        links: those of a page.
        seen: addresses that are known already, as `plain_address` gives them.
    """
    best, best_score = None, 0
    for link in links:
        score = _score(link) if plain_address(link.address) not in seen else 0
        if score > best_score:
            best, best_score = link, score
    return best


def plain_address(address: str) -> str:
    """Equal for addresses that lead to the same page, so far as that can be seen."""
    return address.removeprefix("https:").removeprefix("http:").rstrip("/")


def _score(link: Link) -> int:
    parts = urlsplit(link.address)
    if _NOT_OWN.search(parts.hostname or ""):
        return 0
    score = _score_of_text(link.text) + _score_of_path(parts.path, parts.hostname or "")
    if score and _ELSEWHERE.search(parts.path):
        return 0
    return score + 2 * (find_board(link.address) is not None)


def _score_of_text(text: str) -> int:
    if len(text) > _LONGEST_TEXT:
        return 0
    plain = _plain(text)
    if plain in _NAMES:
        return 5
    if any(f" {name} " in f" {plain} " for name in _NAMES if len(name) > 3):  # noqa: PLR2004
        return 3
    return 1 if any(stem in plain for stem in _STEMS) else 0


def _score_of_path(path: str, host: str) -> int:
    """Better the nearer the word is to the root: below it are single postings."""
    segments = [_plain(_ENDING.sub("", one)) for one in unquote(path).split("/") if one]
    if host.split(".", maxsplit=1)[0] in ("jobs", "careers", "karriere", "career"):
        return 4 if len(segments) <= 1 else 1
    for depth, segment in enumerate(segments):
        if segment in _NAMES or segment.replace(" ", "") in _NAMES:
            return max(1, 4 - depth - (len(segments) - depth - 1))
    return 0
