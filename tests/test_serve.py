"""A page shows logs while they grow, to the user only."""

import asyncio
import http.client
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import NamedTuple

import pytest
from chromium import Chromium
from conftest import ROOT, reporter

pytest.importorskip("starlette")
pytest.importorskip("uvicorn")

LINES = (ROOT / "logs" / "original" / "gap.log").read_text(encoding="utf-8").splitlines(keepends=True)
SHORT, LONGER = "".join(LINES[:40]), "".join(LINES[:60])


class Answer(NamedTuple):
    """Holds what the server answered."""

    status: int
    headers: Message
    text: str


@dataclass
class Server:
    """Holds a running `reporter serve` and its address."""

    process: subprocess.Popen[str]
    host: str
    port: int
    path: str

    def ask(self, path: str, method: str = "GET", **headers: str) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        return connection

    def get(self, path: str = "/", method: str = "GET", **headers: str) -> Answer:
        with closing(self.ask(path, method, **headers)) as connection, connection.getresponse() as answer:
            return Answer(answer.status, answer.headers, answer.read().decode())

    def events(self, since: int = 0) -> Generator[dict[str, str]]:
        """Yield the events of the stream, as the browser sees them."""
        event: dict[str, str] = {}
        with closing(self.ask(f"/changes?since={since}")) as connection, connection.getresponse() as answer:
            while line := answer.readline().decode():
                name, _, value = line.rstrip("\n").partition(": ")
                if name:
                    event[name] = value
                elif event:
                    yield event
                    event = {}


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Server]:
    command = [sys.executable, "-m", "reporter", "serve", "logs", "--port", "0", "--interval", "0.2", *options]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        address = re.match(r"open http://([\d.]+):(\d+)(/\S*);", process.stderr.readline())
        assert address, process.stderr.read()
        host = address[1].replace("0.0.0.0", "127.0.0.1")
        try:
            yield Server(process, host, int(address[2]), address[3])
        finally:
            process.terminate()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "gap.log").write_text(SHORT, encoding="utf-8")
    shutil.copy(ROOT / "logs" / "original" / "code9.log", tmp_path / "logs")
    (tmp_path / "secret.txt").write_text("Epoch 1/1\n1/1 - 1s - loss: 0.123456\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    with serving(folder) as found:
        yield found


def test_the_page_is_that_of_the_report(server: Server) -> None:
    page = server.get().text
    assert '<tr class="leader">' in page
    assert "connect-src 'self'" in page
    assert server.get("/log/1").text == SHORT
    assert re.search(r'<a href="log/1">logs/gap.log</a>', page)


REFUSED = {
    "a page that has made its name point here": ("GET", "/", {"Host": "evil.example"}, 403),
    "a name that begins like this computer's": ("GET", "/", {"Host": "localhost.evil.example"}, 403),
    "a broken name": ("GET", "/", {"Host": "[::1"}, 403),
    "a script of another site": ("GET", "/changes", {"Origin": "https://evil.example"}, 403),
    "a page in a sandbox": ("GET", "/changes", {"Origin": "null"}, 403),
    "a form": ("POST", "/", {}, 405),
    "another method": ("DELETE", "/log/0", {}, 405),
    "a WebSocket": ("GET", "/changes", {"Upgrade": "websocket", "Connection": "Upgrade"}, 400),
    "a path out of the folder": ("GET", "/../secret.txt", {}, 404),
    "an encoded path out of the folder": ("GET", "/log/..%2f..%2fsecret.txt", {}, 404),
    "a path of the disk": ("GET", "/log//etc/passwd", {}, 404),
    "a log that is not there": ("GET", "/log/7", {}, 404),
    "a number that is none": ("GET", "/log/-1", {}, 404),
    "a record that is not there": ("GET", "/record/0", {}, 404),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_request_of_somebody_else_gets_nothing(name: str, server: Server) -> None:
    method, path, headers, status = REFUSED[name]
    answer = server.get(path, method, **headers)
    assert answer.status == status
    assert not re.search(r"0\.9|0\.12|root:", answer.text)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8000", "[::1]:8000", "LOCALHOST"])
def test_this_computer_is_known_by_its_names(host: str, server: Server) -> None:
    assert server.get("/", Host=host).status == 200


def test_an_answer_forbids_other_sites_to_show_load_or_keep_it(server: Server) -> None:
    headers = server.get("/log/0").headers
    wanted = {"Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY", "Cache-Control": "no-store"}
    wanted |= {"X-Content-Type-Options": "nosniff", "Content-Type": "text/plain; charset=utf-8"}
    assert {name: headers[name] for name in wanted} == wanted


def test_a_link_out_of_the_folder_is_no_log(folder: Path) -> None:
    (folder / "logs" / "secret.log").symlink_to(folder / "secret.txt")
    with serving(folder) as server:
        assert "0.1235" not in server.get().text
        assert server.get("/log/2").status == 404


def test_a_log_that_becomes_a_link_out_of_the_folder_is_not_sent(folder: Path) -> None:
    with serving(folder, "--interval", "60") as server:
        (folder / "logs" / "gap.log").unlink()
        (folder / "logs" / "gap.log").symlink_to(folder / "secret.txt")
        assert server.get("/log/1").status == 404


def test_another_computer_needs_the_token(folder: Path) -> None:
    with serving(folder, "--host", "0.0.0.0") as server:
        assert server.get("/", Host="trainer.example:8000").status == 403
        assert server.get("/?token=wrong", Host="trainer.example:8000").status == 403
        assert server.get("/", Cookie="reporter-token=wrong").status == 403
        answer = server.get(server.path, Host="trainer.example:8000")
        cookie = answer.headers["Set-Cookie"]
        assert (answer.status, answer.headers["Location"]) == (303, "/")
        assert {"HttpOnly", "SameSite=strict"} <= set(cookie.split("; "))
        assert server.get("/", Host="trainer.example:8000", Cookie=cookie.split(";")[0]).status == 200


def first(stream: Generator[dict[str, str]]) -> dict[str, str]:
    with closing(stream):
        return next(stream)


def test_a_log_that_grows_changes_its_run(server: Server, folder: Path) -> None:
    with closing(server.events()) as stream:
        (folder / "logs" / "gap.log").write_text(LONGER, encoding="utf-8")
        change = json.loads(next(stream)["data"])
        assert change["number"] == 2
        row, section = change["html"]
        assert row.startswith("<tr")
        assert section.startswith('<article id="run-2"')


def test_a_new_log_loads_the_page_again(server: Server, folder: Path) -> None:
    with closing(server.events()) as stream:
        (folder / "logs" / "new.log").write_text("Epoch 1/1\n1/1 - 1s - loss: 0.5\n", encoding="utf-8")
        assert next(stream)["event"] == "reload"
        count = int(re.search(r'data-live="(\d+)"', server.get().text)[1])  # type: ignore[index]
        (folder / "logs" / "gap.log").write_text(LONGER, encoding="utf-8")
        assert "event" not in first(server.events(count))  # the new page is not loaded again and again


def test_a_page_of_an_earlier_server_is_loaded_again(server: Server) -> None:
    assert first(server.events(1234))["event"] == "reload"


def test_fifty_viewers_see_the_last_state_though_one_stalls(server: Server, folder: Path) -> None:
    async def last_epoch(stalls: bool) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /changes?since=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        await writer.drain()
        ready.release()
        if stalls:
            await written.wait()
        while b'class=\\"completed\\"' not in (line := await reader.readline()):
            assert line
        writer.close()
        return 20

    async def write() -> None:
        for _ in range(50):
            await ready.acquire()
        for line in LINES[40:]:
            with open(folder / "logs" / "gap.log", "a", encoding="utf-8") as log:
                log.write(line)
            await asyncio.sleep(0.02)
        written.set()

    async def view() -> list[int | None]:
        viewers = asyncio.gather(*(last_epoch(stalls=number == 0) for number in range(50)), write())
        *seen, _ = await asyncio.wait_for(viewers, 120)
        return seen

    ready, written = asyncio.Semaphore(0), asyncio.Event()
    assert asyncio.run(view()) == [20] * 50


def test_ctrl_c_ends_it_though_somebody_watches(server: Server, folder: Path) -> None:
    with closing(server.events()) as stream:
        (folder / "logs" / "gap.log").write_text(LONGER, encoding="utf-8")
        next(stream)
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=30) in (0, 1, 130)
        assert server.process.stderr
        assert "Traceback" not in server.process.stderr.read()


def test_a_folder_that_is_empty_yet_is_served(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    with serving(tmp_path) as server, closing(server.events()) as stream:
        assert "0 runs" in server.get().text
        (tmp_path / "logs" / "gap.log").write_text(SHORT, encoding="utf-8")
        assert next(stream)["event"] == "reload"
        assert "1 run " in server.get().text


def test_a_port_that_is_taken_is_an_error(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = reporter("serve", "logs", "--port", str(taken.getsockname()[1]), cwd=folder)
    assert done.returncode == 2
    assert re.fullmatch(r"reporter: cannot listen on 127.0.0.1, port \d+: .*; try another --port\n", done.stderr)


def test_a_curve_grows_without_loading_the_page(browser: Chromium, server: Server, folder: Path) -> None:
    browser.tell(
        "Network.emulateNetworkConditions", offline=False, latency=0, downloadThroughput=-1, uploadThroughput=-1
    )
    browser.driver.get(f"http://127.0.0.1:{server.port}/")
    browser.run("window.mark = 1; document.querySelector('#run-2 details.table').open = true")
    try:
        before = browser.run(
            "return document.querySelector('#run-2 .panel > svg path.curve.validation').getAttribute('d').length"
        )
        (folder / "logs" / "gap.log").write_text("".join(LINES), encoding="utf-8")
        deadline = time.monotonic() + 30
        while "completed" not in browser.run(
            "return document.querySelector('.runs').textContent"
        ) or "interrupted" in browser.run("return document.querySelector('.runs').textContent"):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        after = browser.run(
            "return document.querySelector('#run-2 .panel > svg path.curve.validation').getAttribute('d').length"
        )
        assert after > before
        assert browser.run("return window.mark") == 1
        assert browser.run("return document.querySelector('#run-2 details.table').open")
        assert browser.run("return document.getElementById('live').textContent") == "This page is live."
        assert browser.errors() == []
        assert browser.violations() == []
    finally:
        browser.tell(
            "Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0
        )
