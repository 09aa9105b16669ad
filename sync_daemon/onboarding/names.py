"""What people call the columns of a job hunt, in seven languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache


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
    INTERVIEW = "interview"
    POSTED = "posted"
    DEADLINE = "deadline"
    NOTES = "notes"


@dataclass(frozen=True, slots=True)
class Claim:
    """A role that a header may have; the lowest rank is the likeliest.

    ``is_vague`` says that it needs content to go with it: "Job" may be a title or a link.
    """

    role: Role
    rank: int
    is_vague: bool = False


# The first that a sheet has counts; behind the bar stand names that need content to go with it.
_NAMES: Mapping[Role, str] = {
    Role.LINK: """
        link, url, job link, job url, posting link, posting url, job posting link, job posting url,
        application link, application url, apply link, apply url, listing link, listing url,
        link to job, link to posting, link to application, job ad link, ad link, web link, weblink,
        hyperlink, anzeigenlink, stellenlink, link zur anzeige, link zur stelle, lien, lien offre,
        lien de l offre, lien annonce, lien de l annonce, enlace, enlace oferta, url oferta,
        vinculo, link vacature, vacaturelink, link annuncio, link da vaga
        | posting, job posting, job ad, ad, advert, advertisement, listing, job listing, web,
        website, website url, reference link, address, source link, application, apply,
        anzeige, stellenanzeige, ausschreibung, annonce, offre, offre d emploi, oferta, anuncio,
        annuncio, portal""",
    Role.COMPANY: """
        company, company name, employer, employer name, organisation, organization,
        organisation name, organization name, company organization, company organisation,
        hiring company, firm, firm name, startup, unternehmen, firma, firmenname, arbeitgeber,
        firma unternehmen, unternehmen firma, entreprise, nom de l entreprise, societe, employeur,
        empresa, nombre de la empresa, compania, empleador, bedrijf, bedrijfsnaam, werkgever,
        organisatie, azienda, societa, datore di lavoro, empregador
        | business, name, client, nom, nombre, naam, nome, employer s name""",
    Role.TITLE: """
        role, title, job title, position, role title, role name, position title, position name,
        job name, job position, job role, position role, role position, position applied for,
        position applied, opening, designation, stelle, titel, jobtitel, stellenbezeichnung,
        stellentitel, berufsbezeichnung, position stelle, rolle, funktion, poste, intitule,
        intitule du poste, titre, titre du poste, intitule de poste, nom du poste, metier, fonction,
        puesto, cargo, rol, nombre del puesto, puesto de trabajo, vacante, titulo, functie,
        functietitel, functienaam, ruolo, posizione, titolo
        | job, vacancy, post, what, internship, beruf, emploi, trabajo, vacature, offre, oferta,
        vaga, lavoro, posting, job posting, listing""",
    Role.DESCRIPTION: """
        description, job description, jd, posting text, job details, job text, job ad text,
        description text, full description, about job, about the job, job desc, role description,
        position description, job post text, job summary, beschreibung, stellenbeschreibung,
        stellentext, anzeigentext, ausschreibungstext, jobbeschreibung, description du poste,
        descriptif, descriptif du poste, fiche de poste, texte de l annonce, descripcion,
        descripcion del puesto, descripcion de la oferta, descripcion del trabajo, vacaturetekst,
        functieomschrijving, omschrijving, functiebeschrijving, descrizione, descricao,
        descricao da vaga
        | details, text, requirements, job requirements, qualifications, responsibilities,
        anforderungen, aufgaben, exigences, requisitos, missions, tareas, eisen, requisiti""",
    Role.LOCATION: """
        location, job location, work location, city, place, office, office location, location city,
        city state, place of work, where, town, ort, standort, stadt, arbeitsort, einsatzort,
        dienstort, lieu, ville, localisation, lieu de travail, localite, ubicacion, ciudad, lugar,
        localidad, lugar de trabajo, locatie, plaats, stad, standplaats, werkplek, luogo, sede,
        citta, localizacao, cidade, local
        | region, country, land, pais, pays, state, address, remote location""",
    Role.SALARY: """
        salary, salary range, base salary, salary offered, advertised salary, annual salary, pay,
        pay range, pay rate, compensation, comp, comp range, total comp, total compensation, wage,
        rate, hourly rate, day rate, salary min, min salary, salary package, ctc, remuneration,
        stipend, gehalt, jahresgehalt, gehaltsspanne, lohn, vergutung, verguetung, bezahlung,
        salaire, fourchette salariale, fourchette de salaire, salaire propose, salario, sueldo,
        rango salarial, banda salarial, remuneracion, salaris, salarisindicatie, loon, stipendio,
        ral, faixa salarial, remuneracao
        | package, money, budget, expected salary, salary expectation, gehaltsvorstellung,
        pretentions salariales""",
    Role.STATUS: """
        status, application status, current status, app status, job status, status of application,
        state, stage, current stage, application stage, interview stage, phase, progress,
        final status, latest status, result, outcome, final result, final outcome, decision,
        stand, bewerbungsstatus, aktueller stand, bewerbungsstand, status der bewerbung, ergebnis,
        statut, statut de la candidature, etat, etat de la candidature, avancement, etape,
        resultat, estado, estado de la solicitud, estado de la candidatura, situacion, etapa, fase,
        resultado, voortgang, uitkomst, resultaat, stato, esito, situacao
        | response, answer, reply, where, antwort, ruckmeldung, reponse, respuesta, reactie,
        applied, interview""",
    Role.APPLIED: """
        applied, applied on, date applied, application date, applied date, applied at,
        date of application, date sent, sent on, date submitted, submitted on, submission date,
        date application sent, apply date, application sent, application submitted, when applied,
        beworben, beworben am, bewerbungsdatum, datum der bewerbung, datum bewerbung, bewerbung am,
        versanddatum, versendet am, abgeschickt am, eingereicht am, postule le,
        date de candidature, date candidature, candidature, envoye le, date d envoi, date envoi,
        date de postulation, fecha de solicitud, fecha de postulacion, fecha de aplicacion,
        fecha de candidatura, fecha aplicacion, fecha de envio, fecha solicitud, aplicado el,
        solicitado, gesolliciteerd, gesolliciteerd op, datum sollicitatie, sollicitatiedatum,
        datum gesolliciteerd, verstuurd op, data candidatura, data di candidatura,
        data da candidatura, data invio
        | submitted, sent, date, day, on, when, timestamp, datum, fecha, data,
        bewerbung, sollicitatie""",
    Role.LAST_CONTACT: """
        last contact, last contacted, contacted, contacted on, last contact date, last update,
        last updated, last follow up, last followup, last follow up date, last touch,
        last activity, followed up, followed up on, follow up sent, last response, status date,
        letzter kontakt, zuletzt kontaktiert, letzte ruckmeldung, letzte aktualisierung,
        dernier contact, date dernier contact, date du dernier contact, derniere relance,
        relance le, ultimo contacto, fecha ultimo contacto, ultima actualizacion, laatste contact,
        laatste update, ultimo contatto, ultimo contato
        | updated, response date, reply date, contact date""",
    Role.INTERVIEW: """
        interview date, next interview, next interview date, interview on, date of interview,
        interview scheduled, vorstellungsgesprach am, gesprachstermin, nachstes gesprach,
        interviewtermin, termin vorstellungsgesprach, date entretien, date de l entretien,
        date d entretien, prochain entretien, fecha de entrevista, fecha entrevista,
        proxima entrevista, datum gesprek, gespreksdatum, data colloquio, data da entrevista
        | interview, interviews, vorstellungsgesprach, entretien, entrevista, gesprek, colloquio""",
    Role.POSTED: """
        date posted, posted, posted on, posting date, posted date, published, published on,
        publication date, date published, listed on, veroffentlicht, veroffentlicht am,
        date de publication, publie le, fecha de publicacion, publicado, publicado el,
        geplaatst, geplaatst op, datum geplaatst, pubblicato il, data de publicacao""",
    Role.DEADLINE: """
        deadline, application deadline, closing date, closes, closes on, due date, apply by,
        valid through, expires, expiry date, last date, last date to apply, bewerbungsfrist, frist,
        bewerbungsschluss, einsendeschluss, date limite, date limite de candidature, echeance,
        fecha limite, plazo, cierre, sluitingsdatum, scadenza, prazo, data limite""",
    Role.NOTES: """
        notes, note, my notes, comments, comment, remarks, remark, memo, additional notes,
        general notes, notes comments, comments notes, notizen, notiz, anmerkungen, anmerkung,
        bemerkung, bemerkungen, kommentar, kommentare, remarques, remarque, commentaires,
        commentaire, notes perso, notas, nota, comentarios, comentario, observaciones,
        opmerkingen, opmerking, notities, aantekeningen, note e commenti, osservazioni,
        observacoes, anotacoes
        | feedback, thoughts, info, misc""",
}
_LINK_WORDS = frozenset("link links url urls lien liens enlace enlaces hyperlink weblink".split())  # noqa: SIM905 - words
_STATUS_WORDS = frozenset("status statut stato bewerbungsstatus".split())  # noqa: SIM905 - words
_SALARY_WORDS = frozenset("salary gehalt salaire salario sueldo salaris compensation".split())  # noqa: SIM905 - words
# Words that make of a link, a status or a salary another one than the posting's.
_OTHERS = frozenset(
    """linkedin resume cv cover letter portfolio contact recruiter profile meeting zoom interview
    glassdoor folder drive doc docs document file github calendar map maps note notes image logo
    email mail company employer website firma unternehmen entreprise empresa bedrijf reference
    max maximum expectation expected visa sponsorship employment marital remote date referral
    offer benefits currency period bonus research""".split()  # noqa: SIM905 - words
)
_OF_THE_JOB = frozenset(
    """job posting vacancy application apply listing ad advert stelle stellen anzeige offre annonce
    oferta anuncio vaga vacature role position""".split()  # noqa: SIM905 - words
)
_ONLY_BY_WORD = 900  # the rank of a header that only holds a telling word
_VAGUE = 1000  # behind every clear name
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|<[^<>]*>")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SHORTEST_PLURAL = 4


def plain(text: str) -> str:
    """A header without case, accents, signs, camel humps, plurals and doubled blanks."""
    spaced = _HUMPS.sub(" ", unicodedata.normalize("NFKC", text).replace("ß", "ss"))
    folded = unicodedata.normalize("NFKD", spaced.casefold())
    folded = "".join(c for c in folded if not unicodedata.combining(c))
    words: list[str] = re.findall(r"[a-z0-9]+", folded)
    return " ".join(map(_singular, words))


def claims_of(header: str) -> list[Claim]:
    """The roles that a header may have, by its name alone; brackets count only where they help."""
    for form in (plain(_BRACKETS.sub(" ", header)), plain(header)):
        if found := [*_known(form), *_by_word(form)]:
            return found
    return []


def _known(form: str) -> Iterator[Claim]:
    yield from _table().get(form, ())


def _by_word(form: str) -> Iterator[Claim]:
    """A header that is in no list, but holds "link", "status" or "salary"."""
    words = frozenset(form.split())
    if form in _table():
        return
    is_another = bool(words & _OTHERS)
    if words & set(map(_singular, _LINK_WORDS)) and (not is_another or words & _OF_THE_JOB):
        yield Claim(Role.LINK, _ONLY_BY_WORD)
    if words & set(map(_singular, _STATUS_WORDS)) and not is_another:
        yield Claim(Role.STATUS, _ONLY_BY_WORD)
    if words & set(map(_singular, _SALARY_WORDS)) and not is_another:
        yield Claim(Role.SALARY, _ONLY_BY_WORD)


@cache
def _table() -> Mapping[str, tuple[Claim, ...]]:
    table: dict[str, tuple[Claim, ...]] = {}
    for role, names in _NAMES.items():
        clear, _, vague = names.partition("|")
        for is_vague, part in ((False, clear), (True, vague)):
            for rank, name in enumerate(filter(None, map(plain, part.split(",")))):
                claim = Claim(role, rank + (_VAGUE if is_vague else 0), is_vague)
                table[name] = (*table.get(name, ()), claim)
    return table


def _singular(word: str) -> str:
    return word[:-1] if len(word) >= _SHORTEST_PLURAL and word.endswith("s") else word
