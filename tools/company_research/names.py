"""Names of companies and hosts, and when two of them mean the same."""

from __future__ import annotations

import re
import unicodedata

_LEGAL_FORMS = frozenset(
    """
    inc incorporated corp corporation co company llc llp lp ltd limited plc pllc gmbh mbh ag kg
    kgaa ohg gbr ug ev eg se sa sas sasu sarl srl spa sl slu bv nv ab as asa aps oy oyj oü kft zrt
    rt doo dd sro spzoo zoo ks pty pte pvt private kk bhd sdn holding holdings group gruppe
    """.split()  # noqa: SIM905 - a list of words
)
_BESIDE = frozenset({"the", "co", "und", "and", "&", "haftungsbeschränkt", "international"})
_WORDS = re.compile(r"[^\W_]+|&")
_DOTTED = re.compile(r"\b([^\W\d_])\.(?=[^\W\d_]\b)")
_SPLIT_FORMS = (
    ("sp z o o", "spzoo"), ("sp z oo", "spzoo"), ("s p a", "spa"), ("d o o", "doo"), ("e v", "ev"),
    ("s a s", "sas"), ("s a r l", "sarl"), ("s r l", "srl"), ("s a", "sa"), ("a s", "as"),
)  # fmt: skip
_SECOND_LEVEL = frozenset("co com org net gov ac edu ne or gob gouv".split())  # noqa: SIM905
_SHORT = 2
_LONGEST = 200


def name_key(name: str) -> str:
    """Equal for names that differ in case, accents, punctuation and legal form alone.

    ``Müller & Söhne GmbH & Co. KG`` gives ``muller sohne``; a name that is nothing
    but a legal form stays as it is.
    """
    plain = _DOTTED.sub(r"\1", unaccented(name[:_LONGEST]))
    joined = " ".join(_WORDS.findall(plain.casefold()))
    for split, form in _SPLIT_FORMS:
        joined = joined.removesuffix(f" {split}") + (f" {form}" * joined.endswith(f" {split}"))
    words = joined.split()
    kept = list(words)
    while len(kept) > 1 and (kept[-1] in _LEGAL_FORMS or kept[-1] in _BESIDE):
        kept.pop()
    if len(kept) > 1 and kept[0] == "the":
        del kept[0]
    return " ".join(word for word in kept if word not in ("&", "and", "und"))


def without_legal_form(name: str) -> str:
    """``Acme GmbH`` as ``Acme``, otherwise as it is written."""
    words = name[:_LONGEST].split()
    while len(words) > 1 and name_key(" ".join(words)) == name_key(" ".join(words[:-1])):
        words.pop()
    return " ".join(words).rstrip(",")


def host_key(host: str) -> str:
    """What registrars sell of a host, roughly: ``jobs.acme.co.uk`` gives ``acme.co.uk``."""
    labels = host.lower().rstrip(".").split(".")
    top, second = labels[-1], labels[-2] if len(labels) > 1 else ""
    is_deep = len(top) == _SHORT and second in _SECOND_LEVEL
    return ".".join(labels[-3:] if is_deep else labels[-2:])


def host_fits_name(host: str, name: str) -> bool:
    """Whether a host is that of a company of that name, by its look: ``acme-group.de``, Acme."""
    bought = host_key(host).split(".", maxsplit=1)[0]
    plain = "".join(name_key(bought.replace("-", " ")).split())
    wanted = "".join(name_key(name).split())
    return len(wanted) > _SHORT and plain == wanted


def unaccented(text: str) -> str:
    """``text`` without accents."""
    parts = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(sign for sign in parts if not unicodedata.combining(sign))
