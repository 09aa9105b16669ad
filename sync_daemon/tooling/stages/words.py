"""The tables: what people call the stages, in seven languages, and words that say nothing.

A word with ``=`` behind it is a stage only where it stands alone: "open" is one,
"open to relocation" is not. Words are compared folded: small letters without
accents, figures and signs.
"""

from __future__ import annotations

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
"""Stages after which nothing is left to do."""

WORDS = {
    CONSIDERING: """
        considering, interested, interesting=, saved, bookmarked, wishlist, wish list, to apply,
        need to apply, ready to apply, want to apply, plan to apply, planning to apply, will apply,
        should apply, may apply, apply, apply later, apply soon, applying, to do, todo,
        to be done=,
        new=, open=, lead=, maybe, shortlisted by me, my shortlist, not applied, not yet applied,
        not applied yet, have not applied, havent applied, didnt apply yet, yet to apply,
        application not sent, application not submitted, application in preparation,
        application in progress, application started, started application, started applying,
        started the application, began application, not sent, not submitted, not started,
        not yet submitted, not yet sent, planned=, researching, drafting, draft, in preparation,
        preparing application, backlog, evaluating, queue=, queued=, identified=, prospect=,
        prospective=, invited to apply, invitation to apply, asked to apply, referral requested,
        asked for referral, asking for referral, false=,
        interessiert, interessant=, gemerkt, gespeichert, vorgemerkt, offen=, neu=, geplant=,
        in vorbereitung, zu bewerben, noch bewerben, noch nicht beworben, nicht beworben,
        noch zu bewerben, bewerben, bewerbung in arbeit, bewerbung in vorbereitung,
        bewerbung offen,
        bewerbung vorbereiten, bewerbung schreiben, bewerbung noch nicht verschickt,
        bewerbung noch nicht abgeschickt, noch nicht abgeschickt, noch nicht verschickt,
        noch offen=, vielleicht, merkliste,
        interesse, interessee, interessant=, enregistre, enregistree, sauvegarde, sauvegardee,
        a postuler, postuler, a faire=, nouveau=, nouvelle=, en reflexion, envisage, envisagee,
        a etudier, peut etre, pas encore postule, pas postule, pas encore candidate,
        candidature non envoyee, candidature pas encore envoyee, candidature a envoyer,
        en preparation, candidature en preparation, a candidater, non postule,
        interesado, interesada, interesante=, guardado, guardada, por aplicar, por postular,
        aplicar, postular, pendiente de aplicar, pendiente de postular, pendiente de enviar,
        nuevo=, nueva=, considerando, por hacer=, quizas, en estudio, aun no aplicado,
        todavia no aplicado, no aplicado, no aplicada, no postulado, aun no postulado,
        todavia no he aplicado, aun no he aplicado, sin aplicar, sin enviar,
        geinteresseerd, opgeslagen, bewaard, nieuw=, overwegen, te solliciteren, solliciteren,
        nog solliciteren, nog niet gesolliciteerd, niet gesolliciteerd, nog te doen=, misschien,
        sollicitatie nog niet verstuurd, sollicitatie in voorbereiding,
        interessato, interessata, salvato, salvata, da candidarsi, da inviare, non ancora inviata,
        candidatura da inviare, non candidato, salvo=, salva=, a candidatar, por candidatar,
        ainda nao aplicado, nao aplicado, nao candidatado""",
    APPLIED: """
        applied, application=, application stage, application phase, application sent,
        application submitted, application received, application viewed,
        application complete, application completed, application acknowledged, submitted,
        submitted application, sent=, sent cv, sent resume, sent application, cv sent, resume sent,
        resume submitted, cv submitted, reapplied, re applied, easy applied, viewed, resume viewed,
        cv viewed, resume downloaded, referred, referral submitted, referral sent,
        reference number,
        waiting, waiting for reply, waiting for response, waiting on response, waiting to hear,
        awaiting reply, awaiting response, awaiting feedback, awaiting=, no interview yet,
        no reply, no reply yet,
        no response, no response yet, no answer, no answer yet, not heard back, no news,
        havent heard back, have not heard back, never heard back, nothing heard, radio silence,
        pending, followed up, follow up, follow up sent, sent follow up, true=,
        beworben, bewerbung, bewerbung versendet, bewerbung verschickt, bewerbung gesendet,
        bewerbung abgeschickt, bewerbung eingereicht, bewerbung raus, bewerbung ist raus,
        bewerbung lauft, abgeschickt, versendet, verschickt, gesendet=, eingereicht,
        eingangsbestatigung, eingang bestatigt, warte auf antwort, warte auf ruckmeldung, wartend,
        warten, warte, keine antwort, keine ruckmeldung, noch keine antwort,
        noch keine ruckmeldung, nachgefasst, nachgehakt, ausstehend,
        postule, postulee, candidature, candidature envoyee, candidature deposee,
        candidature transmise, candidature recue, candidature soumise, candidate=, envoye, envoyee,
        deposee, cv envoye, en attente, en attente de reponse, attente de reponse, sans reponse,
        pas de reponse, pas encore de reponse, sans nouvelles, pas de nouvelles, relance, relancee,
        relance envoyee, accuse de reception,
        aplicado, aplicada, aplique, postulado, postulada, postule a, solicitado, solicitada,
        solicitud enviada, candidatura, candidatura enviada, postulacion enviada, enviado, enviada,
        cv enviado, inscrito, inscrita, en espera, en espera de respuesta, esperando respuesta,
        a la espera, pendiente=, pendiente de respuesta, sin respuesta, sin noticias, seguimiento,
        gesolliciteerd, sollicitatie, sollicitatie verstuurd, sollicitatie verzonden, cv verstuurd,
        verstuurd, verzonden, ingediend, in afwachting, wachten op reactie, wachten op antwoord,
        wachten, geen reactie, nog geen reactie, geen antwoord, nog geen antwoord,
        ontvangstbevestiging, opgevolgd,
        candidatura inviata, candidato=, inviato, inviata, in attesa, nessuna risposta,
        candidatei, candidatado, candidatura submetida, aguardando, aguardando resposta,
        sem resposta, inscricao enviada""",
    IN_PROGRESS: """
        in progress, in process, ongoing, active=, interview, interviews, interviewing,
        interviewed,
        interview process, screen, screening, screened, phone, phoner, call, phonecall, chat,
        round, rounds, loop, panel, superday, super day, technical=, tech=, hr=, hm=,
        recruiter=, final=, assessment, assessments, assesment, test, tests, quiz=, coding,
        challenge, exercise, homework, assignment, case study, presentation, take home,
        takehome, oa, oas, hackerrank, codesignal, codility, hirevue, onsite, on site, site visit,
        trial day, trial, shadow day, in review, under review, reviewing, under consideration,
        being considered, contacted, in contact, talking, in talks, recruiter reached out,
        positive response, references, reference check,
        reference checks, reference checked, background check, shortlisted, shortlist, longlisted,
        invited, invitation, invite, advanced, advancing, moving forward, moved forward,
        moving on, next round, next stage, final stage, second stage, interview stage,
        interview phase, passed round, passed screen, passed screening,
        passed interview, passed phone, passed test, passed oa, passed assessment,
        passed technical, passed hr, passed first, passed stage, submitted assessment,
        submitted test, submitted take home, submitted case study, submitted assignment,
        submitted challenge, no offer yet, waiting for interview, awaiting interview,
        waiting for offer, offer expected, expecting offer, expecting an offer, interview offer,
        interview offered, offered interview, offered an interview,
        awaiting offer, waiting for decision, awaiting decision, waiting for result,
        waiting for results, awaiting results, awaiting result, waiting for next round,
        waiting for final decision, awaiting final decision, waiting for interview feedback,
        application accepted, follow up interview, follow up call, meeting,
        in bearbeitung, im gesprach, in gesprachen, laufend, lauft=, aktiv=, vorstellungsgesprach,
        gesprach, gesprache, erstgesprach, zweitgesprach, drittgesprach, telefonat, telefonisch=,
        eingeladen, einladung, probearbeiten, probearbeit, probetag, im prozess, in kontakt,
        im auswahlverfahren, auswahlverfahren, kennenlernen, nachste runde, runde, fallstudie,
        einstellungstest, eignungstest, testaufgabe, engere auswahl, in engerer auswahl,
        warte auf entscheidung, warte auf angebot, noch kein angebot, hospitation, schnuppertag,
        zweite runde,
        bewerbung angenommen, kontaktiert,
        en cours, entretien, entretiens, en process, preselection, preselectionne,
        preselectionnee, en discussion, echange, appel, visio, convocation, convoque, convoquee,
        processus en cours, en attente de decision, attente decision, mise en situation,
        prise de references, short liste, shortliste, candidature en cours, second tour, tour,
        candidature acceptee, contacte, contactee,
        en proceso, en curso, entrevista, entrevistas, entrevistado, entrevistada, prueba,
        pruebas, preseleccion, preseleccionado, preseleccionada, en conversaciones, llamada,
        videollamada, reunion, ronda, segunda ronda, finalista, citado, citada, convocado,
        convocada, esperando decision, contactado, contactada, referencias,
        lopend, bezig, gesprek, gesprekken, in gesprek, sollicitatiegesprek, kennismaking,
        kennismakingsgesprek, uitgenodigd, uitnodiging, ronde, in behandeling, in procedure,
        proefdag, meeloopdag, wachten op beslissing, belafspraak, referenties,
        op gesprek, gecontacteerd,
        colloquio, colloqui, in corso, prova, intervista, telefonata, convocato, convocata,
        entrevista marcada, em processo, em andamento, processo seletivo, teste""",
    OFFERED: """
        offered, offer, offers, offer received, got offer, job offer, offer extended, offer letter,
        offer stage, verbal offer, written offer, offer made, offer in hand, negotiating,
        negotiation, negotiations, salary negotiation, offer pending, contract sent,
        contract received, contract=, contract offered, offer negotiation, received contract,
        received offer, considering offer, reviewing offer,
        angebot, angebot erhalten, zusage, zusage erhalten, vertragsangebot, verhandlung,
        gehaltsverhandlung, vertragsverhandlung, vertrag erhalten, vertrag=, vertrag zugeschickt,
        vertrag bekommen, angebot bekommen,
        offre, offre recue, proposition, proposition recue, proposition d embauche,
        promesse dembauche, promesse d embauche, offre d emploi recue, negociation,
        contrat recu, contrat envoye, contrat=,
        oferta, oferta recibida, oferta de trabajo, ofertado, propuesta, propuesta recibida,
        negociacion, negociando, contrato recibido, contrato enviado, contrato=,
        aanbod, aanbod ontvangen, aanbieding, voorstel, contract ontvangen, onderhandeling,
        onderhandelen, arbeidsvoorwaardengesprek,
        offerta, offerta ricevuta, proposta, proposta recebida, oferta recebida""",
    ACCEPTED: """
        accepted, offer accepted, accepted offer, accepted the offer, i accepted, hired,
        got hired, signed, offer signed, contract signed, signed contract, signed offer,
        got the job, got it=, started=, start date=, joined, onboarding, employed,
        angenommen, angebot angenommen, zusage angenommen, eingestellt, unterschrieben,
        vertrag unterschrieben, vertrag unterzeichnet, stelle bekommen, job bekommen,
        accepte, acceptee, offre acceptee, proposition acceptee, embauche, embauchee, recrute,
        recrutee, signe, contrat signe,
        aceptado, aceptada, oferta aceptada, acepte, contratado, contratada, firmado, firmada,
        contrato firmado,
        aangenomen, geaccepteerd, aanbod geaccepteerd, getekend, contract getekend,
        accettata, accettato, offerta accettata, assunto, assunta, aceito, aceite, oferta aceite,
        proposta aceita, contratado""",
    REJECTED: """
        rejected, rejection, verbal rejection, rejection email, refused, turned down, denied,
        unsuccessful,
        not selected, failed, rejected after interview, declined by company, declined by them,
        declined by employer, application declined, they declined, company declined,
        not moving forward, not proceeding, not progressing, not progressed, not shortlisted,
        not successful, not hired, not accepted, not chosen, not considered, not going forward,
        not suitable, wont be moving forward, will not be moving forward, didnt get, did not get,
        didnt make, did not make, didnt pass, did not pass, not passed, no offer, reject,
        no longer under consideration, no longer being considered, no longer considered,
        no longer in consideration, not under consideration, regret, regret email, regretted,
        they passed, passed on me, went with another candidate, went with someone else,
        other candidate, another candidate chosen, chose another candidate, offer rescinded,
        offer withdrawn, offer revoked, rescinded, offer pulled, eliminated, cut=, nope=,
        turned me down, knocked back, disqualified,
        abgelehnt, ablehnung, absage, absage erhalten, abgesagt, nicht ausgewahlt, kein angebot,
        nicht genommen, nicht eingeladen, nicht berucksichtigt, abgewiesen, nicht weiter,
        nicht eingestellt, keine einladung, angebot zuruckgezogen,
        refuse, refusee, rejete, rejetee, refus, non retenu, non retenue, pas retenu, pas retenue,
        reponse negative, candidature refusee, candidature rejetee, candidature non retenue,
        candidature pas retenue, pas doffre, pas d offre, non selectionne, non selectionnee,
        rechazado, rechazada, rechazo, descartado, descartada, no seleccionado, no seleccionada,
        no admitido, denegado, denegada, candidatura rechazada, no continuo, no pase, sin oferta,
        no me cogieron, no me seleccionaron, no apto,
        afgewezen, afwijzing, niet geselecteerd, niet aangenomen, niet door, geen aanbod,
        niet uitgenodigd, afgevallen,
        rifiutato, rifiutata, rifiuto, respinto, respinta, scartato, scartata, non selezionato,
        rejeitado, rejeitada, recusado, recusada, reprovado, reprovada, nao selecionado""",
    WITHDRAWN: """
        withdrawn, withdrew, withdraw=, withdrawn by me, accepted offer elsewhere,
        accepted another offer,
        accepted other offer, application withdrawn, cancelled=,
        canceled=, i cancelled, application cancelled, declined, declined by me, i declined,
        offer declined, declined offer, declined the offer, declined job offer, job offer declined,
        declined interview, offer rejected, rejected offer, rejected the offer, rejected by me,
        rejected them,
        i rejected, turned down offer, turned down the offer, offer turned down, offer refused,
        refused offer, refused the offer, i refused, turned down by me, i turned down, i withdrew,
        pulled out, pulled application, backed out, retracted, dropped out, opted out,
        offer not accepted, did not accept, didnt accept, not accepting offer,
        zuruckgezogen, bewerbung zuruckgezogen, zuruckgenommen, abgebrochen, angebot abgelehnt,
        abgelehnt von mir, von mir abgelehnt, selbst abgelehnt, selbst abgesagt, abgesagt von mir,
        von mir abgesagt, ich habe abgelehnt, ich habe abgesagt, angebot ausgeschlagen,
        storniert=, absage von mir, absage meinerseits, angebot nicht angenommen,
        retire, retiree, annule=, annulee=, desiste, desistee, desistement, offre refusee,
        offre declinee, jai refuse, refuse par moi, candidature retiree, proposition refusee,
        proposition declinee, refus de ma part, decline=, declinee=,
        retirado, retirada, cancelado=, cancelada=, oferta rechazada, oferta declinada,
        rechazada por mi, rechazado por mi, rechace, retire candidatura, candidatura retirada,
        me retire, renuncie,
        ingetrokken, teruggetrokken, sollicitatie ingetrokken, geannuleerd=, aanbod afgewezen,
        aanbod geweigerd, aanbod afgeslagen, zelf afgewezen, door mij afgewezen, zelf afgezegd,
        ritirato, ritirata, offerta rifiutata, candidatura ritirata, desisti, desistiu,
        oferta recusada, proposta recusada""",
    EXPIRED: """
        expired, closed, filled=, position filled, job filled, role filled, position closed,
        job closed, role closed, posting closed, applications closed, listing closed, ghosted,
        ghost=, ghosting, got ghosted, dead=, gone=, no longer available, no longer accepting,
        no longer open, no longer exists, no longer hiring, not hiring, not available, deleted=,
        removed=, posting removed, job removed, taken down, stale=, archived, on hold by company,
        timed out, hiring freeze, position cancelled, role cancelled, job cancelled,
        position canceled, role canceled, job canceled, position eliminated, position on hold,
        too late, missed deadline, deadline missed, deadline passed,
        abgelaufen, geschlossen, besetzt, stelle besetzt, stelle gestrichen, archiviert,
        nicht mehr verfugbar, nicht mehr online, nicht mehr offen, frist abgelaufen, zu spat,
        einstellungsstopp, geloscht=, geghostet, entfernt=, stelle nicht mehr ausgeschrieben,
        expire, expiree, clos=, close=, offre close, cloture, cloturee, pourvu, pourvue, ferme,
        fermee, archive, archivee, poste pourvu, plus disponible, offre expiree, offre pourvue,
        offre supprimee, annonce expiree, trop tard, gel des embauches,
        expirado, expirada, caducado, caducada, cerrado, cerrada, cubierto, cubierta, archivado,
        archivada, vacante cubierta, vacante cerrada, oferta cerrada, oferta caducada,
        oferta expirada, proceso cerrado, ya no disponible, plazo vencido,
        verlopen, gesloten, vervuld, gearchiveerd, vacature gesloten, vacature vervuld,
        niet meer beschikbaar, te laat, vacaturestop, geghost,
        scaduto, scaduta, chiuso, chiusa, posizione chiusa, encerrado, encerrada, vaga fechada,
        vaga encerrada, vaga preenchida""",
    NOT_PURSUING: """
        not pursuing, not interested, no interest, no longer interested, lost interest, not a fit,
        no fit, not a good fit, bad fit, not a match, skip, skipped, skipping, passed=, pass=,
        passing=, ignored, ignore, dropped=, discarded, wont apply, will not apply, did not apply,
        didnt apply, not applying, not going to apply, decided against, decided not to apply,
        decided not to pursue, no go, overqualified, underqualified, not qualified, not eligible,
        ineligible, not for me,
        nicht interessiert, kein interesse, kein interesse mehr, nicht weiterverfolgt, verworfen,
        passt nicht, uninteressant, nicht verfolgt, nicht mehr interessiert, bewerbe mich nicht,
        uberqualifiziert, doch nicht, unpassend,
        pas interesse, pas interessee, plus interesse, plus interessee, abandonne, abandonnee,
        ignore, ignoree, sans suite, non poursuivi, non poursuivie, ecarte, ecartee,
        ne pas postuler, pas pour moi, sans interet,
        descartado por mi, descartada por mi, no interesado, no interesada, ya no me interesa,
        no me interesa, abandonado, abandonada,
        omitido, ignorado, no aplicar, no voy a aplicar, no encaja, sin interes,
        niet geinteresseerd, geen interesse, geen interesse meer, overgeslagen, afgezien,
        past niet, niet passend, niet meer geinteresseerd,
        non interessato, non interessata, sem interesse, nao interessado""",
}
"""Stage → its words, by commas."""

STAGES = {stage.casefold(): stage for stage in WORDS}
"""The built-in stages by their folded names."""

COMPOUNDS = {
    "gesprach": IN_PROGRESS,
    "interview": IN_PROGRESS,
    "gesprek": IN_PROGRESS,
    "absage": REJECTED,
    "afwijzing": REJECTED,
}
"""How German and Dutch compounds end: Telefoninterview, Kennenlerngespräch."""

FILLERS = """
    a an the my our in at on via for to by with through per from of and or is was has have had
    been be
    i ive im we they got get received did done do completed complete finished scheduled
    schedule booked
    sent set up again now just already still currently officially finally sadly unfortunately today
    st nd rd th first second third fourth fifth last initial upcoming
    automatically auto straight away instantly formally informally successfully soft hard
    phone telephone video virtual online remote zoom teams skype google meet face person
    hr tech technical recruiter recruiting hiring manager hm lead head director vp ceo cto cfo
    founder
    team peer panel culture cultural fit behavioral behavioural competency values bar raiser final
    coding code live pair programming system design algorithm algo whiteboard written oral skills
    aptitude personality psychometric logic case study take home cv resume profile initial
    screening
    screen company employer job application position email mail mailed e website site portal
    form letter status state stand statut estado yet encore aun todavia
    linkedin indeed glassdoor xing stepstone stage step number no. nr number part day hour min
    minutes x then dann danach puis ensuite luego toen poi
    yesterday week ago am pm h uhr invite invitation received

    der die das den dem des ein eine einen einem einer mein meine im am um auf bei mit per
    uber von vom
    zu zum zur fur und oder ist war bin habe hatte wurde werde per er es ich bereits schon nun
    jetzt
    leider heute gestern noch erste erster erstes ersten zweite zweiter zweites zweiten dritte
    dritter
    drittes dritten letzte letztes letzter erhalten bekommen geplant terminiert vereinbart gefuhrt
    absolviert stattgefunden telefonisches telefonisch personliches personlich virtuelles online
    technisches fachliches fachgesprach fach bewerbung stelle firma seitens sofort

    le la les l un une du de d au aux par en et ou est ete ai jai je mon ma mes avec pour chez sur
    recu recue prevu prevue planifie planifiee passe passee fait faite programme programmee
    premier premiere deuxieme second seconde troisieme dernier derniere rh technique techniques
    telephonique telephoniques visio physique malheureusement deja er ere eme e candidature poste
    entreprise suite

    el los las un una unos por con para en del al y o es fue ha he mi mis me se ya lamentablemente
    recibido recibida recibi programado programada agendado agendada hecho hecha realizado
    realizada
    tecnico tecnica tecnicos tecnicas telefonica telefonico personal rrhh primer primera segundo
    segunda tercero tercera ultima ultimo candidatura empresa oferta puesto

    het een de mijn op bij met voor te ter en of is was heb had ben werd ik helaas al reeds nu nog
    ontvangen gepland ingepland gehad gedaan eerste tweede derde laatste technisch telefonisch
    sollicitatie vacature functie bedrijf

    il lo gli i ed ho ricevuto ricevuta primo seconda prima terzo o a os as um uma no na com

    jan january januar janvier enero januari feb february februar fevrier febrero februari mar
    march
    marz mars marzo maart apr april avril abril may mai mayo mei jun june juni juin junio jul
    july juli
    juillet julio aug august aout agosto augustus sep sept september septembre septiembre oct
    october
    okt oktober octobre octubre nov november novembre noviembre dec december dez dezember decembre
    diciembre mon monday tue tues tuesday wed wednesday thu thurs thursday fri friday sat
    saturday sun
    sunday montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi
    vendredi samedi dimanche lunes martes miercoles jueves viernes maandag dinsdag woensdag
    donderdag
    vrijdag zaterdag zondag mo di mi do fr
"""
"""Words around a stage that do not change it."""

NEGATIONS = """
    no not never none nothing cannot cant dont didnt doesnt havent hasnt isnt wasnt wont without
    nicht nie kein keine keinen keiner ohne nichts nein pas non ne aucun aucune sans jamais rien
    sin ni nunca ningun ninguna niet nooit geen zonder nee nao nem nessun nessuna senza sem
"""
"""Words that turn what follows into its opposite, or into nobody knows what."""

DENIALS = "not never nicht nie nein pas non niet nooit nee nunca nao"
"""Those that also turn round what stands before them: "offer not yet"."""

ENDS = """
    after following since because next if unless until till before maybe perhaps hopefully hoping
    hope expected expecting expect probably likely prep prepare preparing todo should could
    would might
    vs but
    nach nachdem weil wegen nachste nachster nachstes falls wenn bis bevor vor vielleicht
    hoffentlich
    wahrscheinlich vorbereiten erwartet sollte
    apres suite prochain prochaine si avant peut peutetre car
    despues tras antes proximo proxima quiza quizas porque siguiente
    na nadat omdat volgende als voordat misschien hopelijk waarschijnlijk
    dopo prima se depois antes
"""
"""Words after which a status tells of something else: what was before, or may come."""
