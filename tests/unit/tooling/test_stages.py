"""Status words as people type them, and the stage that each means."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sync_daemon.tooling.stages import CLOSED, STAGES, WORDS, StageReader, folded, stage_named

READER = StageReader()
KNOWN = sorted({
    word.strip()
    for words in WORDS.values()
    for word in words.split(",")
    if word.strip() and not word.strip().endswith("=")
})  # fmt: skip
REMARKS = ["via referral", "3.6.", "with Anna (HR)", "great team!", "see notes", "by e-mail",
           "50 %", "am Montag", "chez eux", "por LinkedIn", "met Jan", "❤", "2nd try",
           "salary 60k", "no cover letter needed", "ask Bob about the interview"]  # fmt: skip

CASES: dict[str, str] = {
    # the words of the field report, and what its siblings say
    "In Progress": """
        Tech Screen | Round 2 | HR call | OA | Onsite scheduled | 1st round done | Take-home sent |
        Shortlisted | Vorstellungsgespräch am 3.6. | Entretien RH | Reference check | In Progress |
        in-progress | In_Progress | 3. Interview | Interview 2 | Interview (phone) | Interview!! |
        📞 Phone screen | Interview – Zoom w/ John, 3pm | Interview on 3 June | 3 June: interview |
        Final round (virtual) | HM screen | Hiring manager interview | 2nd interview scheduled |
        phone and video interview | Interviewing - 2 rounds left | Coding challenge submitted |
        Submitted take-home | Passed first round | Waiting for interview feedback |
        Awaiting decision | Under review | Application under review | Superday | R2 | Panel |
        Interview accepted | Accepted for interview | Applied, interview on 3.6. |
        Applied/Interview | Applied → OA → Interview | Screening call with recruiter |
        HackerRank due 3/6 |
        Applied, no offer yet | Background check | interview scheduled? | [x] interview |
        Telefoninterview geplant | Zweitgespräch | 2. Gespräch am Montag | Einladung angenommen |
        Kennenlerngespräch | Probetag | Noch im Prozess | Fachgespräch erledigt | Eingeladen |
        1er entretien | Entretien téléphonique prévu | Test technique | En cours | 2e tour |
        Entrevista técnica | Segunda entrevista programada | Prueba técnica enviada |
        Llamada con RRHH | En proceso | Gesprek gepland | Sollicitatiegesprek | Tweede ronde |
        Wachten op beslissing | Uitgenodigd | Colloquio fissato | Entrevista marcada""",
    "Applied": """
        Applied | APPLIED | ✅ Applied | 1. Applied | Applied via referral | Applied (80%) | TRUE |
        Applied – via LinkedIn | applied on company site | Applied? | Application sent | Submitted |
        Applied 3 weeks ago, no response | Applied without cover letter | Applied - not sure |
        Applied no referral | Applied at Offer Corp | Applied (interview questions saved) |
        Applied; next: HR call | Stage 1: Applied | Status: Applied | Rejected → applied again |
        Followed up 3/6 | Waiting to hear back | No answer yet | Pending | Resume sent |
        ☑ applied | Beworben | Bewerbung verschickt | Bewerbung raus (3.6.) | Keine Rückmeldung |
        Eingangsbestätigung erhalten | Warte auf Antwort | Postulé via LinkedIn |
        candidature envoyee | CV envoyé | En attente d'une réponse | Relancé le 3/6 |
        Aplicado por LinkedIn | Solicitud enviada | Sin respuesta | En espera | Gesolliciteerd |
        Sollicitatie verstuurd | Geen reactie | Wachten op antwoord | Candidatura inviata""",
    "Considering": """
        Applying | not applied yet | Haven’t applied | Not applied: waiting for referral | FALSE |
        Wishlist | To apply | Apply by 3.6. | New | Saved for later | Application not sent |
        Invited to apply | Interested | noch nicht beworben | Bewerbung noch nicht verschickt |
        Zu bewerben | Merkliste | Pas encore postulé | À postuler | Candidature à envoyer |
        Todavía no he aplicado | Por aplicar | Aún no aplicado | nog niet gesolliciteerd |
        Te solliciteren | Da candidarsi""",
    "Offered": """
        Contract sent | Offer | OFFER!!! 🎉 | interview → offer | Verbal offer | Job offer |
        Negotiating salary | Applied > OA > Interview > Offer | Got offer | Offer letter received |
        Angebot erhalten | Zusage | Vertrag erhalten | Offre reçue | Promesse d’embauche |
        Oferta recibida | Aanbod ontvangen | Onderhandeling""",
    "Accepted": """
        Hired!! | Offer accepted! | Signed contract | Contract signed | Accepted | I got the job! |
        Offer, accepted | Angebot angenommen | Vertrag unterschrieben | Offre acceptée | Embauchée |
        Oferta aceptada | Contratado | Aangenomen | Contract getekend""",
    "Rejected": """
        Auto-rejected | Rejected after assessment | No longer under consideration | no offer |
        rejected after interview | Rejected: no reply | Interview – rejected | Interview rejected |
        Sadly rejected | They rejected me | Applied; then rejected | Rejected, reapply in 6 months |
        Rejected no reason given | Rejected without interview | Interview: no offer | Not selected |
        Recruiter screen → Tech → Rejected | Rejection letter | Did not get the job | Passed on me |
        Offer rescinded | Not moving forward | Absage | Absage nach Gespräch | Abgelehnt am 3.6. |
        Nicht ausgewählt | Refusée | Refus après entretien | Non retenu | Rechazado | No pasé |
        Rechazado tras entrevista | Afgewezen na gesprek | Niet geselecteerd | Rifiutato""",
    "Withdrawn": """
        offer declined | declined offer | Offer from Acme declined | Rejected by me | Withdrawn |
        Application withdrawn | Rejected offer | I declined | Turned down the offer |
        Angebot abgelehnt | Von mir abgelehnt | Bewerbung zurückgezogen | Offre refusée |
        Refusé par moi | Candidature retirée | Oferta rechazada | Candidatura retirada |
        Aanbod geweigerd | Ingetrokken""",
    "Expired": """
        Expired | ghosted | Got ghosted after onsite | Position filled internally | Closed |
        Job posting removed | Hiring freeze | Too late | abgelaufen | Stelle besetzt | Zu spät |
        Poste pourvu | Offre expirée | Vacante cerrada | caducada | Vacature vervuld | Verlopen""",
    "Not Pursuing": """
        Not Pursuing | not interested | Not interested anymore | skip | Did not apply | Not a fit |
        Kein Interesse mehr | Nicht weiterverfolgt | Pas intéressée | Abandonné | No me interesa |
        Geen interesse | Niet geïnteresseerd""",
    # left alone: not known, blank by convention, or nobody knows which
    "": """
        N/A | - | ? | TBD | 50% | 0.5 | ✅ | Yes | No | Sí | On hold | Offer not yet | 4/5 |
        Offer: not yet | Applied: no | not rejected yet | New York office | Open to offers | ---- |
        Stellenangebot | Acme rejected me | Oferta no recibida | Retenu | Dream job | High |
        2026 | 🙂🙂🙂 | x |
                Interview not scheduled yet | Angebot noch nicht | Do not apply |
        пришёл отказ | 面接""",
}
TABLE = [
    (word, stage or None)
    for stage, words in CASES.items()
    for word in " ".join(words.split()).split(" | ")
]


@pytest.mark.parametrize(("typed", "stage"), TABLE, ids=[word for word, _ in TABLE])
def test_a_status_is_put_into_its_stage_or_none(typed: str, stage: str | None) -> None:
    assert READER.read(typed) == stage


@pytest.mark.parametrize(
    "dress",
    [str.upper, str.title, "  {}  ".format, "✅ {}".format, "1. {}".format, "{}!!".format,
     "[x] {}".format, "{} 3.6.".format, "({})".format, "{}\n".format, "{} 🎉".format],
)  # fmt: skip
@pytest.mark.parametrize("stage", WORDS)
def test_its_dress_does_not_matter(dress: object, stage: str) -> None:
    assert callable(dress)
    assert READER.read(dress(stage)) == stage


def test_accents_may_be_left_out_or_written_apart() -> None:
    for typed in ("Vorstellungsgespra\u0308ch", "VORSTELLUNGSGESPRÄCH", "vorstellungsgesprach"):
        assert READER.read(typed) == "In Progress"


def test_no_word_means_two_stages() -> None:
    seen: dict[str, str] = {}
    for stage, words in WORDS.items():
        for word in filter(None, map(folded, words.split(","))):
            assert seen.setdefault(word, stage) == stage, word


@given(st.text(max_size=300))
def test_any_text_is_a_stage_or_none(text: str) -> None:
    assert READER.read(text) in {*STAGES.values(), None}


@given(st.sampled_from(KNOWN), st.sampled_from([": ", " (", " - ", ", ", "; ", "\n", " – ", " / "]),
       st.one_of(st.sampled_from(REMARKS), st.text(max_size=60)))  # fmt: skip
def test_a_known_stage_keeps_whatever_is_remarked(word: str, sign: str, remark: str) -> None:
    """Except by a remark that is a stage, a denial or a further step itself."""
    alone = READER.read(word)
    assume("\u2190" not in remark and not any(arrow in remark for arrow in (">", "»", "→")))
    assume(READER.read(remark) is None and READER.read(f"Applied: {remark}") == "Applied")
    assert READER.read(word + sign + remark) == alone


@given(st.sampled_from(KNOWN), st.sampled_from(REMARKS))
def test_every_known_word_stands_for_its_stage(word: str, remark: str) -> None:
    assert READER.read(word) == READER.read(f"{word}, {remark}")
    assert READER.read(word) == READER.words[folded(word)]


def test_after_an_arrow_the_last_counts_and_else_the_furthest() -> None:
    assert READER.read("Offer → Interview") == "In Progress"
    assert READER.read("Offer, Interview") == "Offered"
    assert READER.read("Applied -> ?") == "Applied"


def test_a_user_adds_words_and_stages() -> None:
    reader = StageReader({"Radar": "considering", "ring back": "Phone screen"}, ["Phone screen"])
    assert reader.read("Radar (maybe)") == "Considering"
    assert reader.read("phone SCREEN, Friday") == "Phone screen"
    assert reader.read("Ring back!") == "Phone screen"
    assert StageReader({"rejected": "Applied"}).read("Rejected") == "Applied", "theirs come first"
    assert StageReader({"!!": "Applied"}).read("??") is None


def test_a_stage_of_that_very_name() -> None:
    assert stage_named("IN progress") == "In Progress"
    assert stage_named("  phone   SCREEN ") == "Phone screen"
    assert set(WORDS) > CLOSED
