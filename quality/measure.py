"""Accessibility, valid HTML, weight and Lighthouse, measured on the demo as `make run` serves it.

    python -m quality.measure [--runs 5]

Needs Chromium, Node and Java. Prints a table in Markdown, and exits with 1 if any bar isn't met.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.pages import ARTICLE, FOR_ALL, FOR_MEMBERS, FOR_VISITORS, QUIET, RULES
from tests.separate import serving

HERE = Path(__file__).parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MEMBER = ("medlem@example.no", "lesehest-2026")
#: Lighthouse with its mobile setting: the lowest score allowed in each category, from 0 to 1.
LIGHTHOUSE_PAGES = ("/", "/lede-salg/", ARTICLE, "/konto/bli-medlem/")
BARS = {"performance": 1.0, "accessibility": 1.0, "best-practices": 1.0, "seo": 1.0}
MAX_BYTES, MAX_REQUESTS = 100_000, 8

Row = tuple[str, str, bool]


def pages(browser: Browser, url: str, scheme: str, is_member: bool) -> Iterator[Page]:
    """Yields each page of the list, opened in one browser context."""
    context = browser.new_context(base_url=url, locale="nb-NO", color_scheme=scheme,
                                  reduced_motion="reduce")  # fmt: skip
    page = context.new_page()
    if is_member:
        page.goto("/konto/logg-inn/passord/")
        page.locator("main input[type=email]").fill(MEMBER[0])
        page.locator("main input[type=password]").fill(MEMBER[1])
        page.keyboard.press("Enter")
        page.wait_for_url("**/konto/")
    for path in FOR_ALL + (FOR_MEMBERS if is_member else FOR_VISITORS):
        page.goto(path)
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        yield page
    context.close()


def axe(browser: Browser, url: str) -> Row:
    count, found = 0, []
    for scheme in ("light", "dark"):
        for is_member in (False, True):
            for page in pages(browser, url, scheme, is_member):
                count += 1
                for rule in Axe().run(page, options=RULES).response["violations"]:
                    found.append(f"{page.url} {rule['id']}")
    print(*found, sep="\n", file=sys.stderr)
    return f"axe-core, WCAG 2.2 AA: {count} pages", f"{len(found)} violations", not found


def nu(browser: Browser, url: str) -> Row:
    """Checks the HTML that the server sends, before any script changes it."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for is_member in (False, True):
            for page in pages(browser, url, "light", is_member):
                file = Path(folder) / f"{len(files):03}.html"
                file.write_text(page.request.get(page.url).text())
                files.append((file, page.url))
        jar = HERE / "node_modules/vnu-jar/build/dist/vnu.jar"
        command = ["java", "-jar", str(jar), "--format", "json", *(str(file) for file, _ in files)]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
    names = {file.name: address for file, address in files}
    found = [
        f"{names[Path(m['url']).name]} {m['type']}: {m['message']}"
        for m in json.loads(answer.stderr)["messages"]
        if m["type"] != "info" or m.get("subType") == "warning"
    ]
    print(*found, sep="\n", file=sys.stderr)
    return f"Nu HTML checker: {len(files)} pages", f"{len(found)} errors and warnings", not found


def weight(browser: Browser, url: str) -> list[Row]:
    """Weighs an article for a first-time visitor."""
    context = browser.new_context(
        base_url=url, locale="nb-NO", viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}
    hosts: set[str] = set()

    def sent(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event.get("type", "Other")
        hosts.add(event["request"]["url"].split("/")[2])

    wire.on("Network.requestWillBeSent", sent)

    def arrived(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = event["encodedDataLength"]

    wire.on("Network.loadingFinished", arrived)
    page.goto(ARTICLE)
    page.wait_for_timeout(1500)
    shift = page.evaluate(
        """async () => {
          let shift = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) shift += entry.value;
          }).observe({ type: "layout-shift", buffered: true });
          for (let y = 0; y < document.body.scrollHeight; y += 400) {
            scrollTo(0, y);
            await new Promise((done) => setTimeout(done, 30));
          }
          await new Promise((done) => setTimeout(done, 500));
          return shift;
        }"""
    )
    context.close()
    # «Other» is the icon of the tab, fetched once for the whole site. No page waits for it.
    counted = [key for key in sizes if kinds.get(key) not in ("Image", "Other")]
    total, requests = sum(sizes[key] for key in counted), len(counted)
    return [
        (f"Article, new visitor: over the wire, at most {MAX_BYTES // 1000} kB",
         f"{total / 1000:.1f} kB", total <= MAX_BYTES),
        (f"… requests, pictures and icon aside, at most {MAX_REQUESTS}", str(requests),
         requests <= MAX_REQUESTS),
        ("… layout shift", f"{shift:.3f}", shift < 0.001),
        ("… hosts asked", str(len(hosts)), len(hosts) == 1),
    ]  # fmt: skip


def lighthouse(url: str, runs: int) -> Iterator[Row]:
    for path in LIGHTHOUSE_PAGES:
        reports = [report_of(f"{url}{path}") for _ in range(runs)]
        for name, category in reports[-1]["categories"].items():
            for ref in category["auditRefs"]:
                audit = reports[-1]["audits"][ref["id"]]
                if ref["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                    print(path, name, audit["id"], audit["title"], file=sys.stderr)
        medians = {
            name: statistics.median(report["categories"][name]["score"] for report in reports)
            for name in BARS
        }
        shown = " · ".join(f"{name} {medians[name] * 100:.0f}" for name in BARS)
        is_met = all(medians[name] >= BARS[name] for name in BARS)
        yield f"Lighthouse, mobile, median of {runs}: {path}", shown, is_met


def report_of(address: str) -> dict[str, Any]:
    """Runs Lighthouse, again if needed: it sometimes misses the start of its trace and says so."""
    command = [
        str(HERE / "node_modules/.bin/lighthouse"), address, "--output=json", "--quiet",
        # It knows no «License:», which RSL 1.0 puts there. RFC 9309 lets crawlers pass over it.
        "--skip-audits=robots-txt",
        f"--chrome-flags=--headless=new {' '.join(QUIET)}", f"--only-categories={','.join(BARS)}",
    ]  # fmt: skip
    env = {**os.environ, "CHROME_PATH": str(CHROMIUM)}
    for _ in range(3):
        answer = subprocess.run(command, stdout=subprocess.PIPE, check=False, env=env)
        if answer.returncode == 0:
            return json.loads(answer.stdout)
    raise SystemExit(f"Lighthouse failed three times on {address}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="Lighthouse runs for each page")
    runs = parser.parse_args().runs
    missing = [name for name in ("node", "java") if not shutil.which(name)]
    if missing or not CHROMIUM:
        print("Needs", *missing, "" if CHROMIUM else "chromium", file=sys.stderr)
        return 2
    with (
        tempfile.TemporaryDirectory() as data,
        serving(Path(data), stdout=subprocess.DEVNULL) as url,
    ):
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            rows = [axe(browser, url), nu(browser, url), *weight(browser, url)]
            browser.close()
        rows += lighthouse(url, runs)
    version = subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True, check=True)
    print(f"{platform.machine()}, {os.cpu_count()} cores, {version.stdout.strip()}\n")
    print("| what | measured | met |\n| --- | --- | --- |")
    for what, measured, is_met in rows:
        print(f"| {what} | {measured} | {'yes' if is_met else 'NO'} |")
    return 0 if all(is_met for *_, is_met in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
