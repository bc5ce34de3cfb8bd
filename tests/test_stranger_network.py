"""What a stranger wrote opens no address, and no server leads into the network of this machine."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote, unquote

import pytest
from conftest import reporter
from runner import BLOCK, SECRET, make_checkout, run_action

from reporter.sources import remote

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="the fake runner needs a POSIX shell"),
    # the server of these tests leaves its end of a connection open if the client closes it early
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return make_checkout(tmp_path / "runner")


class Site(BaseHTTPRequestHandler):
    """Serves a log, redirects, a log without end, and one that comes slowly."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        kind, _, target = self.path.strip("/").partition("/")
        if kind == "to":
            self.send_response(302)
            self.send_header("Location", unquote(target))
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(SECRET.encode())
        with suppress(OSError):
            for _ in range({"endless": 1 << 20, "slow": 100}.get(kind, 0)):
                self.wfile.write(b"x" * (10 if kind == "slow" else 1 << 16) + b"\n")
                time.sleep(0.05 if kind == "slow" else 0)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def site() -> Iterator[str]:
    """Serve on two ports; give the address of the first, and put the second into `Site.other`."""
    Site.asked.clear()
    with ExitStack() as stack:
        addresses = []
        for _ in range(2):
            server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Site))
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
            addresses.append(f"http://127.0.0.1:{server.server_address[1]}")
        yield " ".join(addresses)


def test_a_marker_opens_no_address(checkout: Path, site: str) -> None:
    address = site.split()[0] + "/a.log"
    (checkout / "README.md").write_text(BLOCK.format(address), encoding="utf-8")
    for scheme in ("s3://bucket/a.log", "file:///etc/passwd", "memory://a.log", "github://a:b@main/a.log"):
        (checkout / "OTHER.md").write_text(BLOCK.format(scheme), encoding="utf-8")
        assert "an address, which is not opened here" in reporter("readme", "OTHER.md", cwd=checkout).stderr
    refused = reporter("readme", "README.md", cwd=checkout)
    assert (refused.returncode, Site.asked) == (3, [])
    assert "--allow-network" in refused.stderr
    for inputs in ({"readme": "README.md"}, {"logs": address}):
        done = run_action(checkout, **inputs)
        assert (done.code, Site.asked) == (3, [])
    allowed = reporter("readme", "README.md", "--allow-network", cwd=checkout)
    assert (allowed.returncode, Site.asked) == (0, ["/a.log"])
    assert reporter("parse", address, cwd=checkout).returncode == 0
    assert reporter("parse", address, "--inside", ".", cwd=checkout).returncode == 3


REDIRECTS = {
    "to a file": "to/file:///etc/passwd",
    "to another protocol": "to/ftp://127.0.0.1/a.log",
    "to another port of this machine": "to/{other}/a.log",
    "to the metadata of a cloud": "to/http://169.254.169.254/latest",
    "to a private network": "to/http://10.0.0.1/a.log",
    "to this machine by its name": "to/http://localhost:1/a.log",
    "to this machine in IPv6": "to/http://[::ffff:127.0.0.1]:1/a.log",
    "in circles": "to//{loop}",
}


@pytest.mark.parametrize("path", REDIRECTS.values(), ids=REDIRECTS.keys())
def test_a_redirect_into_the_network_of_this_machine_is_refused(site: str, path: str) -> None:
    here, other = site.split()
    target = path.format(other=quote(other, safe=""), loop="to/" * 50)
    done = reporter("parse", f"{here}/{target}")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert "/a.log" not in Site.asked


def test_a_redirect_on_the_same_host_is_followed(site: str) -> None:
    assert reporter("parse", f"{site.split()[0]}/to//a.log").returncode == 0


@pytest.mark.parametrize(("path", "name", "most"), [("endless/a", "_LARGEST", 1 << 20), ("slow/a", "_LONGEST", 0.5)])
def test_a_file_on_a_network_has_a_limit(
    site: str, monkeypatch: pytest.MonkeyPatch, path: str, name: str, most: float
) -> None:
    monkeypatch.setattr(remote, name, most)
    done = reporter("parse", f"{site.split()[0]}/{path}")
    assert (done.returncode, "download it yourself" in done.stderr) == (3, True)
