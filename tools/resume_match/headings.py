"""Headings of a résumé: where the work begins, and where other things do.

A heading is told from a job title by its whole line: "Projects" and "Education and
training" are headings, "Project manager" and "Language teacher" are none.
"""

from __future__ import annotations

import re

_LONGEST = 50
_CONJUNCTIONS = frozenset({"and", "&", "und", "et", "y", "en", "e"})
_FILLERS = _CONJUNCTIONS | frozenset(
    """
    of the my in des de la le les du i ii personal key technical professional background
    berufliche beruflicher selected relevant other additional further weitere sonstige eigene
    """.split()  # noqa: SIM905 - a list of words
)
_OTHER = frozenset(
    """
    education educational academic training trainings qualification qualifications university
    studies school schooling degrees ausbildung schulbildung studium bildung bildungsweg
    weiterbildung weiterbildungen formation formations études diplômes formación educación estudios
    opleiding opleidingen project projects projekte projekt projets proyectos projecten
    volunteer volunteering voluntary ehrenamt engagement bénévolat voluntariado
    vrijwilligerswerk certificates certifications certification certificate zertifikate
    publications publication publikationen awards honors honours achievements auszeichnungen
    hobbies hobby interests interessen intérêts intereses references referenzen
    languages sprachen langues idiomas talen skills skill kenntnisse compétences competencias
    vaardigheden coursework courses kurse cursos cursussen memberships patents
    """.split()  # noqa: SIM905 - a list of words
)
_WORK = frozenset(
    """
    experience experiences employment career work working history job jobs positions
    internships berufserfahrung berufspraxis praxiserfahrung werdegang praktika tätigkeiten
    expérience expériences professionnelle professionnelles parcours professionnel
    experiencia profesional laboral trayectoria werkervaring ervaring loopbaan
    """.split()  # noqa: SIM905 - a list of words
)
_MARKS = re.compile(r"[\s#*_=\-–—:|/.,()]+")


def begins_work(line: str) -> bool:
    """Whether the line is a heading of work: Experience, Employment and projects."""
    words = _words(line)
    return _are(words, _OTHER | _WORK) and not _is_other(words)


def begins_other_section(line: str) -> bool:
    """Whether the line is a heading of what is no paid work: Education, Projects, Skills.

    "Volunteer experience" and "Project experience" are such, too.
    """
    words = _words(line)
    return _are(words, _OTHER | _WORK) and _is_other(words)


def _is_other(words: list[str]) -> bool:
    has_work = not _WORK.isdisjoint(words)
    joined = not _CONJUNCTIONS.isdisjoint(words)
    return not _OTHER.isdisjoint(words) and not (has_work and joined)


def _words(line: str) -> list[str]:
    if len(line) > _LONGEST:
        return []
    return [word for word in _MARKS.split(line.lower()) if word]


def _are(words: list[str], names: frozenset[str]) -> bool:
    """Whether there is one of the names, and nothing but those and fillers."""
    known = [word for word in words if word not in _FILLERS]
    return bool(known) and all(word in names for word in known)
