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

_OFFERTA = r"(?:questa |l[’'] ?|la )(?:offerta|annuncio|posizione)(?: di lavoro)?"
_SADLY = r"(?:leider |bereits |inzwischen |schon ){0,3}"
_ONLY_SO = r"(?! (?:on|at|by|via|through|in|from)\b)"  # "by post", "on 30 June", "from agencies"

_ENGLISH = (
    rf"no longer accept(?:s|ing) (?:new )?(?:applications|applicants|candidates){_ONLY_SO}",
    rf"not (?:currently )?accepting (?:new |any )?applications{_ONLY_SO}",
    rf"stopped accepting (?:new |any )?applications{_ONLY_SO}",
    rf"{_THIS} is no longer (?:currently )?(?:available|open|active|accepting)",
    rf"{_THIS} is (?:not|no longer) (?:currently )?(?:active|advertised|published|listed|online)",
    rf"{_THIS} has (?:now |already |since )?(?:been )?(?:filled|closed|expired|removed)(?! out)",
    rf"{_THIS} has been (?:taken down|archived|cancell?ed|withdrawn|unpublished)",
    rf"{_THIS} is (?:now |already )?(?:closed|filled|expired|archived)(?! (?:with|by|to)\b)",
    rf"{_THIS} (?:does not exist|doesn[’']t exist|no longer exists)",
    rf"{_THIS} (?:could not|couldn[’']t|cannot|can[’']t) be found",
    r"^(?:job|position|vacancy|posting) (?:has )?(?:expired|not found)",
    r"^(?:job|position|vacancy|posting|role|applications) (?:is |are )?(?:closed|filled)\W*$",
    rf"applications? (?:for [^.!?]{{1,40}} )?(?:is|are|has|have) (?:now |been )*closed{_ONLY_SO}",
    r"(?:application (?:period|window)|vacancy) (?:is|has) (?:now )?closed",
    r"expired on (?:indeed|linkedin|glassdoor)",
    r"(?:this|the) (?:application )?deadline has (?:passed|expired)",
)
_GERMAN = (
    (
        rf"{_STELLE} (?:ist|wurde) {_SADLY}nicht mehr"
        rf" (?:verfügbar|online|aktiv|aktuell|ausgeschrieben|vakant|offen|frei)"
    ),
    rf"{_STELLE} (?:ist|wurde) {_SADLY}(?:besetzt|vergeben|abgelaufen|deaktiviert|geschlossen)",
    rf"{_STELLE} (?:ist|wurde) {_SADLY}(?:archiviert|gelöscht|entfernt)",
    rf"{_STELLE} (?:existiert|besteht) (?:leider )?nicht mehr",
    r"keine (?:weiteren |neuen )?bewerbungen mehr (?:an|angenommen|möglich)",
    r"bewerbungen (?:werden|sind) (?:leider )?nicht mehr (?:angenommen|entgegengenommen|möglich)",
    rf"bewerbungsfrist (?:ist )?{_SADLY}(?:abgelaufen|beendet|vorbei)",
    r"stellen(?:anzeige|angebot|ausschreibung) (?:leider )?(?:nicht gefunden|abgelaufen|beendet)",
)
_FRENCH = (
    rf"{_OFFRE} n[’']est (?:malheureusement )?plus (?:disponible|en ligne|active?|ouverte?)",
    rf"{_OFFRE} n[’']est plus d[’']actualité",
    (
        rf"{_OFFRE} (?:a|est) (?:déjà |désormais |malheureusement |été ){{0,3}}"
        rf"(?:pourvue?|expirée?|clôturée?|close?|fermée?|supprimée?|retirée?|archivée?)\b"
    ),
    rf"{_OFFRE} n[’']existe plus",
    r"n[’']accepte plus (?:de |les )?(?:nouvelles )?candidatures",
    r"candidatures (?:sont (?:closes|clôturées|fermées)|ne sont plus acceptées)",
    r"offre (?:d[’']emploi )?(?:expirée|pourvue|clôturée|introuvable)",
)
_SPANISH = (
    rf"{_OFERTA} ya no (?:está|se encuentra|esta) (?:disponible|activ[ao]|abiert[ao]|publicad[ao])",
    rf"{_OFERTA} (?:ha|está|fue) (?:sido )?(?:cerrad|caducad|expirad|cubiert|eliminad)[ao]",
    rf"{_OFERTA} (?:ya )?no existe",
    r"ya no (?:se )?acepta(?:n|mos)? (?:más |nuevas )?(?:solicitudes|candidaturas|inscripciones)",
    r"oferta (?:de (?:empleo|trabajo) )?(?:caducada|cerrada|expirada|no encontrada)",
)
_OTHERS = (  # Dutch, Italian, Portuguese
    (
        r"(?:deze|de) vacature is (?:helaas |inmiddels |al )*"
        r"(?:niet meer (?:beschikbaar|actief|online|geldig)|gesloten|vervuld|verlopen|ingevuld)"
    ),
    rf"{_OFFERTA} non è più (?:disponibile|attiv[ao])",
    rf"{_OFFERTA} è (?:chius[ao]|scadut[ao])",
    r"(?:esta|a) vaga (?:já )?não está (?:mais )?(?:disponível|aberta)",
    r"(?:esta|a) vaga (?:já )?(?:foi|está) (?:encerrada|preenchida|expirada|fechada)",
)
_CLOSED = (*_ENGLISH, *_GERMAN, *_FRENCH, *_SPANISH, *_OTHERS)
_CLOSED_TEXT = re.compile(rf"\b(?:{'|'.join(f'(?:{one})' for one in _CLOSED)})", re.MULTILINE)
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
