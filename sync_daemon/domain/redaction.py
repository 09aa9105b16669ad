"""The one redactor: whatever leaves sheetd, or is kept of what others said, goes through it."""

from __future__ import annotations

import re

REDACTED = "[redacted]"
_NAMES = (
    r"password|passwd|passphrase|secret|token|assertion|authorization|credential|signature"
    r"|(?:private|api|secret|access|account)[_-]?key"
)
# Each pattern can begin only at the start of a word: otherwise a cell of 50,000 letters in a
# message would be searched again from each of them.
_WORD_START = r"(?<![\w-])"
# An encoded sign in an address, or a line break in the representation of a text.
_BEHIND = r"(?<=%[0-9A-Fa-f]{2})|(?<=\\[nrt])"
# What the services themselves put before their keys and tokens, so that scanners find them.
_TOKENS = (
    r"(?:ya29\.|1//|GOCSPX-|AIza)[\w.\-/]{8,}"  # Google
    r"|(?:gh[pousr]_|github_pat_)\w{8,}"
    r"|gl(?:pat|dt|rtr?|cbt|ptt|ft|imt|soat|agent|oas|ffct)-[\w.-]{8,}|GR1348941[\w-]{8,}"
    r"|(?:sk|pk|rk)-[\w-]{16,}"  # OpenAI, Anthropic, OpenRouter and their like
    r"|(?:gsk_|r8_|pplx-|xai-|nvapi-|tvly-|fw_|csk-|jina_)[\w-]{16,}"  # other hosts of models
    r"|(?:hf_|api_org_)\w{8,}"  # Hugging Face
    r"|(?:xox[abeoprs]-|xapp-|xwfp-)[\w.\-/]{8,}"  # Slack
    r"|(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{12,}"  # AWS
    r"|npm_\w{8,}|pypi-[\w-]{16,}|rubygems_\w{16,}|oy2[a-z0-9]{40,}|dckr_(?:pat|oat)_[\w-]{8,}"
    r"|SG\.[\w-]{8,}(?:\.[\w-]{8,})?|key-[0-9a-f]{32}|[0-9a-f]{32}-us\d{1,2}\b"  # mail
    r"|(?:sk|rk|pk)_(?:live|test)_\w{8,}|whsec_[\w+/=]{8,}|sq0[a-z]{3}-[\w-]{16,}"  # payment
    r"|SK[0-9a-f]{32}|\d{8,10}:[\w-]{35}|[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,}"  # messengers
    r"|(?:secret_|ntn_|lin_api_|figd_|PMAK-|NRAK-|shp(?:at|ca|pa|ss)_|gls?[ac]_)[\w-]{16,}"
    r"|(?:do[opr]_v1_|dapi|sbp_|sntry[su]_|hv[sbr]\.|dp\.[a-z]{2,5}\.|ATATT3|pat\w{14}\.)"
    r"[\w.=-]{16,}"
    r"|AGE-SECRET-KEY-1\w{16,}|tk_[a-z0-9]{20,}|tskey-[a-z]+-[\w-]{8,}"  # age, ntfy, Tailscale
)
_SCHEMES = r"(?:Bearer|Basic|Token|Digest|Negotiate|NTLM|ApiKey|Key|SSWS|Splunk|GoogleLogin)"
SECRET_FIELD = re.compile(rf"(?:{_NAMES})$", re.IGNORECASE)
"""The name of a field whose value is a secret, whatever it looks like."""
_NAMED = rf"{_WORD_START}(?P<name>[\w-]*(?:{_NAMES})\\*[\"']?\s*(?:=>|[:=])\s*)"
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"-----BEGIN [^-]*-----.*?(?:-----END [^-]*-----|\Z)", re.DOTALL), REDACTED),
    (
        re.compile(rf"(?:{_WORD_START}|{_BEHIND})eyJ[\w-]{{5,}}\.[\w-]{{5,}}(?:\.[\w-]*)?"),
        REDACTED,
    ),
    (re.compile(rf"(?:(?<!\w)|{_BEHIND})(?:{_TOKENS})"), REDACTED),
    (
        re.compile(r"\b(Bearer|Basic)((?:\s|%20|\+)+)[\w.\-~+/=]{6,}", re.IGNORECASE),
        rf"\1\2{REDACTED}",
    ),
    (  # addresses whose path is the secret
        re.compile(
            r"((?:hooks\.slack\.com/(?:services|workflows|triggers)|discord(?:app)?\.com/api/webhooks"
            r"|(?<![\w-])[\w-]+\.webhook\.office\.com/webhookb2|api\.telegram\.org)/)[^\s\"'<>?#]+",
            re.IGNORECASE,
        ),
        rf"\1{REDACTED}",
    ),
    (re.compile(r"(?<![\w+.-])([\w+.-]+://)[^\s/]*@"), rf"\1{REDACTED}@"),  # user:password@
    (
        re.compile(rf"([?&;][\w.-]*(?:{_NAMES}|key|sig|code)=)[^&\s#\"']+", re.IGNORECASE),
        rf"\1{REDACTED}",
    ),
    (  # JSON within a string has its quotes escaped, maybe more than once
        re.compile(
            rf"{_NAMED}(?P<quote>\\*[\"']).*?(?:(?<!\\)(?P=quote)|\Z)", re.IGNORECASE | re.DOTALL
        ),
        rf"\g<name>\g<quote>{REDACTED}\g<quote>",
    ),
    (
        re.compile(
            rf"{_NAMED}(?!\[redacted\])(?:{_SCHEMES}\s+)?(?!\[redacted\])[^\s,;&\"'\\}})\]]+",
            re.IGNORECASE,
        ),
        rf"\g<name>{REDACTED}",
    ),
)


def redact(text: str) -> str:
    """The text without keys, tokens, passwords and PEM blocks."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text
