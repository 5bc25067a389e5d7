"""Programs that serve, and how fast: gunicorn as `make run` starts it, and nginx with one file. All end with the block."""

import http.client
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NGINX = """
daemon off;
{user}
worker_processes 2;
pid {directory}/nginx.pid;
error_log stderr error;
events {{ worker_connections 64; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000000;
    client_body_temp_path {directory}/t1;
    proxy_temp_path {directory}/t2;
    fastcgi_temp_path {directory}/t3;
    uwsgi_temp_path {directory}/t4;
    scgi_temp_path {directory}/t5;
    server {{
        listen 127.0.0.1:{port};
        root {directory};
        default_type "text/calendar; charset=utf-8";
        add_header Content-Encoding gzip;
        location = /healthz {{ return 200; }}
    }}
}}
"""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Speed:
    """Requests a second as the client saw them, and milliseconds of processor time of the server for each."""

    per_second: float
    cpu: float


@dataclass(frozen=True)
class Server:
    pid: int
    port: int

    def get(self, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes, float]:
        """An answer on a connection of its own, and how many milliseconds it took."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        started = time.perf_counter()
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        body = answer.read()
        spent = (time.perf_counter() - started) * 1000
        connection.close()
        return answer, body, spent

    def speed(self, path: str, *, seconds: int) -> Speed:
        """Four connections that ask again and again for the compressed answer."""
        before = _cpu_seconds(self.pid)
        said = subprocess.run(
            ["wrk", "-t1", "-c4", f"-d{seconds}s", "-HAccept-Encoding: gzip", f"http://127.0.0.1:{self.port}{path}"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        if "Non-2xx" in said or "Socket errors" in said:
            sys.exit(f"Not every answer was good:\n{said}")
        count = re.search(r"(\d+) requests in", said)
        rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
        assert count and rate, said
        return Speed(float(rate[1]), (_cpu_seconds(self.pid) - before) * 1000 / int(count[1]))


def require_programs() -> None:
    missing = [name for name in ("nginx", "wrk") if shutil.which(name) is None]
    if missing:
        sys.exit(f"{' and '.join(missing)} must be installed, as by: apt-get install nginx-light wrk")


@contextmanager
def site(port: int) -> Iterator[Server]:
    """The site with the data of this process's environment, as `make run` serves it."""
    with _running([sys.executable, "manage.py", "start"], port=port, env={"PORT": str(port), "SEED": "no"}) as server:
        yield server


@contextmanager
def nginx(directory: Path, port: int) -> Iterator[Server]:
    """nginx, which serves the files in `directory` as compressed calendars."""
    # Or its workers would be nobody, who may not read there.
    user = "user root;" if os.geteuid() == 0 else ""
    config = directory / "nginx.conf"
    config.write_text(NGINX.format(directory=directory, port=port, user=user))
    with _running(["nginx", "-c", str(config), "-e", "stderr"], port=port, env={}) as server:
        yield server


@contextmanager
def _running(command: list[str], *, port: int, env: dict[str, str]) -> Iterator[Server]:
    process = subprocess.Popen(command, env=os.environ | env, stdout=subprocess.DEVNULL)
    server = Server(process.pid, port)
    try:
        give_up = time.monotonic() + 60
        while True:
            try:
                server.get("/healthz")
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > give_up:
                    sys.exit(f"{command[0]} does not serve.")
                time.sleep(0.05)
        yield server
    finally:
        process.terminate()
        process.wait(20)


def _cpu_seconds(pid: int) -> float:
    """Processor time of a process and its children, which are its workers."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return (int(fields[11]) + int(fields[12])) / TICKS + sum(_cpu_seconds(int(child)) for child in children)
