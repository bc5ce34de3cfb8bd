"""Drives Debian's Chromium, and says what a page did that it must not do."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

PHONE = 390
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking")


class Chromium:
    """Shows pages from disk, without a network."""

    def __init__(self) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = next(filter(None, map(shutil.which, _NAMES)))
        for flag in _FLAGS:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
        self.tell("Network.enable")
        self.tell("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
        self.resize(1280)

    def tell(self, command: str, **arguments: Any) -> Any:
        return self.driver.execute_cdp_cmd(command, arguments)

    def resize(self, width: int) -> None:
        self.tell("Emulation.setDeviceMetricsOverride", width=width, height=1000, deviceScaleFactor=1, mobile=False)

    def scheme(self, name: str) -> None:
        self.tell("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def open(self, path: Path, fragment: str = "") -> None:
        """Open a file; what was open before is forgotten, its messages and requests too."""
        self.driver.get("about:blank")
        self.errors(), self.requests()
        self.driver.get(path.as_uri() + fragment)

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        """Give the shown text of elements."""
        found: list[str] = self.run(
            "return [...document.querySelectorAll(arguments[0])]"
            ".filter((each) => each.checkVisibility({visibilityProperty: true}))"
            ".map((each) => each.innerText ?? each.textContent)",
            selector,
        )
        return found

    def parts(self, selector: str, within: str) -> list[list[str]]:
        """Give the texts of the parts of elements, shown or not."""
        found: list[list[str]] = self.run(
            "return [...document.querySelectorAll(arguments[0])]"
            ".map((each) => [...each.querySelectorAll(arguments[1])].map((part) => part.textContent))",
            selector,
            within,
        )
        return found

    def wait(self, script: str) -> None:
        """Wait until an expression of JavaScript is true."""
        WebDriverWait(self.driver, 60).until(lambda _: self.run(f"return {script}"), script)

    @property
    def mouse(self) -> ActionChains:
        return ActionChains(self.driver, duration=20)

    def errors(self) -> list[str]:
        """Give what the console has been told since the last time."""
        return [entry["message"] for entry in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]

    def requests(self) -> set[str]:
        """Give what has been asked for since the last time, from disk or from a network; what is inline does not count."""
        log = self.driver.get_log("performance")  # type: ignore[no-untyped-call]
        messages = [json.loads(entry["message"])["message"] for entry in log]
        sent = [each["params"]["request"] for each in messages if each["method"] == "Network.requestWillBeSent"]
        return {each["url"] for each in sent if not each["url"].startswith(("data:", "about:"))}

    def violations(self) -> list[str]:
        """Ask axe-core which rules of accessibility the page breaks, and where."""
        axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
        self.run(axe)
        found = self.driver.execute_async_script(
            "axe.run(document, {resultTypes: ['violations']}).then((found) => arguments[0](found.violations))"
        )
        return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]


@contextmanager
def chromium() -> Iterator[Chromium]:
    """Start Chromium; where there is none, the test is skipped, unless `REPORTER_REQUIRE_BROWSER` says that it must run."""
    if not (any(map(shutil.which, _NAMES)) and shutil.which("chromedriver")):
        give_up = pytest.fail if os.environ.get("REPORTER_REQUIRE_BROWSER") else pytest.skip
        give_up("no chromium and chromedriver on the PATH; apt-get install chromium chromium-driver")
    started = Chromium()
    try:
        yield started
    finally:
        started.driver.quit()
