from __future__ import annotations

from contextlib import suppress

import pytest

from sync_daemon.tooling import ToolError, TransientToolError
from tests.support.posting_world import Web, fetch, html, saved
from tools.posting_fetcher.blocked_pages import (
    Check,
    View,
    is_bot_wall,
    is_closed,
    is_cookie_wall,
    is_empty,
    is_list,
    is_login_wall,
    needs_scripts,
)
from tools.posting_fetcher.page import Page, read_page

LINK = "https://acme.example/jobs/baker-77"
PROSE = "You bake bread for three villages and you begin at four in the morning. " * 12

CLOUDFLARE = """<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>
<meta name="robots" content="noindex,nofollow"></head><body><div class="main-wrapper">
<noscript>Enable JavaScript and cookies to continue</noscript></div>
<script>(function(){window._cf_chl_opt={cvId:'3',cType:'managed'};})();</script></body></html>"""
CLOUDFLARE_BLOCK = """<html><head><title>Attention Required! | Cloudflare</title></head><body>
<div id="cf-wrapper"><div id="cf-error-details"><h1>Sorry, you have been blocked</h1>
<h2>You are unable to access acme.example</h2><p>Why have I been blocked? This website is using a
security service to protect itself from online attacks.</p><p>Cloudflare Ray ID: 8f</p></div></div>
</body></html>"""
DATADOME = """<html lang="en"><head><title>acme.example</title></head><body style="margin:0">
<p id="cmsg">Please enable JS and disable any ad blocker</p><script data-cfasync="false">var dd=
{'rt':'c','cid':'x','hsh':'y','t':'fe','host':'geo.captcha-delivery.com'}</script>
<script src="https://ct.captcha-delivery.com/c.js"></script></body></html>"""
PERIMETERX = """<html><head><title>Access to this page has been denied.</title></head><body>
<div class="px-captcha-container"><div id="px-captcha"></div><p>Press &amp; Hold to confirm you are
a human (and not a bot).</p></div><script>window._pxAppId = 'PX1';</script></body></html>"""
IMPERVA = """<html><head><META NAME="robots" CONTENT="noindex,nofollow"></head><body>
<iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31">Request unsuccessful. Incapsula
incident ID: 1-2</iframe></body></html>"""
AKAMAI = """<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY><H1>Access Denied</H1>
You don't have permission to access "http&#58;&#47;&#47;acme" on this server.<P>
Reference&#32;&#35;18&#46;1</BODY></HTML>"""
RECAPTCHA = """<html><head><title>acme</title></head><body><form><p>One more thing</p>
<div class="g-recaptcha" data-sitekey="k"></div><button>Go</button></form></body></html>"""
INDEED = """<html><head><title>Security Check - Indeed.com</title></head><body><h1>Additional
Verification Required</h1><p>Your Ray ID for this request is 1.</p></body></html>"""
ANUBIS = """<html><head><title>Making sure you&#39;re not a bot!</title><script
id="anubis_challenge" type="application/json">{"rules":{"algorithm":"fast"}}</script></head><body>
<h1>Making sure you&#39;re not a bot!</h1><p>Loading...</p></body></html>"""
FRAME = """<html><head><title>acme.example</title></head><body><iframe title="DataDome CAPTCHA"
src="/captcha/?initialCid=A"></iframe></body></html>"""
TURNSTILE = """<html><head><title>Acme jobs</title></head><body><form><p>Confirm you are human.</p>
<div class="cf-turnstile" data-sitekey="x"></div></form></body></html>"""
PORTUGUESE_CLOSED = f"""<html><head><title>Padeiro</title></head><body><h1>Padeiro</h1><figure>
<figcaption class="closed-job__flavor--closed">Fechada</figcaption></figure><p>{PROSE}</p></body>
</html>"""
LINKEDIN = """<html><head><title>LinkedIn Login, Sign in | LinkedIn</title></head><body>
<main class="authwall"><h1>Sign in</h1><form><input type="text"><input type="password">
<button>Sign in</button></form><p>New to LinkedIn? Join now</p></main></body></html>"""
PORTAL = """<html><head><title>Careers portal</title></head><body><h1>Welcome back</h1>
<p>Please log in to view this job.</p><form><input type=email><input type=password></form></body>"""
GERMAN_LOGIN = """<html><head><title>Anmelden</title></head><body><h1>Anmelden</h1>
<p>Bitte melden Sie sich an.</p></body></html>"""
COOKIES = """<html><head><title>Before you continue</title></head><body><h1>Before you continue</h1>
<p>We use cookies and data to deliver our services. If you choose to accept all, we will also use
cookies to develop new services. Manage consent in our privacy settings.</p>
<button>Accept all</button></body></html>"""
SHELL = """<!doctype html><html><head><title>Acme Careers</title><meta property="og:title"
content="Baker"><meta name="description" content="Acme is hiring."><script src="/static/js/main.js">
</script></head><body><noscript>You need to enable JavaScript to run this app.</noscript>
<div id="root"></div></body></html>"""
LIST = (
    "<html><head><title>Open positions | Acme</title></head><body><h1>Careers</h1><ul>"
    + "".join(f'<li><a href="/jobs/{n}-job">Job {n}</a> Bath, full-time</li>' for n in range(12))
    + "</ul></body></html>"
)
RESULTS = (
    "<html><head><title>27 baker jobs in Bath</title></head><body>"
    + "".join(
        f'<div class="card"><h2><a href="/viewjob?jk=abc{n}">Baker {n}</a></h2><p>We look for a'
        " person with warm hands who likes bread, flour and early mornings.</p></div>"
        for n in range(15)
    )
    + "</body></html>"
)
CLOSED = f"""<html><head><title>Baker | Acme</title></head><body><h1>Baker</h1>
<div class="banner">No longer accepting applications</div><p>{PROSE}</p></body></html>"""
GONE = """<html><head><title>Acme</title></head><body><h1>Job not found</h1>
<p>The job you are looking for is no longer open.</p><a href="/jobs">All jobs</a></body></html>"""
MISSING = """<html><head><title>Page not found - Acme</title></head><body><h1>Oops!</h1>
<p>Let us get you back.</p></body></html>"""
CLOSED_DATA = f"""<html><head><title>Baker</title><script type="application/ld+json">
{{"@type": "JobPosting", "title": "Baker", "description": "{PROSE}"}}</script></head>
<body><h1>Baker</h1><p>This job has expired.</p><p>{PROSE}</p></body></html>"""

BOT, LOGIN, CLOSED_SAID = "does not let programs in", "wants a login", "closed or gone"
COOKIES_SAID, LIST_SAID = "question about cookies", "lists several jobs"
SCRIPTS_SAID, EMPTY = "built by scripts", "empty"


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (CLOUDFLARE, BOT),
        (CLOUDFLARE_BLOCK, BOT),
        (DATADOME, BOT),
        (PERIMETERX, BOT),
        (IMPERVA, BOT),
        (AKAMAI, BOT),
        (RECAPTCHA, BOT),
        (INDEED, BOT),
        (ANUBIS, BOT),
        (FRAME, BOT),
        (TURNSTILE, BOT),
        (PORTUGUESE_CLOSED, CLOSED_SAID),
        (LINKEDIN, LOGIN),
        (PORTAL, LOGIN),
        (GERMAN_LOGIN, LOGIN),
        (COOKIES, COOKIES_SAID),
        (SHELL, SCRIPTS_SAID),
        (LIST, LIST_SAID),
        (RESULTS, LIST_SAID),
        (CLOSED, CLOSED_SAID),
        (CLOSED_DATA, CLOSED_SAID),
        (GONE, CLOSED_SAID),
        (MISSING, CLOSED_SAID),
        ("", EMPTY),
        ("<html><body>  </body></html>", EMPTY),
    ],
)
def test_what_is_no_posting_is_named_and_never_returned(page: str, said: str) -> None:
    with pytest.raises(ToolError, match=said) as caught:
        fetch(LINK, Web({LINK: page}))
    assert not isinstance(caught.value, TransientToolError)


@pytest.mark.parametrize("page", [CLOUDFLARE, DATADOME, PERIMETERX, AKAMAI, INDEED])
@pytest.mark.parametrize("status", [403, 503])
def test_a_wall_is_a_wall_with_any_status(page: str, status: int) -> None:
    with pytest.raises(ToolError, match=BOT) as caught:
        fetch(LINK, Web({LINK: html(page, status)}))
    assert not isinstance(caught.value, TransientToolError)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://www.linkedin.com/authwall?trk=x", True),
        ("https://acme.example/users/sign_in", False),
        ("https://acme.example/account/login?next=/jobs/1", True),
        ("https://login.acme.example/x", True),
        ("https://acme.example/jobs/login-specialist", False),
        ("https://acme.example/jobs/author", False),
    ],
)
def test_an_address_tells_a_login(address: str, expected: bool) -> None:
    assert is_login_wall(View(address, text="Welcome to Acme")) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("No longer accepting applications", True),
        ("We are not accepting new applications at this time.", True),
        ("This job is no longer available.", True),
        ("Sorry, this position has been filled.", True),
        ("The job posting you are looking for has expired", True),
        ("This vacancy has now closed.", True),
        ("That job can't be found.", True),
        ("Applications for this role are now closed.", True),
        ("Diese Stelle ist leider nicht mehr verfügbar.", True),
        ("Die Stellenanzeige ist nicht mehr online", True),
        ("Deze vacature is helaas niet meer beschikbaar.", True),
        ("Cette offre n’est plus disponible", True),
        ("Cette annonce a expiré", True),
        ("Es werden keine Bewerbungen mehr angenommen.", True),
        ("N’accepte plus de candidatures", True),
        ("Er worden geen sollicitaties meer geaccepteerd", True),
        ("Esta oferta ya no está disponible", True),
        ("The role stays open until the position is filled.", False),
        ("Once this job is closed we delete your data.", False),
        ("This position may be closed early.", False),
        ("If this vacancy has been filled, we tell you.", False),
        ("This role is not available to candidates in Texas.", False),
        ("This position is not open to sponsorship.", False),
        ("You close the books every month.", False),
        ("Applications close on 1 June.", False),
        (f"{PROSE} We once said: this job is no longer available.", False),
    ],
)
def test_a_notice_that_the_job_is_closed_is_told_from_others(line: str, expected: bool) -> None:
    assert is_closed(View(text=f"Baker\n{line}\n{PROSE}")) is expected


CHECKS = (is_bot_wall, is_login_wall, is_cookie_wall, is_closed, is_list, needs_scripts, is_empty)


@pytest.mark.parametrize("check", CHECKS)
def test_a_posting_may_speak_of_walls(check: Check) -> None:
    text = (
        f"{PROSE}\nYou build the captcha, the login and the sign-in page of our job site, fight"
        " automated traffic, and read the consent of cookies. You may press and hold. Applicants"
        f" sign in to view this job. {PROSE}\nCookies Privacy Log in\n"
    )
    source = "<script src='/recaptcha/api.js'></script><div class='px-captcha'>"
    view = View(
        address=LINK, title="Security Engineer, Login | Acme", heading="Security Engineer, Login",
        text=text, source=source, scripts=9, has_password=True, job_links=7, main_words=300,
        main_job_links=2, summary=10,
    )  # fmt: skip
    assert check(view) is False


def test_a_short_posting_beside_a_login_form_is_a_posting() -> None:
    page = f"""<html><head><title>Baker at Acme</title></head><body>
    <form><input type=password></form><main><h1>Baker</h1><p>{PROSE}</p></main></body></html>"""
    assert fetch(LINK, Web({LINK: page})).title == "Baker"


def test_a_short_posting_beside_much_about_cookies_is_a_posting() -> None:
    page = f"""<html><head><title>Baker</title></head><body>
    <main><h1>Baker</h1><p>{PROSE}</p></main>
    <div id="cookie-bar"><p>We use cookies. See our cookie policy and our privacy statement.</p>
    <button>Consent</button></div><footer>Privacy Cookies</footer></body></html>"""
    result = fetch(LINK, Web({LINK: page}))
    assert result.title == "Baker"
    assert "cookie" not in (result.description or "")


def test_an_ordinary_page_with_similar_jobs_is_no_list() -> None:
    assert fetch(LINK, Web({LINK: saved("article.html")})).title == "Senior Cartographer"


def test_a_posting_whose_text_speaks_of_closed_jobs_is_open() -> None:
    page = f"""<html><head><title>Clerk</title><script type="application/ld+json">
    {{"@type": "JobPosting", "title": "Clerk", "description": "<p>You write letters:</p><p>This
    position has been filled.</p><p>{PROSE}</p>"}}</script></head><body><h1>Clerk</h1>
    <p>You write letters:</p><p>This position has been filled.</p><p>{PROSE}</p></body></html>"""
    assert fetch(LINK, Web({LINK: page})).title == "Clerk"


HOSTILE = {
    "nested elements": "<div>" * 80_000,
    "nested tables": "<table><tr><td>a" * 40_000,
    "angle brackets": "<" * 400_000,
    "open tags": "<a " * 130_000,
    "references": "&amp;lt;p&amp;gt;" * 30_000,
    "a long list": "<ol>" + "<li>a" * 80_000,
    "links": '<a href="/jobs/abcdef">job</a> ' * 13_000,
    "line breaks": "<br>" * 100_000,
    "commas": "<p>" + "a," * 200_000,
    "brackets in a script": f'<script type="application/ld+json">{"[" * 400_000}</script>',
    "quotes in a script": '<script type="application/ld+json">' + '"\\"' * 130_000 + "</script>",
    "commas in a script": f'<script type="application/ld+json">[{", " * 200_000}</script>',
    "comments in a script": f'<script type="application/ld+json">{"<!--" * 100_000}</script>',
    "items": '<div itemscope itemtype="https://schema.org/JobPosting">' * 6_000,
    "notices": "<p>" + "this job posting you " * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_or_refused(name: str) -> None:
    with suppress(ToolError):
        read_page(Page.of(HOSTILE[name], LINK))
