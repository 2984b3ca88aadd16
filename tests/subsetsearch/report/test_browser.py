"""The page in a real headless Chromium: silent console, no request, a click shows the right subset.

Screenshots stay in the folder that ``TEST_ARTIFACTS`` names, else in pytest's cache folder.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from subsetsearch.analysis.front import Front
from subsetsearch.report import ReportData, render_html
from subsetsearch.report._view import view

pytestmark = pytest.mark.slow
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars"
)


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    webdriver = pytest.importorskip(
        "selenium.webdriver", reason="selenium is not installed (group test-tools)"
    )
    pytest.importorskip("plotly", reason="plotly is not installed (extra report)")
    browser, program = shutil.which("chromium"), shutil.which("chromedriver")
    if browser is None or program is None:
        pytest.skip("no chromium and chromedriver here (Debian: chromium, chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in FLAGS.split():
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('profile')}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    found = webdriver.Chrome(options=options, service=webdriver.ChromeService(program))
    yield found
    found.quit()


@pytest.fixture(scope="module")
def shots(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    cache = getattr(request.config, "cache", None)  # none with -p no:cacheprovider
    if named := os.environ.get("TEST_ARTIFACTS"):
        folder = Path(named) / "report"
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    return Path(cache.mkdir("report-screenshots") if cache else tmp_path_factory.mktemp("report"))


@pytest.fixture
def show(driver: Any, tmp_path: Path) -> Callable[..., None]:
    """Open a report in a window of some size and theme."""

    def opened(data: ReportData, width: int = 1280, height: int = 900, theme: str = "light") -> None:
        page = tmp_path / "it's a report.html"
        page.write_text(render_html(data), encoding="utf-8")
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        features = [{"name": "prefers-color-scheme", "value": theme}]
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        driver.get_log("browser")
        driver.get_log("performance")
        driver.get(page.as_uri())

    return opened


def quiet(driver: Any) -> None:
    """Nothing was said on the console and nothing was asked of the network."""
    assert driver.get_log("browser") == []
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    urls = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    assert urls
    assert all(url.startswith(("file:", "data:", "blob:")) for url in urls)


def screenshot(driver: Any, path: Path) -> None:
    """Keep the whole page, not only the window."""
    metrics = driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
    clip = {"x": 0, "y": 0, "width": metrics["width"], "height": metrics["height"], "scale": 1}
    options = {"captureBeyondViewport": True, "clip": clip}
    picture = driver.execute_cdp_cmd("Page.captureScreenshot", options)["data"]
    path.write_bytes(base64.b64decode(picture))


def shown(driver: Any) -> tuple[int, list[str]]:
    """Index and language keys of the subset in the panel."""
    found = driver.execute_script(
        "const d = document.getElementById('detail').dataset; return [Number(d.row), d.languages];"
    )
    return found[0], found[1].split()


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(100):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("the page did not change within five seconds")


def place(driver: Any, row: int, axis: str = "yaxis") -> tuple[float, float]:
    """Where a row's point is drawn, in pixels of the window."""
    script = """
    const gd = document.getElementById("front-plot");
    gd.scrollIntoView({block: "center", behavior: "instant"});
    const trace = gd.data.find((t) => t.customdata && t.customdata.includes(arguments[0])
      && (t.yaxis === "y2") === (arguments[1] === "yaxis2"));
    const i = trace.customdata.indexOf(arguments[0]);
    const box = gd.getBoundingClientRect();
    const full = gd._fullLayout;
    return [box.left + full.xaxis._offset + full.xaxis.l2p(trace.x[i]),
            box.top + full[arguments[1]]._offset + full[arguments[1]].l2p(trace.y[i])];
    """
    x, y = driver.execute_script(script, row, axis)
    return x, y


def click(driver: Any, x: float, y: float) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.actions.action_builder import ActionBuilder

    actions = ActionBuilder(driver)
    actions.pointer_action.move_to_location(round(x), round(y))
    actions.perform()
    time.sleep(0.15)  # plotly looks for the nearest point at most every 50 ms
    ActionChains(driver).click().perform()


@pytest.mark.parametrize(
    ("name", "width", "theme"),
    [("light", 1280, "light"), ("dark", 1280, "dark"), ("phone", 390, "light"), ("phone-dark", 390, "dark")],
)
def test_page_is_shown(
    name: str, width: int, theme: str, data: ReportData, driver: Any, show: Callable[..., None], shots: Path
) -> None:
    show(data, width=width, theme=theme)
    assert driver.execute_script("return document.documentElement.dataset.ready") == "yes"
    plots = driver.execute_script(
        "return [...document.querySelectorAll('.plot')].map((p) => [p.id, p.querySelectorAll('svg.main-svg').length])"
    )
    assert all(count > 0 for _, count in plots), plots
    assert driver.execute_script("return document.documentElement.scrollWidth") <= width
    background = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
    dark = sum(int(part) for part in background.strip("rgb()").split(",")) < 200
    assert dark is (theme == "dark")
    assert shown(driver)[0] == view(data)["chosen"]
    screenshot(driver, shots / f"{name}.png")
    quiet(driver)


def test_click_shows_the_right_subset(
    data: ReportData, driver: Any, show: Callable[..., None], shots: Path
) -> None:
    show(data)
    content = view(data)
    rows = content["rows"]
    measured = [i for i, row in enumerate(rows) if "accuracy" in row and i != content["chosen"]]
    last_proxy = max((i for i, row in enumerate(rows) if "proxy" in row), key=lambda i: rows[i]["proxy"])
    for row, axis in [(measured[0], "yaxis"), (measured[-1], "yaxis"), (last_proxy, "yaxis2")]:
        click(driver, *place(driver, row, axis))
        wait_for(lambda row=row: shown(driver)[0] == row)  # type: ignore[misc]
        keys = [content["languages"][i]["key"] for i in rows[row]["languages"]]
        assert shown(driver)[1] == keys
        text = driver.execute_script("return document.getElementById('detail').textContent")
        assert rows[row]["costText"] in text
        assert all(content["languages"][i]["name"] in text for i in rows[row]["languages"])
        selected = driver.execute_script(
            "return [...document.querySelectorAll('#points [aria-selected=true]')].map((r) => Number(r.dataset.row))"
        )
        assert selected in ([row], [])
    screenshot(driver, shots / "clicked.png")
    quiet(driver)


def test_keyboard_alone_is_enough(data: ReportData, driver: Any, show: Callable[..., None]) -> None:
    from selenium.webdriver.common.keys import Keys

    show(data)
    listed = driver.execute_script(
        "return [...document.querySelectorAll('#points tbody tr')].map((r) => Number(r.dataset.row))"
    )
    driver.execute_script("document.querySelector('#points [tabindex=\"0\"]').focus()")
    driver.switch_to.active_element.send_keys(Keys.HOME)
    assert shown(driver) == (listed[0], [])
    driver.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    assert shown(driver)[0] == listed[1]
    assert driver.execute_script("return document.activeElement.dataset.row") == str(listed[1])
    driver.switch_to.active_element.send_keys(Keys.END)
    assert shown(driver)[0] == listed[-1]
    theme = driver.find_element("id", "theme")
    for expected in ("light", "dark", "auto"):
        theme.send_keys(Keys.ENTER)
        assert theme.text == f"Theme: {expected}"
    reachable = driver.execute_script(
        "return [...document.querySelectorAll('a, button, summary, [tabindex=\"0\"]')].every((e) => e.tabIndex === 0)"
    )
    assert reachable
    quiet(driver)


def test_controls_redraw(data: ReportData, driver: Any, show: Callable[..., None]) -> None:
    show(data)
    corner = "return document.getElementById('heatmap-plot').data[0].z[1][0]"
    against_none = driver.execute_script(corner)
    driver.execute_script("document.querySelector('[data-mode=score]').click()")
    score = driver.execute_script(corner)
    baseline = driver.execute_script("return document.getElementById('heatmap-plot').data[0].z[0][0]")
    assert score - baseline == pytest.approx(against_none)
    span = "const r = document.getElementById('front-plot').layout.xaxis.range; return r[1] - r[0]"
    driver.execute_script("document.querySelector('[data-scale=log]').click()")
    logarithmic = driver.execute_script(span)
    driver.execute_script("document.querySelector('[data-scale=linear]').click()")
    assert driver.execute_script(span) > 100 * logarithmic
    quiet(driver)


def test_names_with_markup_are_only_text(
    evil: ReportData, driver: Any, show: Callable[..., None], shots: Path
) -> None:
    show(evil)
    assert driver.execute_script("return document.documentElement.dataset.ready") == "yes"
    assert driver.title.startswith('a "b" <script>alert(1)</script>')
    assert driver.execute_script("return document.querySelectorAll('img, b, [onclick]').length") == 0
    assert driver.execute_script("return document.documentElement.scrollWidth") <= 1280
    text = driver.execute_script("return document.getElementById('detail').textContent")
    assert "<b onclick=x>" in text
    click(
        driver,
        *place(driver, next(i for i, row in enumerate(view(evil)["rows"]) if "proxy" in row), "yaxis2"),
    )
    assert driver.execute_script("return document.querySelectorAll('img, b, [onclick]').length") == 0
    screenshot(driver, shots / "markup.png")
    quiet(driver)


def test_empty_study(driver: Any, show: Callable[..., None], shots: Path) -> None:
    show(ReportData(Front(name="empty"), messages=("This study has no trials yet: run it first.",)))
    visible = driver.find_element("tag name", "main").text
    assert "no trials yet" in visible
    assert "There is no answer yet" in visible
    assert "Hypervolume" not in visible
    screenshot(driver, shots / "empty.png")
    quiet(driver)


def test_proxies_alone(data: ReportData, driver: Any, show: Callable[..., None], shots: Path) -> None:
    from dataclasses import replace

    rows = tuple(replace(r, full=None, recommended=False) for r in data.front if r.proxy is not None)
    show(replace(data, front=replace(data.front, rows=rows), trust=None, targets=()))
    assert driver.execute_script("return document.documentElement.dataset.ready") == "yes"
    visible = driver.find_element("tag name", "main").text
    assert "nothing has been measured on test data yet" in visible
    assert "the best guess" in visible
    assert "Measured on test data" not in visible
    assert "target by target" not in visible
    screenshot(driver, shots / "proxies.png")
    quiet(driver)


def test_large_study_stays_small_and_quick(driver: Any, show: Callable[..., None]) -> None:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("made_up", Path(__file__).with_name("conftest.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    data = module.make_data(10_000)
    assert len(render_html(data).encode()) < 6_000_000
    show(data)
    assert driver.execute_script("return document.documentElement.dataset.ready") == "yes"
    quiet(driver)
