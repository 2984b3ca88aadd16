"""Pictures of the report of the recorded study, for the documentation.

    python -m tools.screenshots        # writes docs/images/report-*.png; needs chromium and chromedriver

The test of the report's page in a browser takes the same pictures and checks what is on them.
"""

from __future__ import annotations

import base64
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import subsetsearch as ss

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
_FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars"
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a page.

    Args:
        name: Of the file.
        width: Of the window, in pixels.
        height: Of the picture; the whole page, if left out.
        theme: ``light`` or ``dark``.
        start: Element at which it begins; the top of the page, if left out.
    """

    name: str
    width: int
    height: int | None = None
    theme: str = "light"
    start: str = ""


PICTURES = (
    Picture("report-wide", 1280, 1640),
    Picture("report-dark", 1280, 1950, "dark", "who"),
    Picture("report-front", 1280, 1120, start="front"),
    Picture("report-phone", 390, 1740),
)
"""What the documentation shows."""


@contextmanager
def browser(profile: Path) -> Iterator[Any]:
    """Open a headless Chromium.

    Args:
        profile: Folder for what it keeps.

    Raises:
        FileNotFoundError: If chromium or chromedriver is missing.
    """
    from selenium import webdriver

    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        raise FileNotFoundError("no chromium and chromedriver here (Debian: chromium, chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in (*_FLAGS.split(), f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chromium = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        yield chromium
    finally:
        chromium.quit()


def show(driver: Any, page: Path, picture: Picture, *, scripts: bool = True) -> None:
    """Open a page in a window of the picture's width and theme, and wait until it is drawn.

    Args:
        driver: The browser.
        page: An HTML file.
        picture: Width and theme.
        scripts: Let the page run its scripts.
    """
    size = {"width": picture.width, "height": 900, "deviceScaleFactor": 1, "mobile": picture.width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    features = [{"name": "prefers-color-scheme", "value": picture.theme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})
    driver.get_log("browser")
    driver.get_log("performance")
    driver.get(page.as_uri())
    ready = (
        "const { ready, state } = document.documentElement.dataset;return Boolean(ready) || state === 'empty'"
    )
    for _ in range(200 if scripts else 0):
        if driver.execute_script(ready):
            return
        time.sleep(0.05)


def take(driver: Any, picture: Picture, folder: Path) -> Path:
    """Photograph the page that is shown; more than the window, if the picture is higher.

    Args:
        driver: The browser.
        picture: Its size and name.
        folder: Where the file goes.
    """
    size = driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
    top = 0
    if picture.start:
        script = "return document.getElementById(arguments[0]).getBoundingClientRect().top + scrollY - 16"
        top = driver.execute_script(script, picture.start)
    height = min(picture.height or size["height"], size["height"] - top)
    clip = {"x": 0, "y": top, "width": picture.width, "height": height, "scale": 1}
    shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})
    path = folder / f"{picture.name}.png"
    path.write_bytes(base64.b64decode(shot["data"]))
    return path


def recorded_report(folder: Path) -> Path:
    """Write the report of the quickstart's recorded full runs.

    Args:
        folder: Where the study and the page go.
    """
    study = ss.load(ROOT / "studies" / "quickstart.toml", runs=folder)
    study.import_results(ROOT / "studies" / "results" / "quickstart-evaluations.csv")
    return study.report(folder / "report.html")


def main() -> None:
    """Write the documentation's pictures of the report."""
    with tempfile.TemporaryDirectory() as name, browser(Path(name) / "profile") as driver:
        page = recorded_report(Path(name))
        for picture in PICTURES:
            show(driver, page, picture)
            print(take(driver, picture, IMAGES).relative_to(ROOT))


if __name__ == "__main__":
    main()
