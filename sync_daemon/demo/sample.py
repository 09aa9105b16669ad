"""A made-up job hunt: what somebody typed, and the postings that their links lead to."""

from __future__ import annotations

from dataclasses import dataclass

TAB = "Jobs"
HEADERS = ["Company", "Role", "Link", "Salary", "Status", "Applied", "Description"]

_SIGNALS = """Real-time signal processing in C++ and Python on embedded Linux. You know CMake, Git
and CI/CD, and you write tests before you write C++. 55,000 to 68,000 EUR a year."""
_FRONTEND = """TypeScript, React and Node.js; accessibility matters to us. GraphQL and CSS grid.
TypeScript everywhere."""

RESUME = """# Jo Sample

Python developer for six years: Python, SQL, PostgreSQL, Docker, Git, continuous integration,
Linux, React. Some R and statistics. English and German.
"""


@dataclass(frozen=True, slots=True)
class Posting:
    """A page of the made-up web; one that is closed answers 410."""

    path: str
    company: str
    title: str
    location: str
    salary: tuple[int, int] | None
    description: str
    is_closed: bool = False


POSTINGS = (
    Posting(
        "/lindqvist/backend-engineer",
        "Lindqvist Maritime",
        "Backend engineer",
        "Gothenburg",
        (58_000, 72_000),
        "<p>We build our booking platform in Python and PostgreSQL, on Kubernetes and Docker.</p>"
        "<h3>You bring</h3><ul><li>Three years of Python and SQL</li>"
        "<li>Code review and continuous integration</li><li>Kafka is a plus</li></ul>"
        "<h3>We offer</h3><p>30 days of holiday and a view of the harbour.</p>",
    ),
    Posting(
        "/orrery/data-analyst",
        "Orrery Labs",
        "Data analyst",
        "Remote, Europe",
        None,
        "<p>Answer questions with SQL and R, build dashboards in Tableau, and explain the results."
        "</p><p>You know A/B testing, statistics and some machine learning. English is a must.</p>",
    ),
    Posting(
        "/quay/platform-engineer",
        "Quay Analytics",
        "Platform engineer",
        "Rotterdam",
        (61_000, 80_000),
        "<p>Terraform, AWS and Kubernetes.</p>",
        is_closed=True,
    ),
)


def rows(site: str) -> list[list[object]]:
    """What somebody typed and pasted; ``site`` is where the postings are."""
    backend, analyst, platform = (site + posting.path for posting in POSTINGS)
    return [
        ["Lindqvist Maritime", "Backend engineer", backend, "", "Considering", "", ""],
        ["Orrery Labs", "Data analyst", analyst, "45-52k EUR", "Applied", "2026-11-02", ""],
        ["Tamarind Health", "C++ developer", "", "", "In Progress", "2026-10-20", _SIGNALS],
        ["Pell & Fourie", "Frontend engineer", "", "£52k", "Considering", "", _FRONTEND],
        ["Quay Analytics", "Platform engineer", platform, "", "Considering", "", ""],
        ["Lindqvist Maritime", "Backend engineer", f"{backend}?utm_source=news", "", "", "", ""],
        ["Somebody", "Something with data", "", "", "Considering", "", ""],
    ]
