"""Skills of which one tells something of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

USES = 0.8
"""Who has the first can hardly do without the second."""
SIMILAR = 0.4
"""Two of one sort: much of the one helps with the other."""

_USED_BY = {
    "SQL": ("PostgreSQL", "MySQL", "SQL Server", "Oracle", "SQLite", "MariaDB", "T-SQL", "PL/SQL"),
    "JavaScript": ("TypeScript", "React", "Angular", "Vue.js", "Node.js", "Next.js", "Svelte"),
    "HTML": ("React", "Angular", "Vue.js"),
    "Python": ("Django", "Flask", "FastAPI", "Pandas", "PyTorch", "NumPy"),
    "Java": ("Spring", "Spring Boot", "Hibernate", "Java EE"),
    "C#": ("ASP.NET", ".NET Core"),
    ".NET": ("C#", "ASP.NET", ".NET Core"),
    "Ruby": ("Ruby on Rails",),
    "PHP": ("Laravel", "Symfony"),
    "Git": ("GitHub", "GitLab", "Bitbucket"),
    "CI/CD": ("Jenkins", "GitHub Actions", "GitLab CI", "CircleCI"),
    "Linux": ("Ubuntu", "Debian", "Red Hat"),
    "Docker": ("Kubernetes",),
    "Scrum": ("Scrum Master certification",),
    "Agile": ("Scrum", "Kanban"),
    "Machine learning": ("Deep learning", "Scikit-learn", "TensorFlow", "PyTorch"),
    "Microsoft Office": ("Excel", "PowerPoint"),
}
_SORTS = (
    ("AWS", "Azure", "Google Cloud"),
    ("PostgreSQL", "MySQL", "MariaDB", "SQL Server", "Oracle"),
    ("React", "Angular", "Vue.js", "Svelte"),
    ("Java", "C#", "Kotlin"),
    ("JavaScript", "TypeScript"),
    ("Django", "Flask", "FastAPI"),
    ("TensorFlow", "PyTorch"),
    ("Tableau", "Power BI", "Looker"),
    ("Jenkins", "GitHub Actions", "GitLab CI", "CircleCI"),
    ("RabbitMQ", "Kafka"),
    ("Terraform", "Pulumi", "CloudFormation"),
    ("Jira", "Trello", "Asana"),
    ("Figma", "Sketch", "Adobe XD"),
    ("Salesforce", "HubSpot"),
)


def names() -> set[str]:
    """Every skill that is named here."""
    sorts = {name for sort in _SORTS for name in sort}
    return sorts | _USED_BY.keys() | {name for users in _USED_BY.values() for name in users}


def stand_in(wanted: str, skills: AbstractSet[str]) -> tuple[str, float] | None:
    """Of the skills that somebody has, the one that comes nearest to a wanted one.

    Returns:
        It, and the share of the wanted one's weight that it is worth; None if there is none.
    """
    for user in _USED_BY.get(wanted, ()):
        if user in skills:
            return user, USES
    for sort in _SORTS:
        if wanted in sort:
            for other in sort:
                if other in skills and other != wanted:
                    return other, SIMILAR
    return None
