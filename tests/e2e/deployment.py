"""The files of ``docs/deployment/`` with the places and ports of a test in them, and nginx on one of them."""

import os
import shlex
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

from simulator.settings import PROJECT

FILES = PROJECT / "docs" / "deployment"
HOST = "labelwise.hospital.org"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

_AROUND = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/labelwise.nginx.conf;
}}
"""


def read_file(name, replaced):
    """Read a file of the deployment page with places and ports replaced; each of them must stand there."""
    text = (FILES / name).read_text(encoding="utf-8")
    for old, new in replaced.items():
        assert old in text, f"{name} does not say {old}"
        text = text.replace(old, str(new))
    return text


def read_environment(name, replaced):
    """Read an environment file as systemd does."""
    lines = [line for line in read_file(name, replaced).splitlines() if line and not line.startswith("#")]
    return dict(shlex.split(line)[0].split("=", 1) for line in lines)


def free_port():
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


@contextmanager
def run_nginx(folder, *, port, server_port, plain_port):
    """Run an nginx of this user's own, which ends TLS with a certificate that was made for the test."""
    certificate, key = folder / "fullchain.pem", folder / "privkey.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            f"/CN={HOST}",
            "-addext",
            f"subjectAltName=DNS:{HOST}",
            "-keyout",
            key,
            "-out",
            certificate,
        ],
        check=True,
        capture_output=True,
    )
    block = read_file(
        "labelwise.nginx.conf",
        {
            "listen 80;": f"listen 127.0.0.1:{plain_port};",
            "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
            "/etc/ssl/labelwise/fullchain.pem": certificate,
            "/etc/ssl/labelwise/privkey.pem": key,
            "http://127.0.0.1:8501;": f"http://127.0.0.1:{server_port};",
        },
    )
    (folder / "labelwise.nginx.conf").write_text(block)
    (folder / "nginx.conf").write_text(_AROUND.format(folder=folder))
    command = [NGINX, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
    with _run(command, port=port, log=folder / "nginx.log"):
        yield


@contextmanager
def run_provider(folder):
    """Run a provider of identities that believes whatever address is typed; yields its port."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    with _run(command, port=port, log=folder / "provider.log"):
        yield port


@contextmanager
def _run(command, *, port, log):
    with log.open("wb") as file, subprocess.Popen(command, stdout=file, stderr=file) as process:
        try:
            _wait_for(port, process, log=log)
            yield
        finally:
            process.terminate()


def _wait_for(port, process, *, log):
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on the port: {log.read_text()}")
