from __future__ import annotations

import json
from datetime import date
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.tooling import (
    AddressRefusedError,
    RobotsRefusedError,
    ToolError,
    TransientToolError,
)
from tests.support.posting_world import Web, fetch, html, saved
from tools.posting_fetcher.schemas import PostingResult

LINK = "https://acme.example/jobs/baker-77"
TEXT = "You bake bread for three villages, and you begin at four. " * 6
POSTING = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Baker",
    "description": f"<p>{TEXT}</p>",
    "hiringOrganization": {"@type": "Organization", "name": "Acme Bread"},
}


def ld(*documents: Any) -> str:
    scripts = "".join(
        f'<script type="application/ld+json">{_written(one)}</script>' for one in documents
    )
    return f"<html><head><title>Jobs</title>{scripts}</head><body><p>Hi</p></body></html>"


def _written(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document).replace("</", r"<\/")


def posting(**fields: Any) -> dict[str, Any]:
    return {**POSTING, **fields}


def read(page: str | bytes | httpx.Response, link: str = LINK) -> PostingResult:
    return fetch(link, Web({link: page}))


def test_all_that_json_ld_says_is_in_the_result() -> None:
    whole = posting(
        datePosted="2026-03-01T08:00:00Z",
        validThrough="2026-05-30",
        employmentType=["FULL_TIME", "TEMPORARY"],
        jobLocation={
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "streetAddress": "Mill Lane 1",
                "addressLocality": "Bath",
                "addressRegion": "Somerset",
                "addressCountry": {"@type": "Country", "name": "GB"},
            },
        },
        baseSalary={
            "@type": "MonetaryAmount",
            "currency": "GBP",
            "value": {"@type": "QuantitativeValue", "value": 12.5, "unitText": "HOUR"},
        },
    )
    assert read(ld(whole), f"{LINK}?utm_source=mail") == PostingResult(
        title="Baker",
        company="Acme Bread",
        location="Bath, Somerset, GB",
        employment_type="full-time, temporary",
        salary="GBP 12.50 an hour",
        description=TEXT.strip(),
        posted=date(2026, 3, 1),
        valid_through=date(2026, 5, 30),
        source="json-ld",
        canonical_link=LINK,
    )


WHOLE = json.dumps(POSTING)


@pytest.mark.parametrize(
    "script",
    [
        WHOLE,
        f"[{WHOLE}]",
        json.dumps({"@graph": [{"@type": "WebPage"}, POSTING]}),
        json.dumps({"@type": "WebPage", "mainEntity": {"about": [POSTING]}}),
        json.dumps(posting(**{"@type": ["Thing", "http://schema.org/JobPosting"]})),
        f"<!-- {WHOLE} -->",
        f"<![CDATA[ {WHOLE} ]]>",
        f"//<![CDATA[\n{WHOLE}\n//]]>",
        f"/*<![CDATA[*/ {WHOLE} /*]]>*/",
        f"{WHOLE};",
        f"\ufeff{WHOLE}",
        WHOLE[:-1] + ",}",
        WHOLE.replace("four. You", "four.\n\tYou\x0b"),
        WHOLE.replace("bread", r"b\read\'s \d bread"),
        WHOLE.replace('"', "&quot;"),
        f'{{"@type": "Organization"}}\n{WHOLE}',
        WHOLE.replace("<p>", "&lt;p&gt;").replace("</p>", "&lt;/p&gt;"),
        WHOLE.replace("<p>", "&amp;lt;p&amp;gt;").replace("</p>", "&amp;lt;/p&amp;gt;"),
        WHOLE.replace("<", "\\u003c"),
    ],
)
def test_json_ld_is_read_however_it_is_written(script: str) -> None:
    result = read(ld("{broken", script))
    assert (result.title, result.company, result.source) == ("Baker", "Acme Bread", "json-ld")
    assert result.description is not None
    assert result.description.startswith("You bake")
    assert not {"<", "&"} & set(result.description)


def test_what_an_id_names_is_looked_up() -> None:
    graph = {
        "@graph": [
            posting(hiringOrganization={"@id": "#us"}),
            {"@id": "#us", "@type": "Organization", "name": "Village Bakery"},
        ]
    }
    assert read(ld(graph)).company == "Village Bakery"


@pytest.mark.parametrize(
    ("fields", "name", "expected"),
    [
        ({"hiringOrganization": "Acme"}, "company", "Acme"),
        ({"hiringOrganization": [{"name": "A &amp; B"}]}, "company", "A & B"),
        ({"hiringOrganization": {"name": {"@value": "Acme"}}}, "company", "Acme"),
        ({"hiringOrganization": None}, "company", None),
        ({"title": "  Baker &amp; <b>Cook</b>\n"}, "title", "Baker & Cook"),
        ({"jobLocation": "Rome, Italy"}, "location", "Rome, Italy"),
        ({"jobLocation": {"address": "Rome"}}, "location", "Rome"),
        ({"jobLocation": {"name": "Rome Office"}}, "location", "Rome Office"),
        (
            {"jobLocation": [{"address": {"addressLocality": x}} for x in ("Rome", "Bari")] * 2},
            "location",
            "Rome; Bari",
        ),
        (
            {"jobLocation": {"address": {"addressLocality": "Ro, IT", "addressCountry": "IT"}}},
            "location",
            "Ro, IT",
        ),
        (
            {"jobLocationType": "TELECOMMUTE", "applicantLocationRequirements": {"name": "Spain"}},
            "location",
            "Spain",
        ),
        ({"jobLocationType": "TELECOMMUTE"}, "remote", "remote"),
        ({"title": "Baker (hybrid)"}, "remote", "hybrid"),
        ({"employmentType": "CONTRACTOR"}, "employment_type", "contract"),
        ({"employmentType": "OTHER"}, "employment_type", None),
        ({"baseSalary": 50000, "salaryCurrency": "CHF"}, "salary", "CHF 50,000"),
        ({"baseSalary": "€ 2.400 bruto"}, "salary", "€ 2.400 bruto"),
        (
            {
                "baseSalary": {
                    "currency": "USD",
                    "value": {"minValue": "120,000", "maxValue": 150e3, "unitText": "YEAR"},
                }
            },
            "salary",
            "USD 120,000-150,000 a year",
        ),
        (
            {"baseSalary": {"value": {"minValue": 0, "maxValue": 90, "unitText": "DAY"}}},
            "salary",
            "up to 90 a day",
        ),
        (
            {"baseSalary": [{"currency": "SEK", "minValue": 30000, "unitText": "MONTH"}]},
            "salary",
            "from SEK 30,000 a month",
        ),
        ({"baseSalary": {"value": {"minValue": 0, "maxValue": 0}}}, "salary", None),
        ({"baseSalary": {"value": "Competitive"}}, "salary", "Competitive"),
        ({"datePosted": "soon"}, "posted", None),
        ({"validThrough": "0001-01-01"}, "valid_through", None),
        ({"description": "One\n\nTwo\n• three"}, "description", None),
    ],
)  # fmt: skip
def test_a_field_is_read_in_all_its_forms(fields: dict[str, Any], name: str, expected: Any) -> None:
    result = read(ld(posting(**fields)))
    if name == "description":
        expected = "One\n\nTwo\n• three"
    assert getattr(result, name) == expected


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["@type", "@id", "name", "address", "value", "minValue", "x"]), inner
    ),
    max_leaves=8,
)  # fmt: skip


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "title",
                "description",
                "hiringOrganization",
                "jobLocation",
                "baseSalary",
                "url",
                "employmentType",
                "datePosted",
                "validThrough",
                "jobLocationType",
                "applicantLocationRequirements",
            ]
        ),
        json_values,
    )
)
def test_no_value_of_any_type_breaks_the_reading(fields: dict[str, Any]) -> None:
    try:
        result = read(ld({"@type": "JobPosting", **fields}))
    except ToolError:
        return
    assert result.description


def test_of_several_postings_the_one_of_the_address_is_taken() -> None:
    many = [
        posting(title=f"Job {n}", url=f"https://acme.example/jobs/baker-{n}") for n in (76, 77, 78)
    ]
    assert read(ld(*many)).title == "Job 77"
    by_heading = ld(posting(title="Cook"), posting()).replace("<p>Hi", "<h1>Baker</h1><p>Hi")
    assert read(by_heading, "https://acme.example/job").title == "Baker"


def test_several_postings_without_a_hint_are_a_list() -> None:
    page = ld(posting(title="Cook"), {"@type": "ItemList", "itemListElement": [posting()]})
    with pytest.raises(ToolError, match="lists several jobs"):
        read(page)


def test_the_same_posting_said_twice_is_one() -> None:
    assert read(ld(POSTING, [POSTING])).title == "Baker"


def test_a_teaser_in_the_data_is_replaced_by_the_text_of_the_page() -> None:
    data = json.dumps(posting(title="Cartographer", description="Join us!"))
    page = saved("article.html").decode().replace(
        "</head>", f'<script type="application/ld+json">{data}</script></head>'
    )  # fmt: skip
    result = read(page)
    assert (result.title, result.source) == ("Cartographer", "json-ld")
    assert "contour\nlines" not in (result.description or "")
    assert "- Walk what you draw" in (result.description or "")


MICRODATA = f"""<html><head><title>Work</title></head><body>
<div itemscope itemtype="http://schema.org/JobPosting">
<h1 itemprop="title">Miller</h1>
<span itemprop="hiringOrganization" itemscope itemtype="http://schema.org/Organization">
<a href="/about"><span itemprop="name">Old Mill</span></a></span>
<div itemprop="jobLocation" itemscope itemtype="http://schema.org/Place">
<div itemprop="address" itemscope itemtype="http://schema.org/PostalAddress">
<span itemprop="addressLocality">Kinderdijk</span><meta itemprop="addressCountry" content="NL">
</div></div>
<time itemprop="datePosted" datetime="2026-02-03">3 February</time>
<meta itemprop="employmentType" content="PART_TIME">
<div itemprop="description"><p>{TEXT}</p><ul><li>flour</li></ul></div>
</div></body></html>"""


def test_microdata_is_read() -> None:
    result = read(MICRODATA)
    assert result == PostingResult(
        title="Miller",
        company="Old Mill",
        location="Kinderdijk, NL",
        employment_type="part-time",
        description=f"{TEXT.strip()}\n\n- flour",
        posted=date(2026, 2, 3),
        source="microdata",
        canonical_link=LINK,
    )


def test_microdata_without_its_scopes_is_read() -> None:
    page = f"""<html><body><div itemtype="http://schema.org/JobPosting">
    <meta itemprop="datePosted" content="Wed Aug 05 02:00:00 UTC 2026">
    <meta itemprop="hiringOrganization" content="Skyward">
    <span itemprop="jobLocation"><span itemprop="address">
    <meta itemprop="streetAddress" content="Bern, CH"></span></span>
    <span itemprop="title">Baker</span><span itemprop="description"><span>{TEXT}</span></span>
    </div></body></html>"""
    result = read(page)
    assert (result.title, result.company, result.location, result.posted) == (
        "Baker", "Skyward", "Bern, CH", date(2026, 8, 5),
    )  # fmt: skip


def test_what_stands_beside_the_description_is_added_once() -> None:
    fields = {"qualifications": "<ul><li>Warm hands</li></ul>", "skills": ["rye", "oats"]}
    result = read(ld(posting(**fields, responsibilities=TEXT)))
    assert result.description == f"{TEXT.strip()}\n\n- Warm hands\n\nrye\noats"


def test_a_description_that_lost_its_paragraphs_is_taken_from_the_page() -> None:
    article = saved("article.html").decode()
    flat = " ".join((read(article).description or "").split()).replace(" - ", " ")
    data = json.dumps(posting(description=flat))
    page = article.replace("</head>", f'<script type="application/ld+json">{data}</script></head>')
    result = read(page)
    assert result.source == "json-ld"
    assert "\n- Draw sheets" in (result.description or "")


def test_a_page_without_data_gives_its_main_text() -> None:
    result = read(
        saved("article.html"), "https://mapwrights.example/careers/senior-cartographer?x=1"
    )
    assert (result.title, result.company, result.source) == (
        "Senior Cartographer", "Mapwrights", "readability",
    )  # fmt: skip
    assert result.remote == "hybrid"
    assert result.canonical_link == "https://mapwrights.example/careers/senior-cartographer"
    text = result.description or ""
    assert "What you will do\n\n- Draw sheets" in text
    assert "Similar jobs" not in text
    assert "cookies" not in text


SECTIONS = """<html><head><title>Platform Engineer</title></head><body><div class="page">
<div class="head"><h2>Platform Engineer</h2><a href="/apply">Apply for this job</a></div>
<div class="section"><div>Acme builds billing systems for small shops, and we grow our team.</div>
<div><br></div><div>You will join six engineers.</div></div>
<div class="section"><h3>What you do</h3><ul><li>Run clusters</li><li>Write Go</li></ul></div>
<div class="section"><h3>What you bring</h3><ul><li>Linux</li><li>Patience</li></ul></div>
<div class="section"><div>We offer EUR 70,000 a year, and thirty days to go hiking.</div></div>
<div class="related"><h3>Similar jobs</h3><a href="/jobs/a">A</a> <a href="/jobs/b">B</a></div>
</div><div class="cookie-banner">We use cookies.</div>
<footer>Powered by nobody in particular, <a href="/privacy">Privacy</a></footer></body></html>"""


def test_sections_of_short_lists_are_kept_and_what_is_around_is_not() -> None:
    assert read(SECTIONS).description == (
        "Acme builds billing systems for small shops, and we grow our team.\n\n"
        "You will join six engineers.\n\nWhat you do\n\n- Run clusters\n- Write Go\n\n"
        "What you bring\n\n- Linux\n- Patience\n\n"
        "We offer EUR 70,000 a year, and thirty days to go hiking."
    )


def test_links_within_sentences_and_comments_are_no_reason_to_stop() -> None:
    page = f"""<html><body><div class="job">{TEXT} See <a href="/about">our bakery</a> first.<br>
    <!-- end of intro --><ul><li>rye</li></ul><!-- list --><p>Write to Jane.</p></div></body>"""
    text = read(page).description or ""
    assert "See our bakery first." in text
    assert text.endswith("- rye\n\nWrite to Jane.")


def test_open_graph_stands_in_where_the_page_says_little() -> None:
    page = """<html><head><title>Potter | Kiln</title><meta property="og:title" content="Potter at
    Kiln &amp; Co"><meta property="og:description" content="Throw pots in Delft, on-site role.">
    </head><body><h1>Potter</h1><p>Apply now.</p></body></html>"""
    result = read(page)
    assert (result.title, result.company, result.remote) == ("Potter", "Kiln & Co", "on-site")
    assert (result.description, result.source) == (
        "Throw pots in Delft, on-site role.", "open-graph",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("title", "site", "expected"),
    [
        ("Senior Baker at Acme", "", ("Senior Baker", "Acme")),
        ("Acme is hiring a Senior Baker in Bath", "", ("Senior Baker", "Acme")),
        ("Acme hiring Baker in Bath | LinkedIn", "LinkedIn", ("Baker", "Acme")),
        ("Senior Baker | Acme", "Acme", ("Senior Baker", "Acme")),
        ("Senior Baker - Acme - Careers", "Careers", ("Senior Baker", None)),
        ("Front-end Baker", "", ("Front-end Baker", None)),
    ],
)
def test_title_and_company_are_told_from_the_head(
    title: str, site: str, expected: tuple[str, str | None]
) -> None:
    page = f"""<head><title>{title}</title><meta property="og:site_name" content="{site}"></head>
    <body><p>{TEXT}</p></body>"""
    result = read(page)
    assert (result.title, result.company) == expected


@pytest.mark.parametrize(
    ("content", "header"),
    [
        ("Bäcker für Brötchen".encode("cp1252"), "text/html; charset=ISO-8859-1"),
        ("Bäcker für Brötchen".encode(), "text/html; charset=utf-8"),
        ("Bäcker für Brötchen".encode(), "text/html"),
        ("Bäcker für Brötchen".encode("cp1252"), "text/html"),
        ("Bäcker für Brötchen".encode("cp1252"), "text/html; charset=punycode"),
        ("Bäcker für Brötchen".encode("cp1252"), "text/html; charset=utf-8"),
        ("\ufeffBäcker für Brötchen".encode(), "text/html; charset=iso-8859-1"),
        ("\ufeffBäcker für Brötchen".encode("utf-16-le"), "text/html"),
        (b'<meta charset="windows-1250">' + "Bäcker für Brötchen".encode("cp1250"), "text/html"),
        (
            b'<meta http-equiv=content-type content="text/html; charset=cp1252">'
            + "Bäcker für Brötchen".encode("cp1252"),
            "",
        ),
    ],
)
def test_the_character_set_is_found(content: bytes, header: str) -> None:
    tail = f"<p>{TEXT}</p>"
    wide = content.startswith(b"\xff\xfe")
    page = content + (tail.encode("utf-16-le") if wide else tail.encode())
    response = httpx.Response(200, headers={"Content-Type": header}, content=page)
    assert "Bäcker für Brötchen" in (read(response).description or "")


def test_what_a_page_holds_is_no_markup_and_no_control_characters_in_the_cells() -> None:
    page = ld(
        posting(title="<script>alert(1)</script>Baker\x00\x07", description=f"{TEXT}\x1b[31m")
    )
    result = read(page)
    assert result.title == "Baker"
    assert "\x1b" not in (result.description or "")


def test_a_description_too_long_for_a_cell_is_cut() -> None:
    result = read(ld(posting(description="word " * 50_000)))
    assert len(result.description or "") <= 45_000
    assert (result.description or "").endswith("…")


@pytest.mark.parametrize("text", ["", "   ", "Acme, ask Jane", "@@@", "mailto:jane@acme.example"])
def test_a_cell_without_a_link_is_said_to_have_none(text: str) -> None:
    web = Web({})
    with pytest.raises(ToolError, match="not a web address"):
        fetch(text, web)
    assert web.asked == []


@pytest.mark.parametrize(
    "typed",
    [
        "acme.example/jobs/baker-77",
        "  https://acme.example/jobs/baker-77  ",
        "<https://acme.example/jobs/baker-77>",
        "[Baker](https://acme.example/jobs/baker-77)",
        '=HYPERLINK("https://acme.example/jobs/baker-77"; "Baker")',
        "https://www.google.com/url?q=https://acme.example/jobs/baker-77&sa=D",
        "Baker: https://acme.example/jobs/baker-77.",
    ],
)
def test_a_link_is_taken_as_people_paste_it(typed: str) -> None:
    web = Web({LINK: ld(POSTING)})
    assert fetch(typed, web).title == "Baker"
    assert web.asked == [LINK]


@pytest.mark.parametrize(
    ("answer", "retry_after"),
    [
        (httpx.Response(500), None),
        (httpx.Response(503, headers={"Retry-After": "120"}), 120),
        (httpx.Response(429, headers={"Retry-After": "Fri, 01 May 2026 12:10:00 GMT"}), 600),
        (httpx.Response(429, headers={"Retry-After": "99999999"}), 86_400),
        (httpx.Response(429, headers={"Retry-After": "soon"}), None),
        (httpx.Response(408), None),
        (httpx.ReadTimeout("late"), None),
        (httpx.ConnectError("no route"), None),
        (httpx.RemoteProtocolError("nonsense"), None),
    ],
)
def test_what_may_pass_is_tried_again(answer: Any, retry_after: float | None) -> None:
    with pytest.raises(TransientToolError) as caught:
        read(answer)
    assert caught.value.retry_after_s == retry_after


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.Response(404), "gone"),
        (httpx.Response(410), "gone"),
        (httpx.Response(401), "wants a login"),
        (httpx.Response(403), "refuses programs"),
        (httpx.Response(451), "refuses programs"),
        (httpx.Response(999), "does not let programs in"),
        (html("<p>x</p>", 403, cf_mitigated="challenge"), "does not let programs in"),
        (html("", 202, x_amzn_waf_action="challenge"), "does not let programs in"),
        (html("<title>Just a moment...</title><p>x</p>", 503), "does not let programs in"),
        (httpx.Response(302, headers={"Location": LINK}), "circle"),
        (RobotsRefusedError("no"), "does not let programs read"),
        (AddressRefusedError("That is not on the public web."), "public web"),
    ],
)
def test_what_will_not_pass_is_said_in_one_sentence(answer: Any, said: str) -> None:
    with pytest.raises(ToolError, match=said) as caught:
        read(answer)
    assert not isinstance(caught.value, TransientToolError)


@pytest.mark.parametrize(
    ("content", "header", "said"),
    [
        (b"%PDF-1.7 ...", "application/pdf", "a PDF"),
        (b"%PDF-1.7 ...", "text/html", "a PDF"),
        (b"\x89PNG\r\n", "image/png", "a picture"),
        (b"PK\x03\x04...", "application/octet-stream", "a document or an archive"),
        (b"\xd0\xcf\x11\xe0", "application/msword", "a document"),
        (b'{"jobs": []}', "application/json", "data for programs"),
        (b"We look for a baker.", "text/plain", "plain text"),
        (b"\x00\x01\x02\x03", "text/html", "a file"),
        (b"\x00\x01\x02\x03", "", "a file"),
    ],
)
def test_what_is_no_page_is_named(content: bytes, header: str, said: str) -> None:
    answer = httpx.Response(200, headers={"Content-Type": header}, content=content)
    with pytest.raises(ToolError, match=f"leads to {said}"):
        read(answer)


def test_a_page_with_a_wrong_content_type_is_still_a_page() -> None:
    answer = httpx.Response(200, headers={"Content-Type": "text/plain"}, text=ld(POSTING))
    assert read(answer).title == "Baker"
