"""Which column of a sheet means what, by its header, in four languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import Enum

from sync_daemon.domain.cells import CellValue, is_blank

ROWS_LOOKED_AT = 10  # for the header row


class Role(Enum):
    """What a column of a job hunt is about."""

    LINK = "link"
    COMPANY = "company"
    TITLE = "title"
    DESCRIPTION = "description"
    LOCATION = "location"
    SALARY = "salary"
    STATUS = "status"
    APPLIED = "applied"
    LAST_CONTACT = "last contact"
    NOTES = "notes"


# English, German, French, Spanish; the first that a sheet has counts.
_NAMES: Mapping[Role, str] = {
    Role.LINK: (
        "link, url, job link, job url, posting, posting link, posting url, job posting, web,"
        " website, address, job ad, ad, anzeige, stellenanzeige, ausschreibung, lien, annonce,"
        " offre, lien offre, enlace, oferta, anuncio, vinculo"
    ),
    Role.COMPANY: (
        "company, company name, employer, organisation, organization, firm, unternehmen, firma,"
        " arbeitgeber, entreprise, societe, employeur, empresa, compania, empleador"
    ),
    Role.TITLE: (
        "role, title, job title, position, job, job role, opening, stelle, titel, jobtitel,"
        " berufsbezeichnung, poste, intitule, intitule du poste, metier, puesto, cargo, rol"
    ),
    Role.DESCRIPTION: (
        "description, job description, jd, details, text, posting text, requirements,"
        " beschreibung, stellenbeschreibung, anforderungen, description du poste, descriptif,"
        " exigences, descripcion, descripcion del puesto, requisitos"
    ),
    Role.LOCATION: (
        "location, city, place, office, where, ort, standort, stadt, arbeitsort, lieu, ville,"
        " localisation, ubicacion, ciudad, lugar, localidad"
    ),
    Role.SALARY: (
        "salary, pay, compensation, salary range, pay range, wage, rate, gehalt, lohn, vergutung,"
        " gehaltsspanne, salaire, remuneration, salario, sueldo, remuneracion"
    ),
    Role.STATUS: (
        "status, state, stage, progress, application status, stand, bewerbungsstatus, statut, etat,"
        " avancement, estado, situacion, etapa"
    ),
    Role.APPLIED: (
        "applied, applied on, date applied, application date, applied date, beworben, beworben am,"
        " bewerbungsdatum, postule le, date de candidature, candidature, solicitado,"
        " fecha de solicitud, fecha de postulacion"
    ),
    Role.LAST_CONTACT: (
        "last contact, last contacted, contacted, last update, letzter kontakt, dernier contact,"
        " ultimo contacto"
    ),
    Role.NOTES: (
        "notes, note, comments, comment, remarks, notizen, bemerkung, bemerkungen, kommentar,"
        " remarques, commentaires, notas, comentarios, observaciones"
    ),
}


def recognise(headers: Sequence[str]) -> dict[Role, str]:
    """The column for each role that one of the headers names; each column has one role."""
    by_name: dict[str, str] = {}
    for header in headers:
        by_name.setdefault(_plain(header), header)
    found: dict[Role, str] = {}
    for role, names in _NAMES.items():
        known = next((by_name[n] for n in map(_plain, names.split(",")) if n in by_name), None)
        if known is not None and known not in found.values():
            found[role] = known
    return found


def find_header_row(rows: Sequence[Sequence[CellValue]]) -> int | None:
    """The number, from 1, of the row that looks like titles of columns; None if none does.

    It is the row with the most roles; without any, the first that has two texts.
    """
    scored = [(len(recognise(titles(row))), -number) for number, row in enumerate(rows, start=1)]
    best, number = max(scored, default=(0, 0))
    if best:
        return -number
    full = (n for n, row in enumerate(rows, start=1) if len(titles(row)) > 1)
    return next(full, None)


def titles(row: Sequence[CellValue]) -> list[str]:
    """The titles in a row, without blank ones."""
    return [cell.strip() for cell in row if isinstance(cell, str) and not is_blank(cell)]


def _plain(text: str) -> str:
    """Lower case, without accents, punctuation and doubled blanks."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    folded = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", folded).split())
