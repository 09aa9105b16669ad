"""How numbers and dates look in the locales of spreadsheets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Locale:
    """Forms of one locale.

    Args:
        name: such as ``en_US``.
        decimal: the decimal separator.
        group: the separator of thousands.
        currency: the symbol of its currency.
        currency_first: whether the symbol stands before the amount.
        date_order: ``MDY``, ``DMY`` or ``YMD``.
        date_pattern: how a plain date is shown.
        time_pattern: how a time of day is shown.
        argument: what separates the arguments of a function.
        months: names of the months.
        weekdays: names of the days, from Monday.
    """

    name: str
    decimal: str = "."
    group: str = ","
    currency: str = "$"
    currency_first: bool = True
    date_order: str = "MDY"
    date_pattern: str = "m/d/yyyy"
    time_pattern: str = "h:mm:ss am/pm"
    argument: str = ","
    months: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ENGLISH_MONTHS = _words(
    "January February March April May June July August September October November December"
)
ENGLISH_DAYS = _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
GERMAN_MONTHS = _words(
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
)
GERMAN_DAYS = _words("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag")
FRENCH_MONTHS = _words(
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
)
FRENCH_DAYS = _words("lundi mardi mercredi jeudi vendredi samedi dimanche")
DUTCH_MONTHS = _words(
    "januari februari maart april mei juni juli augustus september oktober november december"
)
DUTCH_DAYS = _words("maandag dinsdag woensdag donderdag vrijdag zaterdag zondag")
SPANISH_MONTHS = _words(
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
)
SPANISH_DAYS = _words("lunes martes miércoles jueves viernes sábado domingo")
ITALIAN_MONTHS = _words(
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"
)
ITALIAN_DAYS = _words("lunedì martedì mercoledì giovedì venerdì sabato domenica")
JAPANESE_MONTHS = _words("1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月")
JAPANESE_DAYS = _words("月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日")

NARROW_SPACE = "\u202f"
CLOCK_24 = "hh:mm:ss"

_EN_US = Locale("en_US", months=ENGLISH_MONTHS, weekdays=ENGLISH_DAYS)
_LOCALES = (
    _EN_US,
    Locale(
        "en_GB",
        currency="£",
        date_order="DMY",
        date_pattern="dd/mm/yyyy",
        time_pattern=CLOCK_24,
        months=ENGLISH_MONTHS,
        weekdays=ENGLISH_DAYS,
    ),
    Locale(
        "de_DE",
        ",",
        ".",
        "€",
        currency_first=False,
        date_order="DMY",
        date_pattern="dd.mm.yyyy",
        time_pattern=CLOCK_24,
        argument=";",
        months=GERMAN_MONTHS,
        weekdays=GERMAN_DAYS,
    ),
    Locale(
        "fr_FR",
        ",",
        NARROW_SPACE,
        "€",
        currency_first=False,
        date_order="DMY",
        date_pattern="dd/mm/yyyy",
        time_pattern=CLOCK_24,
        argument=";",
        months=FRENCH_MONTHS,
        weekdays=FRENCH_DAYS,
    ),
    Locale(
        "nl_NL",
        ",",
        ".",
        "€",
        currency_first=True,
        date_order="DMY",
        date_pattern="d-m-yyyy",
        time_pattern=CLOCK_24,
        argument=";",
        months=DUTCH_MONTHS,
        weekdays=DUTCH_DAYS,
    ),
    Locale(
        "es_ES",
        ",",
        ".",
        "€",
        currency_first=False,
        date_order="DMY",
        date_pattern="dd/mm/yyyy",
        time_pattern="h:mm:ss",
        argument=";",
        months=SPANISH_MONTHS,
        weekdays=SPANISH_DAYS,
    ),
    Locale(
        "it_IT",
        ",",
        ".",
        "€",
        currency_first=False,
        date_order="DMY",
        date_pattern="dd/mm/yyyy",
        time_pattern="h.mm.ss",
        argument=";",
        months=ITALIAN_MONTHS,
        weekdays=ITALIAN_DAYS,
    ),
    Locale(
        "ja_JP",
        currency="¥",
        date_order="YMD",
        date_pattern="yyyy/mm/dd",
        time_pattern="h:mm:ss",
        months=JAPANESE_MONTHS,
        weekdays=JAPANESE_DAYS,
    ),
)


@cache
def locale_named(name: str) -> Locale:
    """The forms of a locale; of its language's best-known country, or en_US, if not listed."""
    for locale in _LOCALES:
        if locale.name == name:
            return locale
    language = name.partition("_")[0]
    for locale in _LOCALES:
        if locale.name.partition("_")[0] == language:
            return locale
    return _EN_US
