"""The titles of real kinds of tracker are read whole: every column that matters, and no other.

The titles are those of public templates, exports and scripts; what stands below them is made up.
"""

from __future__ import annotations

import pytest

from sync_daemon.domain.cells import CellValue
from sync_daemon.onboarding.headers import Column, Role, find_header_row, recognise

POSTING = "We are looking for somebody who writes Python, knows SQL and likes plain words. " * 5
CELLS: dict[str, list[CellValue]] = {
    "link": ["https://jobs.example.com/1", "https://example.org/careers/42?x=1", ""],
    "company": ["Acme", "Bolt GmbH", "Cord & Sons"],
    "title": ["Test Engineer", "Developer", "Head of Data"],
    "description": [POSTING, POSTING + "!", ""],
    "location": ["Berlin", "Remote", "On-site, Lyon"],
    "salary": ["€60k-70k", "$120,000", ""],
    "status": ["Applied", "Rejected after OA", "HR call"],
    "applied": ["2026-06-03", "6/13/2026", ""],
    "last contact": ["13/06/2026", "", ""],
    "interview": ["2026-07-01", "", ""],
    "posted": ["2026-05-20", "", ""],
    "deadline": ["2026-08-01", "", ""],
    "notes": ["nice people", "call Bob back", ""],
    "-": ["x", "y", "z"],  # what sheetd has no use for
}
# Each title with what it means, as "title=role"; without a role it is none of sheetd's business.
TRACKERS = {
    "browser extension's export": "Company=company, Position=title, Status=status,"
    " Date Applied=applied, Job URL=link",
    "student's list": "Company=company, Position=title, Status=status, Date Applied=applied,"
    " Link=link, Source",
    "portal's export": "Job Title=title, Company=company, Location=location, Salary=salary,"
    " Status=status, URL=link, Applied At=applied",
    "daily digest": "Job Title=title, Company=company, Location=location, Salary Range=salary,"
    " Date Posted=posted, Application Link=link, Why It Matches, Pull Date",
    "script with a deadline": "id, company=company, role=title, location=location, link=link,"
    " deadline=deadline, date_added, status=status",
    "bulk upload": "Job Link=link, Job Title=title, Company=company, Location=location,"
    " Salary=salary, Description=description",
    "résumé versions": "Date=applied, Company=company, Position=title, Resume Version,"
    " Status=status, Notes=notes",
    "database's columns": "company_name=company, position_title=title,"
    " job_description=description, application_url=link, resume_id, cover_letter_id,"
    " status=status, notes=notes, salary_range=salary, location=location,"
    " application_date=applied, interview_date=interview, follow_up_date",
    "camel humps": "id, company=company, role=title, applicationDate=applied, jobLink=link,"
    " status=status, notes=notes, resumeUrl",
    "German advice page": "Versanddatum=applied, Unternehmen=company, Arbeitsort=location,"
    " Position=title, Eingangsbestätigung, Absage, Vorstellungsgespräch=interview,"
    " Anmerkungen=notes",
    "German script": "Datum=applied, Firma=company, Position=title, Portal, Link=link,"
    " Status=status, Notizen=notes",
    "French board": "Entreprise=company, Poste=title, Etat=status, Date Envoi=applied,"
    " Date Relance, Lien=link, Notes=notes",
    "French table": "entreprise=company, poste=title, source, date_candidature=applied, contact,"
    " statut=status, notes=notes, localisation=location",
    "Spanish register": "id, estado=status, fecha=applied, empresa=company, puesto=title,"
    " ubicacion=location, url=link, notas=notes, historial",
    "Dutch sheet": "Bedrijf=company, Functie=title, Link vacature=link,"
    " Gesolliciteerd op=applied, Status=status, Contactpersoon, Opmerkingen=notes",
    "numbered rows": "#, Date Applied=applied, Company=company, Role=title, Channel,"
    " Status=status, Status Date=last contact, Days Since Applied, Follow Up?, Notes=notes",
    "mail importer": "Application ID, Date Applied=applied, Company=company, Location=location,"
    " Industry, Position Title=title, Period, Application Link=link, Source,"
    " Application Status=status, Notes=notes, Domain, Raw Company",
    "web form's export": "Date Applied=applied, Company=company, Job Title=title, Resume File,"
    " Status=status, Website URL=link",
    "career service": "Company Name=company, Job Title=title, Job URL=link, Applied On=applied,"
    " Status=status, Notes=notes, Location=location",
    "scraper": "Job ID, Title=title, Company=company, Work Location=location, Work Style,"
    " About Job=description, Date Applied=applied, Job Link=link",
    "internship list": "Company=company, Role=title, Location=location, Application/Link=link,"
    " Date Posted=posted",
    "desktop program": "Company Name=company, Job Title=title, Job Location=location,"
    " Date Applied=applied, Job Status=status, Notes=notes",
    "saved jobs": "Job Title=title, Company=company, Location=location, Salary=salary, Job Type,"
    " Experience, Saved Date, Priority, Application Status=status, Notes=notes, Tags",
    "study plan": "Company=company, Position=title, Applied=applied, Interview Stage,"
    " Status=status, Notes=notes",
    "note-taking program": "company=company, position=title, status=status, next_action,"
    " salary=salary, application_date=applied, website=link, resume_path, cover_letter_path",
    "blog's template": "Company name=company, Role title=title, Source,"
    " Location (city + remote)=location, Salary range=salary, Date applied=applied,"
    " Recruiter contact, Resume version, Job URL=link, Next action, Status=status",
    "emoji": "🏢 Company=company, 💼 Role=title, 🔗 Link=link, 📅 Applied=applied,"
    " 🚦 Status=status",
    "field report": "Position Title=title, Employer Name=company, Job posting (link)=link,"
    " final_status=status",
    "field report, other half": "Role name=title, Application URL=link, Result=status",
}


def parsed(tracker: str) -> tuple[list[Column], dict[Role, str]]:
    columns, roles = list[Column](), dict[Role, str]()
    for part in TRACKERS[tracker].split(", "):
        title, _, role = part.strip().partition("=")
        columns.append(Column(title, CELLS[role or "-"]))
        if role:
            roles[Role(role)] = title
    return columns, roles


@pytest.mark.parametrize("tracker", TRACKERS)
def test_it_is_read_whole_once_it_is_filled(tracker: str) -> None:
    columns, roles = parsed(tracker)
    assert recognise(columns) == roles


@pytest.mark.parametrize("tracker", TRACKERS)
def test_it_is_read_whole_while_it_is_blank(tracker: str) -> None:
    columns, roles = parsed(tracker)
    assert recognise([column.title for column in columns]) == roles


@pytest.mark.parametrize("tracker", TRACKERS)
def test_its_row_of_titles_is_found_below_a_heading(tracker: str) -> None:
    columns, _ = parsed(tracker)
    titles = [column.title for column in columns]
    rows = [["My job hunt 2026"], [], titles, *zip(*(c.cells for c in columns), strict=True)]
    assert find_header_row(rows) == 3


@pytest.mark.parametrize(
    ("columns", "roles"),
    [
        ([Column("Ad", CELLS["link"])], {Role.LINK: "Ad"}),
        ([Column("Job", CELLS["link"])], {Role.LINK: "Job"}),
        ([Column("Job", CELLS["title"])], {Role.TITLE: "Job"}),
        ([Column("Job description", CELLS["link"])], {Role.LINK: "Job description"}),
        ([Column("Stuff", CELLS["link"])], {Role.LINK: "Stuff"}),
        ([Column("Stuff", CELLS["description"])], {Role.DESCRIPTION: "Stuff"}),
        ([Column("Stuff", CELLS["status"])], {Role.STATUS: "Stuff"}),
        ([Column("Stuff", CELLS["salary"])], {Role.SALARY: "Stuff"}),
        ([Column("Stuff", CELLS["title"])], {}),
        ([Column("Link", ["Apply", "here"])], {Role.LINK: "Link"}),  # a label over a link
        ([Column("Link", [True, False])], {}),
        ([Column("Link", [True]), Column("Stuff", CELLS["link"])], {Role.LINK: "Stuff"}),
        ([Column("Description", [1, 2])], {}),
        ([Column("Applied", [True, False])], {}),
        ([Column("Applied", [True, False]), Column("On it", CELLS["applied"])],
         {Role.APPLIED: "On it"}),
        ([Column("Applied", ["Yes", "No"])], {}),
        ([Column("Applied", ["Applied", "Rejected"])], {Role.STATUS: "Applied"}),
        ([Column("Date", CELLS["title"])], {}),
        ([Column("Company website", CELLS["link"])], {}),
        ([Column("LinkedIn profile", CELLS["link"]), Column("Link", CELLS["link"])],
         {Role.LINK: "Link"}),
        ([Column("Resume link", CELLS["link"])], {}),
        ([Column("Cover letter", CELLS["description"])], {}),
        ([Column("Work mode", ["On-site", "On-site", "Remote"])], {}),
        ([Column("Stack", ["Node.js", "Vue.js"])], {}),
        ([Column("Company", ["Booking.com", "Monday.com"])], {Role.COMPANY: "Company"}),
    ],
)  # fmt: skip
def test_content_decides_where_names_do_not(columns: list[Column], roles: dict[Role, str]) -> None:
    assert recognise(columns) == roles
