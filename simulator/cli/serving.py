"""Where the dashboard is served to others: what a proxy, other names and sign-in need, and what of it is missing.

Streamlit itself says what it is told, by its own command, so that files, environment and their order are read as the
server reads them. What `streamlit run` is given as flags cannot be known here.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from ..settings import PROJECT, Settings
from .checks import Check

__all__ = ["Served", "look_at_server", "look_at_sign_in", "read_served"]

LOOPBACK = {"localhost", "127.0.0.1", "::1"}

_HOST = re.compile(r"\*|(\*\.)?[\w-]+(\.[\w-]+)*|[0-9a-f]*:[0-9a-f:]+", re.IGNORECASE)

NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
"""What section [auth] of secrets.toml has to hold."""

SHORTEST_SECRET = 32
"""Characters of a cookie's secret, as pages ask for them."""


@dataclass(frozen=True, kw_only=True)
class Served:
    """How Streamlit serves the dashboard.

    Parameters
    ----------
    address : str
        What it listens on; "" for all addresses of this machine.
    allowed_hosts : tuple of str
        Names that a browser may ask for; none for any.
    base_path : str
        Without slashes around it.
    is_guarded : bool
        True if cross-site requests are refused (CORS and XSRF).
    auth : mapping of str to str
        What is needed of section [auth] of its secrets, as far as it is there.
    secrets : tuple of Path
        Files that secrets are read from, those that are there.
    """

    address: str
    allowed_hosts: tuple[str, ...]
    base_path: str
    is_guarded: bool
    auth: Mapping[str, str]
    secrets: tuple[Path, ...]

    @property
    def is_shared(self) -> bool:
        """Whether others than this machine's own browser are answered."""
        is_local = self.allowed_hosts and set(self.allowed_hosts) <= LOOPBACK
        return self.address not in LOOPBACK or not is_local


def read_served() -> Served:
    """Ask Streamlit how it would serve the dashboard, and read what it keeps secret.

    Raises
    ------
    OSError, ValueError, subprocess.SubprocessError
        If Streamlit cannot be asked, or a file of secrets cannot be read.
    """
    answer = subprocess.run(
        [sys.executable, "-m", "streamlit", "config", "show"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    # What stands before the first section is a comment that was wrapped.
    options = tomllib.loads(answer.stdout[answer.stdout.index("[global]") :])
    server = options["server"]
    places = options["secrets"].get("files") or [
        folder / ".streamlit" / "secrets.toml" for folder in (Path.home(), PROJECT)
    ]
    secrets = tuple(path for path in map(Path, places) if path.is_file())
    sections = [tomllib.loads(path.read_text(encoding="utf-8")).get("auth") for path in secrets]
    return Served(
        address=server.get("address", ""),
        allowed_hosts=tuple(server.get("allowedHosts", ())),
        base_path=server.get("baseUrlPath", "").strip("/"),
        is_guarded=server.get("enableCORS", True) and server.get("enableXsrfProtection", True),
        auth={
            key: str(section[key])
            for section in sections
            if isinstance(section, dict)
            for key in NEEDED
            if key in section
        },
        secrets=secrets,
    )


def look_at_server(served: Served) -> list[Check]:
    """Check who is answered: this machine alone, or others through a proxy."""
    if not served.is_shared and served.is_guarded:
        found = "answers this machine's own browser only; docs/deployment.md says how to share it"
        return [Check(name="dashboard", status="ok", found=found)]
    return [
        _look_at_address(served.address),
        _look_at_hosts(served.allowed_hosts),
        Check(name="base path", status="ok", found=f"/{served.base_path}"),
        _look_at_guard(served),
    ]


def _look_at_address(address: str) -> Check:
    if address in LOOPBACK:
        return Check(
            name="address", status="ok", found=f"{address}, which only a proxy of this machine reaches"
        )
    found = (
        f"listens on {address or 'all addresses'} without TLS, beside any proxy; "
        "set STREAMLIT_SERVER_ADDRESS=localhost"
    )
    return Check(name="address", status="note", found=found)


def _look_at_hosts(hosts: tuple[str, ...]) -> Check:
    name, way = "allowed hosts", 'set STREAMLIT_SERVER_ALLOWED_HOSTS="localhost NAME", a space between'
    strange = next((host for host in hosts if not _HOST.fullmatch(host)), None)
    if strange is not None:
        return Check(name=name, status="wrong", found=f"{strange!r} is no host's name; {way}")
    if not hosts or "*" in hosts:
        return Check(name=name, status="wrong", found=f"any name is answered, another site's too; {way}")
    if set(hosts) <= LOOPBACK:
        return Check(
            name=name,
            status="wrong",
            found=f"only {', '.join(hosts)}: under any other name pages stay empty; {way}",
        )
    return Check(name=name, status="ok", found=", ".join(hosts))


def _look_at_guard(served: Served) -> Check:
    name = "requests of other sites"
    if served.is_guarded:
        return Check(name=name, status="ok", found="refused (CORS, XSRF)")
    found = "are not refused; leave server.enableCORS and server.enableXsrfProtection as they are, true"
    return Check(name=name, status="wrong", found=found)


def look_at_sign_in(served: Served, settings: Settings) -> list[Check]:
    """Check whether people have to sign in, and whether they can."""
    name = "sign-in (LABELWISE_SIGN_IN)"
    problems = list(_find_problems(served, settings))
    if problems:
        return [Check(name=name, status="wrong", found=problem) for problem in problems]
    if settings.needs_sign_in:
        who = (
            "all who sign in"
            if settings.starters is None
            else f"{len(settings.starters)} of those who sign in"
        )
        return [Check(name=name, status="ok", found=f"on; {who} may start work")]
    if not served.is_shared:
        return [Check(name=name, status="ok", found="off")]
    may = "look" if settings.is_read_only else "look and start work"
    return [Check(name=name, status="note", found=f"off: all who reach the dashboard may {may}")]


def _find_problems(served: Served, settings: Settings) -> Iterator[str]:
    """Find what is half configured."""
    if not settings.needs_sign_in:
        if settings.starters is not None:
            yield "nobody signs in, so nobody is known as one of LABELWISE_STARTERS; set LABELWISE_SIGN_IN=1"
        if served.auth:
            yield "secrets.toml has a section [auth], but nobody has to sign in; set LABELWISE_SIGN_IN=1"
        return
    if find_spec("authlib") is None or find_spec("httpx") is None:
        yield "Authlib and httpx are not installed; pip install 'streamlit[auth]'"
    missing = [key for key in NEEDED if not served.auth.get(key)]
    if missing:
        yield f"section [auth] of secrets.toml lacks {', '.join(missing)}; docs/deployment.md shows one"
    else:
        yield from _find_odd_values(served)
    for path in served.secrets:
        if path.stat().st_mode & 0o007:
            yield f"anybody on this machine may read {path}; chmod o= {path}"
    for address in sorted(settings.starters or ()):
        if "@" not in address:
            yield f"{address!r} in LABELWISE_STARTERS is no e-mail address; join addresses by commas"


def _find_odd_values(served: Served) -> Iterator[str]:
    """Find values of [auth] that let nobody in, or anybody."""
    if len(served.auth["cookie_secret"]) < SHORTEST_SECRET:
        yield f"cookie_secret has fewer than {SHORTEST_SECRET} characters; make one by: openssl rand -hex 32"
    uri = urlsplit(served.auth["redirect_uri"])
    host, wanted = uri.hostname or "", f"/{served.base_path}/oauth2callback".replace("//", "/")
    if uri.scheme != "https" and host not in LOOPBACK:
        yield f"redirect_uri begins with {uri.scheme}://, so cookies travel in the open; end TLS at the proxy, use https://"
    if not any(fnmatch(host, pattern) for pattern in served.allowed_hosts):
        yield f"redirect_uri leads to {host!r}, which is no allowed host ({', '.join(served.allowed_hosts)})"
    if uri.path != wanted:
        yield f"redirect_uri leads to {uri.path}, and has to lead to {wanted} (base path and oauth2callback)"
