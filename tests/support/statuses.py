"""Statuses as people type them, by the stage that each means; "" for none that is known."""

from __future__ import annotations

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
        Offer rescinded | Rejected (ghosted) | Closed - rejected | Not moving forward |
        Absage | Absage nach Gespräch | Abgelehnt am 3.6. |
        Nicht ausgewählt | Refusée | Refus après entretien | Non retenu | Rechazado | No pasé |
        Rechazado tras entrevista | Afgewezen na gesprek | Niet geselecteerd | Rifiutato""",
    "Withdrawn": """
        offer declined | declined offer | Offer from Acme declined | Rejected by me | Withdrawn |
        Accepted offer elsewhere | Withdrawn - accepted another job |
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
        Descartado por mí |
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
