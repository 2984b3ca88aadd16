"""The page in a real headless Chromium: silent console, no request, a click shows the right subset.

Screenshots stay in the folder that ``TEST_ARTIFACTS`` names, else in pytest's cache folder.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import subsetsearch as ss
from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.text.wording import number
from subsetsearch.report import ReportData, render_html
from subsetsearch.report._sure import gain_cell
from subsetsearch.report._view import view
from tools.screenshots import PICTURES, Picture, browser, recorded_report, show, take

pytestmark = [pytest.mark.slow, pytest.mark.browser]
ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
SIZES = [
    Picture("light", 1280), Picture("dark", 1280, theme="dark"),
    Picture("phone", 390), Picture("phone-dark", 390, theme="dark"),
]  # fmt: skip


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    pytest.importorskip("selenium.webdriver", reason="selenium is not installed (group test-tools)")
    if shutil.which("chromium") is None or shutil.which("chromedriver") is None:
        pytest.skip("no chromium and chromedriver here (Debian: chromium, chromium-driver)")
    with browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return recorded_report(tmp_path_factory.mktemp("recorded"))


@pytest.fixture(scope="module")
def shots(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    cache = getattr(request.config, "cache", None)  # none with -p no:cacheprovider
    if named := os.environ.get("TEST_ARTIFACTS"):
        folder = Path(named) / "report"
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    return Path(cache.mkdir("report-screenshots") if cache else tmp_path_factory.mktemp("report"))


@pytest.fixture
def opened(driver: Any, tmp_path: Path) -> Callable[..., None]:
    """Open a report in a window of some size and theme."""

    def opened(data: ReportData, picture: Picture = SIZES[0], *, scripts: bool = True) -> None:
        page = tmp_path / "it's a report.html"
        page.write_text(render_html(data), encoding="utf-8")
        show(driver, page, picture, scripts=scripts)

    return opened


def quiet(driver: Any) -> None:
    """Nothing was said on the console and nothing was asked of the network."""
    assert driver.get_log("browser") == []
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    urls = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    assert urls
    assert all(url.startswith(("file:", "data:", "blob:")) for url in urls)


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


def overlapping(driver: Any) -> list[str]:
    """Labels of ticks that touch another of their axis, or leave their plot."""
    script = """
    const bad = [];
    for (const plot of document.querySelectorAll('.js-plotly-plot')) {
      const frame = plot.getBoundingClientRect();
      for (const axis of plot.querySelectorAll('.xaxislayer-above, .yaxislayer-above')) {
        const labels = [...axis.querySelectorAll('text')];
        const turned = labels.some((label) => (label.getAttribute('transform') || '').match(/rotate\\(-?[1-9]/));
        const boxes = labels.map((label) => label.getBoundingClientRect());
        labels.forEach((label, i) => {
          const a = boxes[i];
          if (a.left < frame.left - 1 || a.right > frame.right + 1 || a.bottom > frame.bottom + 1) bad.push(`${plot.id} cuts ${label.textContent}`);
          if (!turned) boxes.slice(i + 1).forEach((b, k) => {
            if (a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom) bad.push(`${plot.id}: ${label.textContent} on ${labels[i + 1 + k].textContent}`);
          });
        });
        if (turned) bad.push(`${plot.id} turns its labels, which have no room`);
        const texts = labels.map((label) => label.textContent);
        if (new Set(texts).size < texts.length) bad.push(`${plot.id} repeats ${texts.join(' ')}`);
      }
    }
    return bad;
    """
    found: list[str] = driver.execute_script(script)
    return found


@pytest.mark.parametrize("picture", SIZES, ids=lambda picture: picture.name)
def test_page_is_shown(
    picture: Picture, data: ReportData, driver: Any, opened: Callable[..., None], shots: Path
) -> None:
    opened(data, picture)
    assert driver.execute_script("return document.documentElement.dataset.ready") == "yes"
    plots = driver.execute_script(
        "return [...document.querySelectorAll('.plot')].map((p) => [p.id, p.querySelectorAll('svg.main-svg').length])"
    )
    assert all(count > 0 for _, count in plots), plots
    assert driver.execute_script("return document.documentElement.scrollWidth") <= picture.width
    background = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
    dark = sum(int(part) for part in background.strip("rgb()").split(",")) < 200
    assert dark is (picture.theme == "dark")
    assert shown(driver)[0] == view(data)["chosen"]
    assert overlapping(driver) == []
    take(driver, picture, shots)
    quiet(driver)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_pictures_of_the_documentation(picture: Picture, driver: Any, recorded: Path, shots: Path) -> None:
    """The same pictures as ``python -m tools.screenshots`` takes, of the recorded study."""
    image = pytest.importorskip("PIL.Image")
    show(driver, recorded, picture)
    assert overlapping(driver) == []
    assert driver.execute_script("return document.documentElement.scrollWidth") <= picture.width
    size = image.open(take(driver, picture, shots)).size
    assert size == image.open(DOCS / "images" / f"{picture.name}.png").size
    assert any(f"images/{picture.name}.png" in page.read_text("utf-8") for page in DOCS.glob("*.md"))
    quiet(driver)


def test_a_group_of_targets_has_a_front_of_its_own(driver: Any, recorded: Path) -> None:
    """The page says of a single target, and of a family, what the study says of it."""
    study = ss.load(ROOT / "studies" / "quickstart.toml", runs=recorded.parent)
    show(driver, recorded, SIZES[0])
    choose = (
        "const choice = document.getElementById('group');"
        "choice.value = [...choice.options].find((one) => one.textContent === arguments[0]).value;"
        "choice.dispatchEvent(new Event('change'));"
    )
    scores = (
        "return [...document.querySelectorAll('#points [data-cell=score]')].map((cell) => cell.textContent)"
    )
    answer = "return document.querySelector('#points .tag.chosen').closest('tr').rowIndex"
    gains = scores.replace("score", "gain")
    whole = driver.execute_script(scores), driver.execute_script(gains)
    rows = study.front().shown
    turkic = [key for key in rows[0].scores if ss.resolve(key).family == "Turkic"]
    for label, targets in (("Friulian", ["fur_Latn"]), (f"Turkic ({len(turkic)})", turkic)):
        driver.execute_script(choose, label)
        front = study.front(targets)
        expected = {row.subset: number(row.full.accuracy, row.full.std) for row in front.measured if row.full}
        assert driver.execute_script(scores) == [expected[row.subset] for row in rows]
        by_model = [front.find(row.subset) for row in rows]
        assert driver.execute_script(gains) == [gain_cell(row) for row in by_model if row]
        sure = driver.execute_script(
            "return [...document.querySelectorAll('#judged tbody tr')].map((row) => [...row.cells].slice(2).map((c) => c.textContent))"
        )
        ran = sorted(front, key=lambda row: -row.expected.worth if row.expected else 0.0)
        assert [cells[0] for cells in sure] == [gain_cell(row) for row in ran]
        (place,) = [n for n, row in enumerate(rows) if front.pick("recommended").row.subset == row.subset]
        assert driver.execute_script(answer) == place + 1
    driver.execute_script(choose, "all 46 targets")
    assert (driver.execute_script(scores), driver.execute_script(gains)) == whole
    assert overlapping(driver) == []
    quiet(driver)


def test_who_is_helped_follows_the_chosen_subset(driver: Any, recorded: Path) -> None:
    show(driver, recorded, SIZES[0])
    says = "return document.getElementById('who-says').textContent"
    lines = "return document.querySelectorAll('#who-halves tbody tr').length"
    assert driver.execute_script(lines) == 46
    driver.execute_script("[...document.querySelectorAll('#points tbody tr')].at(-1).click()")
    assert driver.execute_script(says).startswith("With all 89 languages, ")
    assert driver.execute_script(lines) == 46
    driver.execute_script("document.querySelector('#points tbody tr').click()")
    assert driver.execute_script("return document.getElementById('who-none').offsetHeight") > 0
    assert driver.execute_script("return document.getElementById('who-body').offsetHeight") == 0
    quiet(driver)


def test_every_target_is_in_one_resource_class(driver: Any, recorded: Path) -> None:
    show(driver, recorded, SIZES[0])
    rows = driver.execute_script(
        "return [...document.querySelectorAll('#group-table tbody tr')].map((r) => [r.cells[0].textContent, Number(r.dataset.targets)])"
    )
    assert rows[0] == ["All targets", 46]
    assert sum(count for name, count in rows if name.startswith("Resource class")) == 46
    assert sum(count for name, count in rows if "pre-training" in name) == 46


def test_no_row_of_the_table_of_scores_is_cut_off(driver: Any, recorded: Path) -> None:
    show(driver, recorded, Picture("phone", 390))
    box = "const box = document.querySelector('.heat'); "
    last = "[...document.querySelectorAll('#scores tbody td:last-child')]"
    assert driver.execute_script(f"return {last}.length") == 47  # 46 targets and their mean
    reached = driver.execute_script(
        f"{box} box.scrollLeft = 1e6; const end = box.getBoundingClientRect().right;"
        f"return {last}.every((cell) => cell.getBoundingClientRect().right <= end + 1)"
    )
    assert reached
    name = "document.querySelector('#scores tbody th')"
    assert driver.execute_script(
        f"{box} return {name}.getBoundingClientRect().left - box.getBoundingClientRect().left"
    ) == pytest.approx(0, abs=3)


def test_a_difference_of_nothing_has_no_arrow(driver: Any, recorded: Path) -> None:
    show(driver, recorded, SIZES[0])
    text = driver.execute_script("return document.body.textContent")
    assert not re.search(r"[▲▼+−±]\s*0\.0(?!\s*%|\d)", text.replace("± 0.0", ""))
    assert "0.0" in text


def test_tables_stand_without_scripts(
    data: ReportData, driver: Any, opened: Callable[..., None], shots: Path
) -> None:
    opened(data, scripts=False)
    try:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        visible = driver.find_element("tag name", "main").text
    finally:
        take(driver, Picture("no-scripts", 1280), shots)
    assert "Without JavaScript this page shows its tables only" in visible
    assert "all 54 languages" in visible
    assert "Nigerian Pidgin" in visible
    assert "linear cost" not in visible
    assert driver.execute_script("return document.querySelectorAll('.plot svg').length") == 0


def test_only_the_page_s_own_scripts_run(driver: Any, tmp_path: Path, data: ReportData) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        render_html(data).replace("</body>", "<script>window.strange = 1</script></body>"), "utf-8"
    )
    show(driver, page, SIZES[0])
    assert driver.execute_script("return [window.strange, typeof Plotly]") == [None, "object"]
    assert "Content Security Policy" in driver.get_log("browser")[0]["message"]


def test_click_shows_the_right_subset(
    data: ReportData, driver: Any, opened: Callable[..., None], shots: Path
) -> None:
    opened(data)
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
    take(driver, Picture("clicked", 1280), shots)
    quiet(driver)


def test_keyboard_alone_is_enough(data: ReportData, driver: Any, opened: Callable[..., None]) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(data)
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


def test_controls_redraw(data: ReportData, driver: Any, opened: Callable[..., None]) -> None:
    opened(data)
    corner = "return document.querySelector('#scores [data-target=mean]').cells[2].textContent"
    baseline = driver.execute_script(
        "return document.querySelector('#scores [data-target=mean]').cells[1].textContent"
    )
    assert baseline == "0.0"
    against_none = driver.execute_script(corner)
    driver.execute_script("document.querySelector('[data-mode=score]').click()")
    score = driver.execute_script(corner)
    none = driver.execute_script(corner.replace("cells[2]", "cells[1]"))
    assert float(score) - float(none) == pytest.approx(float(against_none.replace("−", "-")), abs=0.11)
    span = "const r = document.getElementById('front-plot').layout.xaxis.range; return r[1] - r[0]"
    driver.execute_script("document.querySelector('[data-scale=log]').click()")
    logarithmic = driver.execute_script(span)
    driver.execute_script("document.querySelector('[data-scale=linear]').click()")
    assert driver.execute_script(span) > 100 * logarithmic
    quiet(driver)


def test_names_with_markup_are_only_text(
    evil: ReportData, driver: Any, opened: Callable[..., None], shots: Path
) -> None:
    opened(evil)
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
    elsewhere = (
        "return [...document.querySelectorAll('a, use, image')].map(e => e.getAttribute('href') ?? '#')"
    )
    assert all(link.startswith("#") for link in driver.execute_script(elsewhere))
    take(driver, Picture("markup", 1280), shots)
    quiet(driver)


def test_the_policy_stops_a_script_that_came_in(
    data: ReportData, driver: Any, opened: Callable[..., None]
) -> None:
    opened(data)
    add = "const s = document.createElement('script'); s.textContent = 'window.let_in = 1'; document.body.append(s)"
    driver.execute_script(add)
    assert driver.execute_script("return window.let_in ?? 0") == 0
    image = "const i = new Image(); i.src = 'https://example.org/x.png'; i.setAttribute('onerror', 'window.let_in = 2')"
    driver.execute_script(f"{image}; document.body.append(i)")
    assert driver.execute_script("return window.let_in ?? 0") == 0
    said = " ".join(entry["message"] for entry in driver.get_log("browser"))
    assert said.count("Content Security Policy") >= 2


def test_empty_study(driver: Any, opened: Callable[..., None], shots: Path) -> None:
    opened(ReportData(Front(name="empty"), messages=("This study has no trials yet: run it first.",)))
    visible = driver.find_element("tag name", "main").text
    assert "no trials yet" in visible
    assert "There is no answer yet" in visible
    assert "Hypervolume" not in visible
    take(driver, Picture("empty", 1280), shots)
    quiet(driver)


def test_proxies_alone(data: ReportData, driver: Any, opened: Callable[..., None], shots: Path) -> None:
    from dataclasses import replace

    rows = tuple(replace(r, full=None, recommended=False) for r in data.front if r.proxy is not None)
    front = replace(data.front, rows=rows)
    opened(replace(data, front=front, trust=None, targets=(), gains={}, groups=()))
    assert driver.execute_script("return document.documentElement.dataset.ready") == "yes"
    visible = driver.find_element("tag name", "main").text
    assert "nothing has been measured on test data yet" in visible
    assert "the best guess" in visible
    assert "Measured on test data" not in visible
    assert "target by target" not in visible
    take(driver, Picture("proxies", 1280), shots)
    quiet(driver)


@pytest.mark.parametrize("made", ["make_data", "make_crowded"])
def test_large_study_stays_small_and_quick(made: str, driver: Any, opened: Callable[..., None]) -> None:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("made_up", Path(__file__).with_name("conftest.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    data = getattr(module, made)(10_000)
    assert len(render_html(data).encode()) < 2_000_000
    opened(data)
    assert driver.execute_script("return document.documentElement.dataset.ready") == "yes"
    quiet(driver)
