"""Which parameters and fragments of a link tell one posting from another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote

_TRACKING = frozenset(
    """
    gclid gclsrc dclid gbraid wbraid fbclid msclkid yclid twclid ttclid igshid igsh mkt_tok mc_cid
    mc_eid mkwid pcrid epik s_kwcid cmpid cmp campaign campaignid campaign_id adgroupid
    trk trkinfo trkemail trackingid tracking_id tracking trackid refid referer referrer
    referralid referral_code ref_src ref_url lipi licu midtoken midsig otptoken
    lever-source lever-origin lever-referer gh_src recommendedflavor
    originaltypeahead origintolandingjobpostings savedsearchid alertaction
    sessionid phpsessid jsessionid amp ampcf amp_js_v usqp _ga _gl gad_source
    shareid share_id is_from_webapp spm vero_id vero_conv wickedid srsltid
    iis iisn jobpipeline jobboardsource jobsource sourcetype
    from_source source_id sourceid apply applied
    """.split()  # noqa: SIM905 - a list of words
)
_TRACKING_STARTS = ("utm_", "utm-", "_hs", "hsa_", "pk_", "piwik_", "mtm_", "matomo_", "trk_",
                    "ga_", "oly_", "itm_", "at_medium", "at_campaign", "wt_", "wt.mc_")  # fmt: skip
_ON_BOARDS = frozenset(
    """
    ref source src from via codes embed locale lang language hl tk xkcb vjs advn adid sjdu
    acatk pub camk xpse xfps mclk alid fccid ti rgtk mo ao guid cs cb pos jrtk jobalertid
    ea ctt uido gdoffsiteurl slr cpc jobsearchid branding iframe sourcechannel position
    pagenum eid ss sid ccuid referral s vt
    """.split()  # noqa: SIM905 - a list of words
)
"""Parameters that on the known boards never say which posting is meant."""
_BOARDS = re.compile(
    r"(?:^|\.)(?:greenhouse\.io|lever\.co|ashbyhq\.com|myworkdayjobs\.com|myworkdaysite\.com"
    r"|smartrecruiters\.com|workable\.com|recruitee\.com|personio\.(?:de|com)|teamtailor\.com"
    r"|breezy\.hr|bamboohr\.com|jobvite\.com|linkedin\.com|indeed\.[a-z.]{2,6}"
    r"|glassdoor\.[a-z.]{2,6}|stepstone\.[a-z.]{2,6}|xing\.com|welcometothejungle\.com"
    r"|rippling\.com|ziprecruiter\.[a-z.]{2,6}|monster\.[a-z.]{2,6})$"
)
_WEAK = frozenset(
    "ref src source from via origin channel medium lang language locale hl".split()  # noqa: SIM905 - a list of words
)
"""Mostly tracking, but on a small site perhaps the number of the posting."""
_NUMBERED = re.compile(r"[A-Za-z]{0,6}[-_/ ]?\d{3,20}(?:[-_/]\d{1,10})?")
_ROUTE = re.compile(r"!?/?(?=[^/])")
_NAMES_A_JOB = re.compile(
    r"(?i)(?:job|position|vacanc|posting|requisition|req|stelle|offer)[^/]{0,80}\d"
    r"|(?:job|position|vacanc|posting|stelle|offer)[a-z]{0,20}/[^/]"
)
_ACTIONS = frozenset(
    "apply application bewerben postuler form top content main".split()  # noqa: SIM905 - a list of words
)


def is_tracking(name: str, host: str) -> bool:
    """Whether a parameter says where the reader came from, and never what is read."""
    lower = unquote(name).lower()
    if lower in _TRACKING or lower.startswith(_TRACKING_STARTS):
        return True
    return lower in _ON_BOARDS and is_board(host)


def is_board(host: str) -> bool:
    """Whether the host is that of a known job board or applicant system."""
    return _BOARDS.search(host) is not None


def is_kept(pair: tuple[str, str], others: Sequence[tuple[str, str]], path: str) -> bool:
    """Whether a parameter that may be tracking (``ref=…``) is all that names the posting.

    That is so where it looks like a number and neither the path nor another
    parameter has one: ``/job.php?ref=4711``.
    """
    name, value = pair
    if name.lower() not in _WEAK:
        return True
    if not _NUMBERED.fullmatch(unquote(value)) or any(letter.isdigit() for letter in path):
        return False
    strong = (value for name, value in others if name.lower() not in _WEAK)
    return not any(letter.isdigit() for value in strong for letter in value)


def is_route(fragment: str) -> bool:
    """Whether a fragment says what a page of scripts shows: ``#/job/123``, ``#jobId=123``."""
    plain = fragment.lstrip("!").strip("/")
    if not plain or plain.startswith(":~:") or plain.lower() in _ACTIONS:
        return False
    return fragment.startswith(("/", "!/")) or _NAMES_A_JOB.search(plain) is not None
