"""From a JobPosting of schema.org, of JSON-LD or microdata, to a posting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .days import read_day
from .employment import read_employment
from .json_fields import dig, items, string
from .markup import one_line, plain_text
from .pay import pay_line
from .places import place, places
from .posting import Posting
from .workplace import REMOTE, find_workplace

_BESIDE_DESCRIPTION = (
    "responsibilities", "qualifications", "experienceRequirements", "skills", "jobBenefits",
)  # fmt: skip
_BEGINNING = 60


def read_posting(node: dict[str, Any]) -> Posting:
    """The posting; every field may be missing."""
    title = one_line(_word(node.get("title")) or _word(node.get("name")))
    text = _description(node)
    location = _location(node)
    told = REMOTE if "TELECOMMUTE" in (_word(node.get("jobLocationType")) or "").upper() else None
    return Posting(
        title=title,
        company=_company(node),
        location=location,
        remote=find_workplace(told, places=(location, title), text=text),
        employment_type=read_employment(node.get("employmentType")),
        salary=_salary(node),
        description=text,
        posted=read_day(_first(node.get("datePosted"))),
        valid_through=read_day(_first(node.get("validThrough"))),
        link=_word(node.get("url")),
    )


def _first(value: Any) -> Any:
    """A value, or the first of a list; ``{"@value": …}`` is its value."""
    value = value[0] if isinstance(value, list) and value else value
    return value["@value"] if isinstance(value, dict) and "@value" in value else value


def _word(value: Any) -> str | None:
    found = _first(value)
    return found.strip() or None if isinstance(found, str) else None


def _description(node: dict[str, Any]) -> str | None:
    """The description, and after it what stands in other fields alone."""
    parts = [_text(node.get("description")) or ""]
    for name in _BESIDE_DESCRIPTION:
        text = _text(node.get(name))
        if text and _beginning(text) not in " ".join("\n".join(parts).split()):
            parts.append(text)
    return "\n\n".join(filter(None, parts)) or None


def _text(value: Any) -> str | None:
    found = value if isinstance(value, list) else [value]
    lines = (plain_text(word) for one in found[:50] if (word := _word(one)))
    return "\n".join(filter(None, lines)) or None


def _beginning(text: str) -> str:
    return " ".join(text.split())[:_BEGINNING]


def _company(node: dict[str, Any]) -> str | None:
    for name in ("hiringOrganization", "employer"):
        value = _first(node.get(name))
        found = value if isinstance(value, str) else None
        if isinstance(value, dict):
            found = _word(value.get("name")) or _word(value.get("legalName"))
        if found and not found.startswith(("http://", "https://")):
            return one_line(found)
    return None


def _location(node: dict[str, Any]) -> str | None:
    value = node.get("jobLocation")
    found = value if isinstance(value, list) else [value]
    where = places(text for one in found[:50] for text in _place(one))
    if where:
        return where
    required = node.get("applicantLocationRequirements")
    listed = required if isinstance(required, list) else [required]
    return places(_name(one) for one in listed[:50])


def _place(value: Any) -> Iterator[str | None]:
    if not isinstance(value, dict):
        yield one_line(value) if isinstance(value, str) else None
        return
    address = value.get("address", value)
    for one in address if isinstance(address, list) else [address]:
        if isinstance(one, str):
            yield one_line(one)
            continue
        parts = (dig(one, key) for key in ("addressLocality", "addressRegion", "addressCountry"))
        where = place(*(one_line(_name(part)) for part in parts))
        yield where or one_line(_name(value)) or one_line(_name(dig(one, "streetAddress")))


def _name(value: Any) -> str | None:
    """The text, or the name of the thing; the names of several."""
    if isinstance(value, list):
        return place(*(_name(one) for one in value[:20] if not isinstance(one, list)))
    return _word(value.get("name")) if isinstance(value, dict) else _word(value)


def _salary(node: dict[str, Any]) -> str | None:
    value = node.get("baseSalary")
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        line = pay_line(value, value, node.get("salaryCurrency"), None)
        return line or (one_line(value) if isinstance(value, str) else None)
    found = (_pay(one, node.get("salaryCurrency")) for one in items(node, "baseSalary"))
    return next(filter(None, found), None)


def _pay(pay: dict[str, Any], currency: Any) -> str | None:
    amount = _first(pay.get("value"))
    inner = amount if isinstance(amount, dict) else {}
    single = inner.get("value") if inner else amount
    single = pay.get("price", single)
    low = _some(inner.get("minValue"), pay.get("minValue"), pay.get("minPrice"))
    high = _some(inner.get("maxValue"), pay.get("maxValue"), pay.get("maxPrice"))
    if low is None and high is None:
        low = high = single
    money = pay.get("currency") or inner.get("currency") or pay.get("priceCurrency") or currency
    unit = string(inner, "unitText") or string(pay, "unitText") or string(pay, "unitCode")
    line = pay_line(low, high, _word(money), unit)
    return line or (one_line(single) if isinstance(single, str) else None)


def _some(*values: Any) -> Any:
    return next((value for value in values if value not in (None, "", 0, "0")), None)
