"""The words by which walls, closed jobs and lists are told."""

from __future__ import annotations

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE)


BOT_TITLE = _any(
    r"^just a moment", r"^attention required!", r"^checking your browser", r"^access denied",
    r"^access to this page has been denied", r"^pardon our interruption", r"^security check",
    r"^are you (?:a )?(?:human|robot)", r"^robot or human", r"^verify(?:ing)? you are human",
    r"^ddos-guard", r"^human verification", r"^bot (?:check|verification)", r"\bcaptcha\b",
    r"^additional verification required", r"^one more step", r"^request rejected",
    r"^un momento", r"^einen moment", r"^nur einen moment", r"^un instant", r"^even geduld",
    r"^sucuri website firewall", r"^blocked", r"^bot manager", r"^(?:403 )?forbidden$",
)  # fmt: skip
BOT_SOURCE = _any(
    r"cf[-_]chl[-_]", r"cf-challenge", r"cf-error-details", r"captcha-delivery\.com", r"px-captcha",
    r"_incapsula_resource", r"incapsula incident", r"gokuprops", r"token\.awswaf\.com",
    r"errors\.edgesuite\.net", r"sec-if-cpt-container", r"/\.within\.website/",
    r"distil_r_captcha", r"ddos-guard/js-challenge", r"check\.ddos-guard\.net", r"anubis_challenge",
    r"validate\.perfdrive\.com", r"datadome captcha",
)  # fmt: skip
"""Parts of challenges alone."""
GUARD_SOURCE = _any(
    r"challenges\.cloudflare\.com", r"datadome", r"_pxappid", r"perimeterx", r"awswafcookie",
    r"g-recaptcha", r"recaptcha/(?:api|enterprise)\.js", r"hcaptcha\.com/1/api", r"h-captcha",
    r"arkoselabs\.com", r"friendlycaptcha", r"akamai[-_]bm", r"kpsdk", r"geetest",
    r"cf-turnstile", r"altcha",
)  # fmt: skip
"""Parts of challenges that pages with an ordinary form have as well."""
BOT_TEXT = _any(
    r"verify (?:that )?you(?:'|’| a)re (?:a |not a )?(?:human|real|robot)",
    r"(?:are|you're|you’re) (?:not )?a (?:robot|human)", r"unusual (?:traffic|activity)",
    r"checking your browser", r"enable javascript and cookies to continue", r"press (?:&|and) hold",
    r"complete the (?:security check|captcha)", r"automated (?:access|requests|traffic|queries)",
    r"you have been blocked", r"performing security verification", r"ray id:",
    r"request unsuccessful", r"you don't have permission to access", r"solve th(?:e|is) captcha",
    r"making sure you(?:'|’| a)re not a bot", r"confirm (?:that )?you are (?:a )?human",
    r"checking if the site connection is secure", r"please enable js and disable any ad blocker",
 r"needs to review the security of your connection",
)  # fmt: skip
LOGIN_TITLE = _any(
    r"\b(?:sign|log)[ -]?(?:in|up|on)\b", r"\blogin\b", r"^join linkedin", r"^anmelde[nr]",
    r"^inloggen", r"se connecter", r"^connexion", r"^iniciar sesi[oó]n", r"^einloggen",
    r"^create (?:an |your )?account", r"^authwall", r"^members? only", r"^register\b",
)  # fmt: skip
LOGIN_TEXT = _any(
    r"(?:please )?(?:sign|log)[ -]?in (?:or \w+ )?(?:to|before) (?:continue|view|see|access|read)",
    r"please (?:log|sign) ?in", r"you (?:must|need to|have to) (?:be )?(?:log|sign)",
    r"(?:sign up|join|register|create an account)(?: \w+){0,3} to"
    r" (?:continue|view|see|read|access)",
    r"login required", r"bitte (?:melden sie sich an|anmelden|einloggen)",
    r"connectez-vous pour", r"log in om", r"inicia sesi[oó]n para", r"session (?:has )?expired",
)  # fmt: skip
LOGIN_PATH = re.compile(
    r"(?i)^https?://(?:[^/]*\b(?:accounts?|login|auth|sso|signin)\.[^/]+/"
    r"|[^/?#]+/(?:[^?#]*/)?(?:authwall|log-?in|sign-?in|signup|uas/login|checkpoint|sso|auth)"
    r"(?:[/?#]|$))"
)
COOKIE = re.compile(r"(?i)\bcookies?\b|\bconsent\b|\beinwilligung\b|\bdatenschutz|\bprivacy\b")
COOKIE_TITLE = _any(
    r"\bcookies?\b", r"^before you continue", r"^bevor sie", r"^avant de (?:contin|acc)",
    r"\bconsent\b", r"\bprivacygate\b",
)  # fmt: skip
_THING = (
    r"(?:(?:job|career|position|role|vacancy|posting|listing|opening|requisition|advert"
    r"|advertisement|ad|opportunity|offer)(?: (?:posting|listing|opening|advert|ad|offer"
    r"|opportunity|description))?)"
)
_NO_LONGER = r"no longer (?:available|open|active|posted|listed|accepting|exists?|online|being)"
_NOT_NOW = (
    r"not (?:available|active|open|found)(?: any ?more| at (?:this|the) (?:time|moment)| now)?"
    r"(?=[.!]|$)"
)
_BEEN = (
    r"(?:been |already )?(?:expired|closed|filled(?! with)|removed|deleted|taken down|unpublished"
    r"|deactivated|archived|withdrawn|paused)"
)
_NOT_THERE = (
    r"no longer exists|(?:could not|can(?:'|’)?t|cannot) be found|does(?:n(?:'|’)t| not) exist"
    r"|isn(?:'|’)t available"
)
_GERMAN = (
    r"stelle(?:nanzeige|nangebot)? (?:ist|wurde) (?:leider )?(?:nicht mehr|bereits|inzwischen)"
    r" (?:verf[uü]gbar|online|aktiv|aktuell|besetzt|vergeben|abgelaufen)"
)
CLOSED = _any(
    r"no longer accept(?:s|ing)? (?:new |any )?applica(?:tions|nts)",
    r"not (?:currently )?accepting (?:new |any |further )?applications",
    rf"(?:this|the|that) {_THING}(?: you [^.]{{0,60}}| #?\w+)? (?:is|are|was|has|have)"
    rf" (?:(?!not )\w+ )?(?:{_NO_LONGER}|{_NOT_NOW}|{_BEEN})",
    rf"(?:this|the|that) {_THING}(?: you [^.]{{0,60}})? (?:expired|{_NOT_THERE})",
    rf"(?:job|{_THING}) (?:not found|has expired|expired|closed|unavailable|removed)(?:[.!]|$)",
    r"keine bewerbungen mehr (?:angenommen|m[oö]glich)",
    r"(?:n(?:'|’)accepte plus de|ya no se aceptan|n[aã]o aceita mais)"
    r" (?:candidatures|solicitudes|candidaturas)",
    r"geen sollicitaties meer",
    r"applications? (?:for this \w+ )?(?:are|is|have|has) (?:now |been |currently )?closed",
    r"(?:we (?:are|have)|we(?:'|’)(?:re|ve)) (?:already )?(?:no longer hiring|filled this)",
    r"position (?:is |has been )?(?:already )?filled(?:[.!]|$)",
    _GERMAN,
    r"(?:stelle|anzeige|jobangebot|position) (?:ist|wurde) (?:leider )?(?:abgelaufen|besetzt"
    r"|deaktiviert|nicht mehr)",
    r"vacature is (?:helaas )?(?:niet (?:meer )?(?:beschikbaar|actief|online)|gesloten|verlopen"
    r"|vervuld|ingevuld|al)",
    r"(?:offre|annonce|poste)(?: d(?:'|’)emploi)? (?:n(?:'|’)est (?:malheureusement )?plus"
    r"|est (?:expir|pourvu|cl[oô]tur|ferm)|a (?:expir|[eé]t[eé] pourvu))",
    r"(?:oferta|vacante|puesto)(?: de (?:empleo|trabajo))? (?:ya no|ha (?:caducado|expirado|sido)"
    r"|est[aá] (?:cerrad|caducad)|no est[aá] disponible)",
)  # fmt: skip
CONDITION = re.compile(
    r"(?i)\b(?:until|till|once|if|when|whenever|after|unless|whether|before|should|may|might"
    r"|as soon as|bis|sobald|wenn|falls|tot|zodra|als|si|lorsque|cuando|hasta)\b[^.!?]{0,60}\Z"
)
"""Before such a phrase: it speaks of a day to come."""
MISSING_TITLE = _any(
    r"\b404\b", r"page (?:was )?not found", r"not found$", r"^not found",
    r"page (?:does not|doesn(?:'|’)t) exist",
    r"seite (?:wurde )?nicht gefunden", r"pagina niet gevonden", r"page (?:introuvable|non trouv)",
    r"p[aá]gina no encontrada",
    r"(?:job|position|posting) (?:not found|expired|closed|unavailable)",
)  # fmt: skip
LIST_TITLE = _any(
    r"\b(?:\d[\d.,+]*|all|open|current|latest|new|our|search) (?:[\w&/.-]+ ){0,4}"
    r"(?:jobs|positions|vacancies|openings|roles|opportunities|stellen(?:angebote)?|vacatures"
    r"|offres|results?)\b",
    r"^(?:jobs|careers|vacancies|open positions|vacatures|stellenangebote|karriere"
    r"|job search|job openings|opportunities|work with us|join (?:us|our team))\b",
    r"\bjobs (?:in|at|for|bei)\b", r"\bstellenangebote\b",
)  # fmt: skip
NEEDS_SCRIPT = _any(
    r"(?:enable|requires?|needs?|turn on|activate) (?:\w+ ){0,4}javascript",
    r"javascript (?:is|must be|to be) (?:\w+ )?(?:enabled|disabled|required|off)",
    r"javascript (?:aktivieren|activ)", r"without javascript",
)  # fmt: skip
CLOSED_SOURCE = _any(r"class=[\"'][^\"'<>]{0,100}closed-job__flavor--closed")
"""LinkedIn's mark of a closed job, in whatever language the page is."""
