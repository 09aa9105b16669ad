"""The stages of an application, and the words that people use for them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from sync_daemon.tooling import is_blank

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CONSIDERING = "Considering"
APPLIED = "Applied"
IN_PROGRESS = "In Progress"
OFFERED = "Offered"
ACCEPTED = "Accepted"
REJECTED = "Rejected"
WITHDRAWN = "Withdrawn"
EXPIRED = "Expired"
NOT_PURSUING = "Not Pursuing"

CLOSED = frozenset({ACCEPTED, REJECTED, WITHDRAWN, EXPIRED, NOT_PURSUING})
"""Stages behind which nothing is left to do."""

_SYNONYMS = {
    CONSIDERING: """
        considering, interested, interesting, saved, bookmarked, wishlist, wish list, to apply,
        to do, todo, new, open, lead, maybe, shortlisted by me, not applied, not yet applied,
        not applied yet, planned, researching, drafting, in preparation, backlog, evaluating
        interessiert, interessant, gemerkt, gespeichert, vorgemerkt, offen, neu, geplant,
        in vorbereitung, zu bewerben, noch nicht beworben, vielleicht
        intéressé, intéressée, intéressant, enregistré, enregistrée, sauvegardé, à postuler,
        à faire, nouveau, nouvelle, en réflexion, envisagé, envisagée, à étudier, peut-être
        interesado, interesada, interesante, guardado, guardada, por aplicar, por postular,
        pendiente de aplicar, nuevo, nueva, considerando, por hacer, quizás, en estudio
        geïnteresseerd, interessant, opgeslagen, nieuw, overwegen, te solliciteren""",
    APPLIED: """
        applied, application sent, application submitted, submitted, sent, cv sent, resume sent,
        waiting, waiting for reply, waiting for response, awaiting reply, awaiting response,
        no reply, no reply yet, no response, no response yet, pending, followed up, follow up sent
        beworben, bewerbung versendet, bewerbung verschickt, bewerbung gesendet, abgeschickt,
        versendet, verschickt, eingereicht, warte auf antwort, keine antwort, ausstehend
        postulé, candidature envoyée, candidaté, envoyé, envoyée, déposée, en attente,
        en attente de réponse, sans réponse, pas de réponse, relancé, relancée
        aplicado, aplicada, postulado, postulada, solicitado, solicitada, candidatura enviada,
        enviado, enviada, inscrito, inscrita, en espera, esperando respuesta, pendiente,
        sin respuesta
        gesolliciteerd, sollicitatie verstuurd, verstuurd, verzonden, in afwachting""",
    IN_PROGRESS: """
        in progress, in process, ongoing, active, interview, interviews, interviewing, interviewed,
        interview scheduled, interview planned, first interview, second interview, third interview,
        final interview, final round, phone screen, phone screening, phone interview, screening,
        recruiter call, recruiter screen, call, assessment, test, coding test, code test, take home,
        take home test, takehome, technical interview, technical test, onsite, on site, video call,
        trial day, case study, in review, under review, contacted, in contact, talking, references
        in bearbeitung, im gespräch, in gesprächen, laufend, läuft, aktiv, vorstellungsgespräch,
        gespräch, gespräch geplant, erstgespräch, zweitgespräch, telefoninterview, eingeladen,
        einladung, probearbeiten, probetag, im prozess, in kontakt
        en cours, entretien, entretiens, entretien prévu, entretien planifié, entretien passé,
        entretien téléphonique, entretien technique, test technique, en process, présélection,
        présélectionné, en discussion, premier entretien, deuxième entretien
        en proceso, en curso, entrevista, entrevistas, entrevista programada, entrevistado,
        entrevistada, prueba, prueba técnica, preselección, preseleccionado, preseleccionada,
        primera entrevista, segunda entrevista, en conversaciones
        lopend, bezig, gesprek, in gesprek, sollicitatiegesprek, kennismaking, uitgenodigd""",
    OFFERED: """
        offered, offer, offer received, got offer, job offer, offer extended, verbal offer,
        written offer, negotiating, negotiation, offer pending
        angebot, angebot erhalten, zusage, zusage erhalten, vertragsangebot, verhandlung
        offre, offre reçue, proposition, proposition reçue, promesse d'embauche, négociation
        oferta, oferta recibida, ofertado, propuesta, negociación
        aanbod, aanbod ontvangen, aanbieding, voorstel""",
    ACCEPTED: """
        accepted, offer accepted, hired, signed, got the job, started
        angenommen, angebot angenommen, eingestellt, unterschrieben
        accepté, acceptée, offre acceptée, embauché, embauchée, signé
        aceptado, aceptada, oferta aceptada, contratado, contratada, firmado
        aangenomen, geaccepteerd, getekend""",
    REJECTED: """
        rejected, rejection, refused, turned down, denied, unsuccessful, not selected, no, failed,
        rejected after interview, declined by company, not moving forward
        abgelehnt, absage, absage erhalten, abgesagt
        refusé, refusée, rejeté, rejetée, refus, non retenu, non retenue, réponse négative
        rechazado, rechazada, rechazo, descartado, descartada, no seleccionado, no seleccionada,
        denegado
        afgewezen, afwijzing""",
    WITHDRAWN: """
        withdrawn, withdrew, withdrawn by me, cancelled, canceled, declined, i declined,
        offer declined, declined offer, pulled out, retracted
        zurückgezogen, zurückgenommen, abgebrochen, angebot abgelehnt, storniert
        retiré, retirée, annulé, annulée, désisté, désistée, offre refusée, candidature retirée
        retirado, retirada, cancelado, cancelada, oferta rechazada, retiré candidatura
        ingetrokken, teruggetrokken, geannuleerd""",
    EXPIRED: """
        expired, closed, filled, position filled, job closed, posting closed, ghosted, dead, gone,
        no longer available, deleted, removed, stale, archived, on hold by company, timed out
        abgelaufen, geschlossen, besetzt, stelle besetzt, archiviert, nicht mehr verfügbar
        expiré, expirée, clos, close, clôturé, clôturée, pourvu, pourvue, fermé, fermée, archivé,
        poste pourvu, plus disponible
        expirado, expirada, caducado, caducada, cerrado, cerrada, cubierto, cubierta, archivado,
        vacante cubierta
        verlopen, gesloten, vervuld, gearchiveerd""",
    NOT_PURSUING: """
        not pursuing, not interested, not a fit, no fit, not a match, skip, skipped, passed, pass,
        ignored, ignore, dropped, discarded, wont apply, will not apply, decided against
        nicht interessiert, kein interesse, nicht weiterverfolgt, verworfen, passt nicht,
        uninteressant, nicht verfolgt
        pas intéressé, pas intéressée, abandonné, abandonnée, ignoré, ignorée, sans suite,
        non poursuivi, non poursuivie, écarté, écartée
        no interesado, no interesada, no me interesa, abandonado, abandonada, omitido, ignorado
        niet geïnteresseerd, geen interesse, overgeslagen, afgezien""",
}
_LONGEST = 100  # characters of a status
_NEAR = 70  # of 100, how alike a word has to be to be proposed
_MOST_PROPOSED = 3
_DETAIL = re.compile(r"[(\[:;,|/\n\u2013\u2014\u2192]| - |->")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_SEPARATORS = re.compile(r"[,\n]\s*")


def folded(text: str) -> str:
    """``text`` as statuses are compared: small letters without accents, signs and digits."""
    letters = unicodedata.normalize("NFKD", text[:_LONGEST].casefold())
    plain = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return _NO_LETTERS.sub(" ", plain.replace("'", "").replace("\u2019", "")).strip()


KNOWN = {
    folded(word): stage
    for stage, words in _SYNONYMS.items()
    for word in _SEPARATORS.split(words)
    if not is_blank(word)
}
"""Every known word, folded → its stage."""


STAGES = {folded(stage): stage for stage in _SYNONYMS}
"""The built-in stages by their folded names."""


class UnknownStatusError(Exception):
    """Nobody told what a status means.

    Args:
        near: known statuses that look like it.
    """

    def __init__(self, near: list[str]) -> None:
        super().__init__("unknown status")
        self.near = near


def stage_of(status: str, own: Mapping[str, str], named: Iterable[str] = ()) -> str:
    """The stage that a person's word means.

    Args:
        status: as typed, whatever its case, spacing and emoji; a remark behind a
            bracket, colon or dash is left out of account where the whole is unknown.
        own: the user's words → stages.
        named: further stages that the user's rules name.

    Raises:
        UnknownStatusError: with the known ones that come near.
    """
    words = _all_words(own, named)
    for part in (status, _DETAIL.split(status.strip()[:_LONGEST], maxsplit=1)[0]):
        stage = words.get(folded(part))
        if stage is not None:
            return stage
    raise UnknownStatusError(_near(folded(status), words))


def _all_words(own: Mapping[str, str], named: Iterable[str]) -> dict[str, str]:
    """Folded word → stage; what the user says comes before what is built in."""
    stages = {folded(name): stage_named(name) for name in named}
    mine = {folded(word): stage_named(stage) for word, stage in own.items()}
    return {**KNOWN, **stages, **mine}


def stage_named(name: str) -> str:
    """The stage of that very name: a built-in one, else one of the user's own.

    A rule for "Phone screen" makes it a stage beside In Progress.
    """
    return STAGES.get(folded(name), " ".join(name.split()).casefold().capitalize())


def _near(word: str, words: Mapping[str, str]) -> list[str]:
    found = process.extract(word, words.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=10)
    return list(dict.fromkeys(words[match] for match, _, _ in found))[:_MOST_PROPOSED]
