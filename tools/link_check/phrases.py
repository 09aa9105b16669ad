"""What pages say when a posting is closed, wants a login, or takes applications."""

from __future__ import annotations

import re

_JOB = (
    r"(?:job (?:posting|ad|advert|advertisement|listing|opening|offer|opportunity)|job|position"
    r"|role|vacancy|opening|posting|opportunity|requisition|listing|advert)"
)
_SOUGHT = r"(?: you (?:are|were) (?:looking for|trying to \w+)| you (?:requested|selected))?"
_THIS = rf"(?:this|the|that) {_JOB}{_SOUGHT}"
_STELLE = (
    r"(?:diese |die |dieses |das |der |dieser )?(?:gesuchte |ausgeschriebene |gewünschte )?"
    r"(?:stellenanzeige|stellenangebot|stellenausschreibung|stelle|position|anzeige|jobangebot|job"
    r"|ausschreibung|vakanz)"
)
_OFFRE = r"(?:cette |l[’' ]|cet |ce |le |la )(?:offre(?: d[’']emploi)?|annonce|poste|emploi)"
_OFERTA = (
    r"(?:esta |la |este |el )"
    r"(?:oferta(?: de (?:empleo|trabajo))?|vacante|puesto|empleo|posición)"
)

_CLOSED = (
    # English
    r"no longer accept(?:s|ing) (?:new )?(?:applications|applicants|candidates|responses)",
    r"not (?:currently )?accepting (?:new |any )?applications",
    r"stopped accepting (?:new |any )?applications",
    rf"{_THIS} is no longer (?:currently )?(?:available|open|active|accepting)",
    rf"{_THIS} is (?:not|no longer) (?:currently )?(?:active|advertised|published|listed|online)",
    rf"{_THIS} has (?:now |already |recently |since )?(?:been )?(?:filled|closed|expired|removed)",
    rf"{_THIS} has been (?:taken down|archived|cancell?ed|withdrawn|unpublished)",
    rf"{_THIS} is (?:now |already )?(?:closed|filled|expired|archived)(?! (?:with|by|to)\b)",
    rf"{_THIS} (?:does not exist|doesn[’']t exist|no longer exists)",
    rf"{_THIS} (?:could not|couldn[’']t|cannot|can[’']t) be found",
    r"(?:job|position|vacancy|posting) (?:has )?(?:expired|not found)",
    r"applications? (?:for [^.!?]{1,40} )?(?:is|are|has|have) (?:now )?(?:been )?closed",
    r"(?:application (?:period|window)|vacancy) (?:is|has) (?:now )?closed",
    r"expired on (?:indeed|linkedin|glassdoor)",
    r"(?:this|the) (?:application )?deadline has (?:passed|expired)",
    # German
    (rf"{_STELLE} (?:ist|wurde) (?:leider |bereits |inzwischen |schon )*"
    r"(?:nicht mehr (?:verfügbar|online|aktiv|aktuell|ausgeschrieben|vakant|offen|frei)"
    r"|besetzt|vergeben|abgelaufen|deaktiviert|geschlossen|archiviert|gelöscht|entfernt)"),
    rf"{_STELLE} (?:existiert|besteht) (?:leider )?nicht mehr",
    r"(?:keine|nimmt keine) (?:weiteren |neuen )?bewerbungen (?:mehr )?(?:an|angenommen|möglich)",
    r"bewerbungen (?:werden|sind) (?:leider )?nicht mehr (?:angenommen|entgegengenommen|möglich)",
    r"bewerbungsfrist (?:ist )?(?:leider |bereits )?(?:abgelaufen|beendet|vorbei)",
    r"stellen(?:anzeige|angebot|ausschreibung) (?:leider )?(?:nicht gefunden|abgelaufen|beendet)",
    # French
    rf"{_OFFRE} n[’']est (?:malheureusement )?plus (?:disponible|en ligne|active?|ouverte?)",
    rf"{_OFFRE} n[’']est plus d[’']actualité",
    (rf"{_OFFRE} (?:a|est) (?:déjà |désormais |malheureusement )?(?:été |a été )?"
    r"(?:pourvue?|expirée?|clôturée?|close?|fermée?|supprimée?|retirée?|archivée?)"),
    rf"{_OFFRE} n[’']existe plus",
    r"n[’']accepte plus (?:de |les )?(?:nouvelles )?candidatures",
    r"(?:les )?candidatures (?:sont|ne sont plus) (?:closes|clôturées|fermées|acceptées)",
    r"offre (?:d[’']emploi )?(?:expirée|pourvue|clôturée|introuvable)",
    # Spanish
    rf"{_OFERTA} ya no (?:está|se encuentra|esta) (?:disponible|activa|activo|abierta|publicada)",
    (rf"{_OFERTA} (?:ha|está|fue) (?:sido )?"
    r"(?:cerrad[ao]|caducad[ao]|expirad[ao]|cubiert[ao]|eliminad[ao]|finalizad[ao]|caducado|expirado)"),
    rf"{_OFERTA} (?:ya )?no existe",
    r"no (?:se )?acepta(?:n|mos)? (?:más |nuevas )?(?:solicitudes|candidaturas|inscripciones)",
    r"oferta (?:de (?:empleo|trabajo) )?(?:caducada|cerrada|expirada|no encontrada)",
    # Dutch, Italian, Portuguese
    (r"(?:deze|de) vacature is (?:helaas |inmiddels |al )*"
    r"(?:niet meer (?:beschikbaar|actief|online|geldig)|gesloten|vervuld|verlopen|ingevuld)"),
    (r"(?:questa|l[’'] ?)(?:offerta|annuncio|posizione)(?: di lavoro)? (?:non è più|è) "
    r"(?:disponibile|attiv[ao]|chius[ao]|scadut[ao])"),
    (r"(?:esta|a) vaga (?:já )?(?:não está mais|não está|foi|está) "
    r"(?:disponível|encerrada|preenchida|expirada|fechada)"),
)  # fmt: skip
_CLOSED_TEXT = re.compile(rf"\b(?:{'|'.join(f'(?:{one})' for one in _CLOSED)})")
_CONDITION = re.compile(
    r"\b(?:if|when|once|until|unless|after|before|whether|in case|as soon as|till|wenn|sobald"
    r"|falls|bis|sofern|ob|si|lorsque|quand|dès que|cuando|hasta que|als|indien|zodra|quando)"
    r"\b[^.!?]{0,80}$"
)
_LOGIN_TEXT = re.compile(
    r"(?:sign in|log ?in|sign up|join (?:now|linkedin)|create (?:an |your )?account)"
    r"[^.!?]{0,60}\b(?:to (?:continue|view|see|access|apply to view)|to linkedin)"
    r"|(?:bitte )?(?:melde dich|melden sie sich)[^.!?]{0,40}\ban,? um"
    r"|(?:connectez|identifiez)-vous pour (?:continuer|voir|accéder)"
    r"|inicia(?:r)? sesión para (?:continuar|ver|acceder)"
)
_BOT_TEXT = re.compile(
    r"verify (?:that )?you are (?:a )?human|are you a (?:human|robot)|checking your browser"
    r"|just a moment\.\.\.|attention required! \| cloudflare"
    r"|enable javascript and cookies to continue"
    r"|unusual (?:traffic|activity)|access (?:to this page has been )?denied"
    r"|pardon our interruption"
    r"|additional verification required|security check|request (?:was )?(?:blocked|unsuccessful)"
    r"|captcha|press (?:and|&) hold|are you a robot|sind sie ein (?:mensch|roboter)"
)
_APPLY_TEXT = re.compile(
    r"\b(?:apply (?:now|here|online|today|for (?:this|the)|on company|with|to this)|easy apply"
    r"|submit (?:your |an )?application|apply\b(?= *$)"
    r"|jetzt bewerben|online bewerben|hier bewerben|bewirb dich|bewerben sie sich"
    r"|zur bewerbung|direkt bewerben"
    r"|postuler|postulez|je postule|déposer (?:ma|votre) candidature"
    r"|inscribirme|solicitar (?:empleo|puesto)|postularme|aplicar ahora|enviar (?:mi )?solicitud"
    r"|solliciteer|solliciteren|candidati|candidatar-se)",
    re.MULTILINE,
)
_LOGIN_PATH = re.compile(
    r"(?i)(?:^|/)(?:login|log-in|signin|sign-in|sign_in|signup|auth|authwall|sso|uas|checkpoint"
    r"|account|anmelden|connexion|acceso)(?:[/.]|$)"
)
_LONGEST = 200_000  # characters of a page's text that are read
_SHOWN = 120


def closing_sentence(text: str) -> str | None:
    """The words of a page that say the posting is closed; not those after "if" or "once"."""
    lower = text[:_LONGEST].lower()
    for match in _CLOSED_TEXT.finditer(lower):
        if not _CONDITION.search(lower, max(0, match.start() - 100), match.start()):
            return " ".join(match.group().split())[:_SHOWN]
    return None


def is_login_text(text: str) -> bool:
    """Whether a page asks to log in."""
    return _LOGIN_TEXT.search(text[:_LONGEST].lower()) is not None


def is_bot_wall(text: str) -> bool:
    """Whether a page wants to know whether we are a machine."""
    return _BOT_TEXT.search(text[:_LONGEST].lower()) is not None


def invites_to_apply(text: str) -> bool:
    """Whether a page has a button, or a sentence, to apply."""
    return _APPLY_TEXT.search(text[:_LONGEST].lower()) is not None


def is_login_path(path: str) -> bool:
    """Whether an address is that of a login."""
    return _LOGIN_PATH.search(path) is not None
