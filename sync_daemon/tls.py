"""Whose certificates are believed: those that the operating system trusts, and what the user adds.

OpenSSL's own places are used, which ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` replace; what
``REQUESTS_CA_BUNDLE`` and ``CURL_CA_BUNDLE`` name is trusted as well.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import certifi

from sync_daemon.errors import ConfigError

VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
HINT = (
    "If your company or a proxy has its own certificate authority, name its file in SSL_CERT_FILE"
    " (or REQUESTS_CA_BUNDLE, or a folder in SSL_CERT_DIR), or add it to the system's certificates."
)
UNTRUSTED = frozenset({18, 19, 20, 21})
"""OpenSSL's codes of a certificate that nobody known vouches for (X509_V_ERR_…)."""

# Where distributions keep them, for a Python whose OpenSSL was built to look elsewhere.
_ELSEWHERE = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Alpine
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Fedora, RHEL
    "/etc/ssl/cert.pem",  # Arch, Alpine, macOS
    "/etc/ssl/ca-bundle.pem",  # SUSE
)


def make_context(environ: Mapping[str, str] = os.environ) -> ssl.SSLContext:
    """A context for connections to others; names are checked. Not to be changed: it is shared.

    Reading the certificates takes a tenth of a second: it is done again only when others
    are named, or their files have changed.

    Raises:
        ConfigError: a variable of the environment names what cannot be read.
    """
    named = tuple((variable, path, _changed_at(path)) for variable, path in _named(environ))
    return _read_context(named)


@lru_cache(maxsize=8)
def _read_context(named: tuple[tuple[str, Path, int], ...]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_default_verify_paths()
    for path, variable in {path: variable for variable, path, _ in reversed(named)}.items():
        _load(context, variable, path)
    if not any(variable.startswith("SSL_") for variable, *_ in named) and not _has_defaults():
        context.load_verify_locations(next(filter(os.path.isfile, _ELSEWHERE), certifi.where()))
    return context


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0  # reading it says what is wrong


def check_environment(environ: Mapping[str, str] = os.environ) -> None:
    """See that certificates can be read from wherever the environment names them.

    Raises:
        ConfigError: they cannot.
    """
    for variable, path in _named(environ):
        if not path.exists():
            raise _unreadable(variable, path, "it is not there")


def _named(environ: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    for variable in VARIABLES:
        given = environ.get(variable, "")
        parts = given.split(os.pathsep) if variable == "SSL_CERT_DIR" else [given]
        yield from ((variable, Path(part)) for part in parts if part)


def _load(context: ssl.SSLContext, variable: str, path: Path) -> None:
    try:
        if path.is_dir():
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except ssl.SSLError as error:
        raise _unreadable(variable, path, "it holds no certificates in PEM form") from error
    except OSError as error:
        raise _unreadable(variable, path, error.strerror or "it cannot be read") from error


def _unreadable(variable: str, path: Path, reason: str) -> ConfigError:
    message = f"The certificates that {variable} names cannot be used: {path}: {reason}."
    return ConfigError(message, hint=f"Correct {variable} in the environment, or remove it.")


def _has_defaults() -> bool:
    """Whether OpenSSL finds anything where it was built to look."""
    paths = ssl.get_default_verify_paths()
    folder = Path(paths.capath) if paths.capath else None
    return bool(paths.cafile) or (folder is not None and any(folder.glob("*.[0-9]")))
