"""The database that a process may use, as the environment names it."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from eliza_bench.failure import InputError

VARIABLE = "ELIZA_BENCHMARK_DATABASE_URL"


def read_url(environment: Mapping[str, str]) -> str:
    """Returns the URL. Raises InputError, whose message does not repeat it: it has a password."""
    url = environment.get(VARIABLE, "")
    form = "postgres://user:password@host:port/name"
    if not url:
        raise InputError(f"{VARIABLE} is not set: give an empty PostgreSQL database as {form}")
    try:
        parts = urlsplit(url)
        named = parts.hostname and parts.path.strip("/") and (parts.port or True)
    except ValueError:
        named = None
    if not named or parts.scheme not in {"postgres", "postgresql"}:
        raise InputError(f"{VARIABLE} names no database: give it as {form}")
    return url


def make_framework_url(url: str) -> str:
    """Returns the URL as the plugin takes it, with SQLAlchemy's names.

    SQLAlchemy hands the query to asyncpg as arguments, where `sslmode` is `ssl`.
    """
    parts = urlsplit(url)
    query = [("ssl" if key == "sslmode" else key, value) for key, value in parse_qsl(parts.query)]
    return urlunsplit(parts._replace(scheme="postgresql+asyncpg", query=urlencode(query)))
