"""Which steps are proposed for which columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync_daemon.onboarding.headers import Role
from sync_daemon.onboarding.pipeline import TEMPLATES, propose
from sync_daemon.processing.loading import ToolEntry
from sync_daemon.processing.registry import load_registry
from sync_daemon.processing.steps import StepPlace, check_steps
from sync_daemon.settings.models import StepSettings

REGISTRY = load_registry(installed=[])
ALL = {role: role.value.title() for role in Role}


def tools(*names: str) -> dict[str, ToolEntry]:
    return {name: REGISTRY.tools[name] for name in names}


def test_a_description_is_enough_for_keywords() -> None:
    steps = propose({Role.DESCRIPTION: "JD"}, tools("keyword_analyzer"))
    assert [(s.tool, s.inputs, s.outputs) for s in steps] == [
        ("keyword_analyzer", {"text": ("JD",)}, {"keywords": "Keywords"})
    ]


def test_a_tool_whose_input_has_no_source_is_left_out() -> None:
    assert propose({Role.COMPANY: "Company"}, tools("keyword_analyzer")) == []


def test_a_tool_that_is_not_installed_is_left_out() -> None:
    assert propose(ALL, {}) == []


def test_columns_of_the_user_are_never_written() -> None:
    assert (
        propose({Role.DESCRIPTION: "JD"}, tools("keyword_analyzer"), titles={"Keywords": None})
        == []
    )


@pytest.mark.parametrize(
    "roles",
    [ALL, {Role.DESCRIPTION: "JD"}, {Role.LINK: "Link"}, {Role.LINK: "L", Role.STATUS: "S"}],
    ids=["every column", "a description", "a link", "a link and a status"],
)
def test_every_proposal_is_a_pipeline_that_works(roles: dict[Role, str], tmp_path: Path) -> None:
    resume = tmp_path / "resume.md"
    resume.write_text("Python")
    steps = propose(roles, REGISTRY.tools, resume=str(resume))
    settings = [
        StepSettings(
            tool=s.tool, inputs=dict(s.inputs), outputs=dict(s.outputs), options=dict(s.options)
        )
        for s in steps
    ]
    prepared, faults = check_steps(settings, REGISTRY, StepPlace("jobs", tmp_path, "id", "status"))
    assert faults == []
    assert len(prepared) == len(steps) > 0


def test_no_two_tools_fill_one_column() -> None:
    outputs = [header for template in TEMPLATES for header in template.outputs.values()]
    assert len(outputs) == len(set(outputs))
