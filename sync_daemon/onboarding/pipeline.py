"""Which tools a sheet could use: proposed from its columns and the tools that there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sync_daemon.domain.headers import find_header
from sync_daemon.onboarding.headers import Role
from sync_daemon.onboarding.titles import another_title
from sync_daemon.processing.loading import ToolEntry


@dataclass(frozen=True, slots=True)
class ProposedStep:
    """A step as a configuration would hold it, and what it is good for."""

    tool: str
    inputs: Mapping[str, tuple[str, ...]]
    outputs: Mapping[str, str]
    purpose: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StepTemplate:
    """How a tool is used in a job hunt.

    Attributes:
        tool: its name.
        inputs: for each, where it can come from, the best first. A text is
            ``step.output`` of an earlier step.
        outputs: for each, the column it goes into.
        takes_resume: whether it has an option ``resume``.
        purpose: in words, for comments and questions.
    """

    tool: str
    purpose: str
    inputs: Mapping[str, tuple[Role | str, ...]]
    outputs: Mapping[str, str]
    takes_resume: bool = False


# In the order in which they are proposed; tools that are not installed are left out.
TEMPLATES: Sequence[StepTemplate] = (
    StepTemplate(
        "posting_fetcher",
        "fetches the posting behind the link",
        {"link": (Role.LINK,)},
        {
            "title": "Posting title",
            "company": "Posting company",
            "location": "Posting location",
            "remote": "Remote",
            "salary": "Posting salary",
            "posted": "Posted",
            "valid_through": "Closes",
        },
    ),
    StepTemplate(
        "keyword_analyzer",
        "names the skills that the posting asks for",
        {"text": (Role.DESCRIPTION, "posting_fetcher.description")},
        {"keywords": "Keywords"},
    ),
    StepTemplate(
        "resume_match",
        "compares the posting with your résumé",
        {
            "text": (Role.DESCRIPTION, "posting_fetcher.description"),
            "title": (Role.TITLE, "posting_fetcher.title"),
        },
        {"score": "Match %", "matched": "Matched", "missing": "Missing"},
        takes_resume=True,
    ),
    StepTemplate(
        "salary_parser",
        "reads the salary and makes it comparable",
        {
            "text": (Role.SALARY,),
            "stated": ("posting_fetcher.salary",),
            "description": (Role.DESCRIPTION, "posting_fetcher.description"),
            "location": (Role.LOCATION, "posting_fetcher.location"),
        },
        {"yearly_minimum": "Salary from", "yearly_maximum": "Salary to", "currency": "Currency"},
    ),
    StepTemplate(
        "link_check",
        "looks every day whether the posting is still open",
        {"link": (Role.LINK,)},
        {"state": "Open?"},
    ),
    StepTemplate(
        "duplicate_check",
        "flags a posting that is in the sheet already",
        {
            "link": (Role.LINK,),
            "company": (Role.COMPANY,),
            "title": (Role.TITLE,),
            "location": (Role.LOCATION,),
        },
        {"duplicate_of": "Duplicate of"},
    ),
    StepTemplate(
        "follow_up",
        "says what to do next, and when",
        {
            "status": (Role.STATUS,),
            "applied": (Role.APPLIED,),
            "last_contact": (Role.LAST_CONTACT,),
            "posted": (Role.POSTED, "posting_fetcher.posted"),
            "valid_through": (Role.DEADLINE, "posting_fetcher.valid_through"),
            "next_interview": (Role.INTERVIEW,),
            "company": (Role.COMPANY,),
            "title": (Role.TITLE,),
            "url": (Role.LINK,),
        },
        {"action": "Next action", "due": "Due"},
    ),
)


def propose(
    roles: Mapping[Role, str],
    tools: Mapping[str, ToolEntry],
    *,
    titles: Mapping[str, str | None] | None = None,
    resume: str | None = None,
) -> list[ProposedStep]:
    """The steps that the columns allow.

    Args:
        roles: the columns that were recognised.
        tools: the tools that there are.
        titles: for a column of a template, the title to use in its place; None leaves it out.
            A title that a column of ``roles`` has is never used.
        resume: the path of a résumé; tools that need one are left out without it.
    """
    proposed: list[ProposedStep] = []
    for template in TEMPLATES:
        entry = tools.get(template.tool)
        if entry is None or (template.takes_resume and resume is None):
            continue
        step = _fit(template, entry, roles, proposed, titles or {})
        if step is not None:
            options = {"resume": resume} if template.takes_resume and resume else {}
            proposed.append(
                ProposedStep(step.tool, step.inputs, step.outputs, step.purpose, options)
            )
    return proposed


def _title(header: str, roles: Mapping[Role, str], titles: Mapping[str, str | None]) -> str | None:
    """The title of a result: never that of a column that is read."""
    read = list(roles.values())
    title = another_title(header, read) if find_header(header, read) else header
    return titles.get(title, title)


def _fit(
    template: StepTemplate,
    entry: ToolEntry,
    roles: Mapping[Role, str],
    earlier: Sequence[ProposedStep],
    titles: Mapping[str, str | None],
) -> ProposedStep | None:
    """The template filled in; None if an input that the tool needs has no source."""
    fields = entry.tool.input_schema.model_fields
    sources = {
        name: _sources(template.inputs.get(name, ()), roles, {s.tool for s in earlier})
        for name in fields
    }
    inputs = {name: found for name, found in sources.items() if found}
    lacking = [name for name, info in fields.items() if info.is_required() and name not in inputs]
    known = entry.tool.result_schema.model_fields
    outputs = {
        output: title
        for output, header in template.outputs.items()
        if output in known and (title := _title(header, roles, titles)) is not None
    }
    if lacking or not inputs or not outputs:
        return None
    return ProposedStep(template.tool, inputs, outputs, template.purpose)


def _sources(
    wanted: Sequence[Role | str], roles: Mapping[Role, str], steps: Collection[str]
) -> tuple[str, ...]:
    """Those that there are, as the configuration writes them."""
    found = [
        (roles.get(source, "") if isinstance(source, Role) else source)
        for source in wanted
        if isinstance(source, Role) or source.partition(".")[0] in steps
    ]
    return tuple(dict.fromkeys(source for source in found if source))
