"""The real browser the page is looked at with."""

import shutil
from contextlib import contextmanager

FOUND = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def telephone(playwright):
    """Open a browser with a profile of its own."""
    browser = playwright.chromium.launch(executable_path=FOUND, headless=True, args=QUIET)
    try:
        yield browser
    finally:
        browser.close()
