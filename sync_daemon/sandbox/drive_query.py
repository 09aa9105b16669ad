"""What a Drive request asks for: search terms, partial answers, pages.

The search language is that of Drive's guide "Search for files and folders", in so far as
clients of Sheets use it; anything else is refused as Drive refuses a malformed query.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sync_daemon.sandbox.answers import Refusal, drive_error, json_answer

Fields = dict[str, Any]  # names, with those inside where a field is a message


def _names(text: str) -> Fields:
    return {name: {} for name in text.split()}


FILE_FIELDS: Fields = _names(
    "appProperties capabilities clientEncryptionDetails contentHints contentRestrictions"
    " copyRequiresWriterPermission createdTime description downloadRestrictions driveId"
    " explicitlyTrashed exportLinks fileExtension folderColorRgb fullFileExtension"
    " hasAugmentedPermissions hasThumbnail headRevisionId iconLink id imageMediaMetadata"
    " inheritedPermissionsDisabled isAppAuthorized kind labelInfo lastModifyingUser"
    " linkShareMetadata md5Checksum mimeType modifiedByMe modifiedByMeTime modifiedTime name"
    " originalFilename ownedByMe owners parents permissionIds permissions properties"
    " quotaBytesUsed resourceKey sha1Checksum sha256Checksum shared sharedWithMeTime"
    " sharingUser shortcutDetails size spaces starred teamDriveId thumbnailLink"
    " thumbnailVersion trashed trashedTime trashingUser version videoMediaMetadata viewedByMe"
    " viewedByMeTime viewersCanCopyContent webContentLink webViewLink writersCanShare"
)
PERMISSION_FIELDS: Fields = _names(
    "allowFileDiscovery deleted displayName domain emailAddress expirationTime id"
    " inheritedPermissionsDisabled kind pendingOwner permissionDetails photoLink role"
    " teamDrivePermissionDetails type view"
)
COMMENT_FIELDS: Fields = _names(
    "anchor assigneeEmailAddress author content createdTime deleted htmlContent id kind"
    " mentionedEmailAddresses modifiedTime quotedFileContent replies resolved"
)

_STRING = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
_TERM = re.compile(
    rf"""\s*(?:
        (?P<field>name|mimeType)\s*(?P<operator>!=|=|contains)\s*(?P<text>{_STRING})
      | trashed\s*=\s*(?P<trashed>true|false)
      | parents\s+in\s+(?P<folder>{_STRING})
      | (?P<parent>{_STRING})\s+in\s+parents
    )\s*(?P<next>and\b|\Z)""",
    re.VERBOSE,
)
_MAX_PAGE = 1000


def matches(query: str, file: Mapping[str, Any]) -> bool:
    """Whether a file is one of those searched for.

    Raises:
        Refusal: 400 for a query that is no conjunction of the terms known here.
    """
    return all(_holds(term, file) for term in parsed_query(query))


def parsed_query(query: str) -> list[re.Match[str]]:
    """The terms of a query, all of which a file has to fulfil.

    Raises:
        Refusal: 400 for a query that is no conjunction of the terms known here.
    """
    terms: list[re.Match[str]] = []
    place, more = 0, bool(query.strip())
    while more:
        term = _TERM.match(query, place)
        if term is None:
            raise invalid("q")
        terms.append(term)
        place, more = term.end(), term["next"] == "and"
    return terms


def _holds(term: re.Match[str], file: Mapping[str, Any]) -> bool:
    if term["field"]:
        wanted, value = _unquoted(term["text"]), str(file[term["field"]])
        match term["operator"]:
            case "=":
                return value.casefold() == wanted.casefold()
            case "!=":
                return value.casefold() != wanted.casefold()
            case _:
                return _contains(value, wanted)
    if term["trashed"]:
        return bool(file.get("trashed")) == (term["trashed"] == "true")
    return _unquoted(term["folder"] or term["parent"]) in file.get("parents", ())


def _contains(value: str, wanted: str) -> bool:
    """Drive's ``contains`` for names matches the beginnings of words only."""
    return re.search(r"(?<!\w)" + re.escape(wanted), value, re.IGNORECASE) is not None


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def page_of(items: list[Any], query: Mapping[str, str]) -> tuple[list[Any], str | None]:
    """The page asked for by ``pageSize`` and ``pageToken``, and the token of the next.

    Raises:
        Refusal: 400 for a size that is no number from 1 to 1000, or a token not given out.
    """
    size, start = query.get("pageSize") or "100", query.get("pageToken") or "0"
    if not size.isdecimal() or not 1 <= int(size) <= _MAX_PAGE:
        raise invalid("pageSize")
    if not start.isdecimal():
        raise invalid("pageToken")
    end = int(start) + int(size)
    return items[int(start) : end], str(end) if end < len(items) else None


def picked(answer: Mapping[str, Any], fields: str, known: Fields) -> dict[str, Any]:
    """The fields of an answer that ``fields`` selects.

    Args:
        answer: the whole of it.
        fields: the parameter, such as ``nextPageToken,files(id,name)`` or ``files/id``.
        known: the names there are, with those inside where a field is a message.

    Raises:
        Refusal: 400 for a name that there is not.
    """
    mask, rest = _parse(fields.replace(" ", ""))
    if rest or not mask:
        raise _bad_selection(fields)
    return _pick(answer, mask, known)


def _pick(answer: Mapping[str, Any], mask: Fields, known: Fields) -> dict[str, Any]:
    unknown = [name for name in mask if name != "*" and name not in known]
    if unknown:
        raise _bad_selection(unknown[0])
    if "*" in mask:
        return dict(answer)
    # Every name is checked, also where the answer holds nothing of it.
    empty = {name: _inside({}, mask[name], known[name]) for name in mask}
    return {
        name: _inside(value, mask[name], known[name])
        for name, value in answer.items()
        if name in empty
    }


def _inside(value: Any, mask: Fields, known: Fields) -> Any:
    if not mask or not known:
        return value
    if isinstance(value, list):
        return [_pick(item, mask, known) for item in value]
    return _pick(value, mask, known)


def _parse(text: str) -> tuple[Fields, str]:
    """A mask, and what follows it."""
    mask: Fields = {}
    while True:
        name = re.match(r"[\w*]+", text)
        if name is None:
            raise _bad_selection(text)
        text = text[name.end() :]
        inner: Fields = {}
        if text.startswith("("):
            inner, text = _parse(text[1:])
            if not text.startswith(")"):
                raise _bad_selection(text)
            text = text[1:]
        elif text.startswith("/"):
            inner, text = _parse_path(text[1:])
        mask[name[0]] = {**mask.get(name[0], {}), **inner}
        if not text.startswith(","):
            return mask, text
        text = text[1:]


def _parse_path(text: str) -> tuple[Fields, str]:
    """``a/b/c`` as nested masks; a comma ends it."""
    name = re.match(r"[\w*]+", text)
    if name is None:
        raise _bad_selection(text)
    text = text[name.end() :]
    if text.startswith("/"):
        inner, text = _parse_path(text[1:])
        return {name[0]: inner}, text
    return {name[0]: {}}, text


def invalid(parameter: str) -> Refusal:
    """Drive's 400 for a parameter's value."""
    error = drive_error(400, "invalid", "Invalid Value", parameter)
    return Refusal(json_answer(error, 400))


def _bad_selection(name: str) -> Refusal:
    message = f"Invalid field selection {name}"
    return Refusal(json_answer(drive_error(400, "invalidParameter", message, "fields"), 400))
