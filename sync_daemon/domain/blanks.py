"""What people type where there is nothing to say: ``-``, ``n/a``, ``tbd``, ``k. A.``.

Such a cell counts as blank for the tools that read it. It stays what it is in
the sheet and in the mirror. Only a cell that holds nothing else counts, and no
word that is something in a tracker: N.C. and S.D. are states, open is a status.
"""

from __future__ import annotations

import re
import unicodedata

from sync_daemon.domain.cells import CellValue, is_blank

_LONGEST = 40  # characters: what is longer says something
_SIGNS = re.compile(r"[\s\-\u2010-\u2015\u2212_.,…·•?¿/\\|~*#()\[\]<>:;]+")
_EDGES = re.compile(r"^[\s(\[<\-–—]+|[\s)\]>\-–—]+$")
_ENGLISH = """
    n/a; na; n.a.; n.a; n/k; n/d; none; null; nil; nothing; nothing yet; no data; no info;
    no information; none yet; not yet; not yet known; unknown; unkn.; not known;
    not available; not applicable;
    not specified; not stated; not given; not listed; not provided; not disclosed; undisclosed;
    unspecified; tbd; t.b.d.; t.b.d; tba; t.b.a.; tbc; t.b.c.; to be determined; to be decided;
    to be announced; to be confirmed; to be defined; to do; todo; to fill; to add; empty; blank;
    missing; don't know; dunno; no idea; idk
"""
_GERMAN = """
    k.a.; k. a.; k.a; keine angabe; keine angaben; ohne angabe; n.v.; n. v.; n/v;
    nicht verfügbar; nicht vorhanden; nicht angegeben; nicht bekannt; nicht zutreffend; unbekannt;
    unbek.; entfällt; keine; keiner; kein; keines; nichts; noch nichts; noch nicht; noch unklar;
    noch offen; leer; fehlt; folgt; unklar; weiß nicht; n.n.; n. n.; nn; steht aus; keine info
"""
_FRENCH = """
    n/c; s/o; s.o.; sans objet; aucun; aucune; inconnu; inconnue;
    non connu; non précisé; non précisée; non communiqué; non communiquée; non renseigné;
    non renseignée; non disponible; non spécifié; non applicable; néant; rien; vide; manquant;
    à définir; à déterminer; à préciser; à confirmer; à compléter; à venir; pas encore;
    ne sait pas; je ne sais pas
"""
_SPANISH = """
    s/d; sin datos; sin dato; sin información; sin especificar; no especificado;
    no especificada; no indicado; no consta; no aplica; no disponible; no procede; ninguno;
    ninguna; nada; desconocido; desconocida; por definir; por determinar; por confirmar;
    a definir; vacío; falta; aún no; todavía no; no sé; no se sabe
"""
_DUTCH = """
    n.v.t.; nvt; n.v.t; n.n.b.; nnb; niet van toepassing; niet bekend;
    nog niet bekend; niet beschikbaar; niet vermeld; niet opgegeven; onbekend; geen; niets; niks;
    ntb; n.t.b.; nog te bepalen; nader te bepalen; nog niet; leeg; ontbreekt; volgt;
    weet ik niet; weet niet
"""


def _key(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")
    return " ".join(_EDGES.sub("", folded).split())


_WORDS = frozenset(
    _key(phrase)
    for language in (_ENGLISH, _GERMAN, _FRENCH, _SPANISH, _DUTCH)
    for phrase in language.split(";")
)


def stands_for_nothing(value: CellValue) -> bool:
    """Whether a cell is blank, or holds nothing but a sign or word that means "nothing here".

    >>> stands_for_nothing("n/a"), stands_for_nothing("K. A."), stands_for_nothing("N/A or remote")
    (True, True, False)
    """
    if not isinstance(value, str):
        return False
    if len(value) > _LONGEST:
        return is_blank(value)
    if is_blank(value) or _SIGNS.fullmatch(value):
        return True
    key = _key(value)
    return key in _WORDS or key.rstrip(" .!?…") in _WORDS
