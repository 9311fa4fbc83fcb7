"""A page in a real browser, and whatever it complains about or asks for.

Chromium of the machine, driven by Playwright; nothing is downloaded. A test that finds
neither skips, and says so.
"""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Opened", "opened"]

_running: list[Any] = []
"""The browser, once for each block that is open: the first starts it and ends it."""
_NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass
class Opened:
    """A page that is open: what to drive it by, its errors and the addresses it asked for."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def strangers(self, path: Path) -> list[str]:
        """The addresses asked for that are not the file itself."""
        own = path.resolve().as_uri()
        return [url for url in self.requests if url.split("#")[0] != own and url[:5] != "data:"]


@contextlib.contextmanager
def opened(path: Path, *, width: int = 1100, height: int = 800, **options: Any) -> Iterator[Opened]:
    """Opens a file; all is closed with the block. ``options`` are those of a context."""
    with _browser() as browser:
        view: Any = {"width": width, "height": height}
        context = browser.new_context(viewport=view, offline=True, **options)
        page = context.new_page()
        seen = Opened(page)
        page.on("console", lambda said: seen.complaints.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: seen.complaints.append(f"error: {error}"))
        page.on("request", lambda request: seen.requests.append(request.url))
        try:
            page.goto(path.resolve().as_uri())
            yield seen
        finally:
            context.close()


@contextlib.contextmanager
def _browser() -> Iterator[Any]:
    """One browser for all that is open: Playwright does not start within itself."""
    if _running:
        _running.append(_running[0])
        try:
            yield _running[0]
        finally:
            _running.pop()
        return
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    executable = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if executable is None:
        pytest.skip("there is no Chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        _running.append(browser)
        try:
            yield browser
        finally:
            _running.pop()
            browser.close()
