"""The player: a recording with its marks, the browser's own voice, and what a listener can do."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.pages import ARTICLE, MEMBER
from tests.browser.recording import Recording
from tests.browser.test_accessibility import violations
from tests.browser.test_bar import SCROLL

WHOLE, NEXT = "/penger-i-tide/overskudd-er-ikke-penger/", "/penger-i-tide/tretten-uker/"
PHONE = {"viewport": {"width": 360, "height": 780}, "reduced_motion": "reduce"}
WIDE = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
#: The sum of the layout shifts that no press has caused, and no font. One that arrives late on a
#: busy machine moves letters within their lines.
SHIFTS = """
window.shift = 0;
const seen = new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries()) {
    const isFont = sources.length > 0 && sources.every(({ node }) => node?.nodeName === "#text");
    if (!hadRecentInput && !isFont) shift += value;
  }
});
seen.observe({ type: "layout-shift", buffered: true });
"""
#: The browser's voices, which come at once or when `voicesArrive` is called. Each sentence takes a
#: moment, or lasts until `finish` is called.
VOICES = """
window.spoken = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
let voices = %s ? [] : [{ lang: "nb-NO" }];
Object.defineProperty(window, "speechSynthesis", { value: Object.assign(new EventTarget(), {
  getVoices: () => voices, cancel() {},
  speak: (said) => {
    spoken.push(said.text);
    window.finish = () => said.onend();
    if (!%s) setTimeout(window.finish);
  },
})});
window.voicesArrive = () => {
  voices = [{ lang: "nb-NO" }];
  speechSynthesis.dispatchEvent(new Event("voiceschanged"));
};
"""
AT_ONCE, SLOW, LATE = (VOICES % each for each in (("0", "0"), ("0", "1"), ("1", "0")))
WORDS = """() => {
  const [range] = CSS.highlights.get("narration") ?? [];
  return range ? String(range).replace(/\\s+/g, " ") : "";
}"""
#: Whether the part of the player that is fetched at the first press has arrived.
ARRIVED = "Boolean(customElements.get('narration-report'))"
#: Whether the marks have arrived.
MARKED = "document.querySelector('narration-marks').sentences.length > 0"
TIME = "document.querySelector('article-player audio').currentTime"
#: A sentence that takes a second takes ten.
SLOWLY = "localStorage.setItem('lytting', JSON.stringify({ rate: 0.1 }));"


#: Whether the fault is told in view. On a busy machine the page has followed the voice to its
#: beginning before the sound fails, and it is told in the row there.
IS_TOLD = """() => [...document.querySelectorAll("article-player .narration-error, [data-note]")]
  .some((told) => {
    const { top, bottom, height } = told.getBoundingClientRect();
    const isInView = height > 0 && bottom > 0 && top < innerHeight;
    return isInView && told.textContent === "Lyden kunne ikke hentes. Last siden på nytt.";
  })"""
#: Resolves when a condition holds. Playwright's own wait is refused by the portal's CSP.
WAIT = """async (arg) => {
  const condition = %s;
  const end = performance.now() + 60_000;
  while (!condition(arg)) {
    if (performance.now() > end) throw new Error(`never: ${condition}`);
    await new Promise(requestAnimationFrame);
  }
}"""


def wait_for(page: Page, condition: str, arg: object = None) -> None:
    is_function = re.match(r"(\w+|\(\)) =>", condition)
    page.evaluate(WAIT % (condition if is_function else f"() => {condition}"), arg)


@pytest.fixture
def record(open_page):
    """Opens an article that has a recording."""

    def opened(path: str = ARTICLE, who=None, script: str = "", hash: str = "", **context):
        options = context.pop("options", WIDE)
        page: Page = open_page("/om/", who, **options)
        page.recording = Recording(page, **context)
        if script:
            page.add_init_script(script)
        page.goto(path + hash)
        return page

    return opened


def player(page: Page):
    return page.locator("article-player")


def play(page: Page, inside: str = "article-player", *, is_marked: bool = True) -> None:
    page.locator(inside).locator("[data-do=toggle]").click()
    expect(player(page)).to_have_attribute("data-state", "playing")
    wait_for(page, ARRIVED)
    if page.recording.context["marks"] and is_marked:
        wait_for(page, MARKED)


def text_of(page: Page, number: int) -> str:
    """The words of the recording's sentence with this number."""
    _, address, start, end = page.recording.marks[number]
    selector = {"title": "h1", "lead": ".lead"}.get(address, f"[id='{address}']")
    words = (
        page.locator(".article")
        .locator(selector)
        .evaluate(
            """(element, [start, end]) => {
          const copy = element.cloneNode(true);
          for (const mark of copy.querySelectorAll(".footnote-mark, svg")) mark.remove();
          return copy.textContent.slice(start, end);
        }""",
            [start, end],
        )
    )
    return re.sub(r"\s+", " ", words)


def wait_until_read(page: Page, number: int) -> None:
    """Waits until the sentence is marked, which it is only while it is read: use SLOWLY."""
    wait_for(page, f"words => ({WORDS})() === words", text_of(page, number))


def read(page: Page, *numbers: int) -> None:
    """Goes to the first of these sentences, and waits until each has been marked in its turn."""
    told = {"from": numbers[0], "left": [text_of(page, number) for number in numbers]}
    wait_for(
        page,
        f"""told => {{
          if (told.from !== null) document.querySelector("article-player").seek(told.from);
          told.from = null;
          if (({WORDS})() === told.left[0]) told.left.shift();
          return !told.left.length;
        }}""",
        told,
    )


def seek(page: Page, number: int) -> None:
    page.evaluate("s => document.querySelector('article-player').seek(s)", number)


def test_each_sentence_is_marked_while_it_is_read(record):
    page = record(WHOLE)
    play(page)
    read(page, *range(5))
    read(page, len(page.recording.marks) - 3)
    expect(page.locator(".is-being-read")).to_have_count(0)


def test_a_footnote_mark_moves_no_sentence(record):
    page = record(WHOLE)
    page.evaluate(
        """() => {
          const mark = document.createElement("sup");
          mark.className = "footnote-mark";
          mark.textContent = "17";
          document.querySelector(".passage p").firstChild.splitText(20).before(mark);
        }"""
    )
    play(page)
    marks = page.recording.marks
    second = next(n for n, (_, address, *_at) in enumerate(marks) if address.startswith("b-")) + 1
    read(page, second)


def test_without_highlights_the_paragraph_is_marked(record):
    page = record(script=f"delete window.Highlight; delete CSS.highlights; {SLOWLY}")
    play(page)
    expect(page.locator("h1.is-being-read, .lead.is-being-read")).to_have_count(1)


def test_a_table_is_marked_whole(record):
    page = record(script=SLOWLY)
    play(page)
    table = next(n for n, mark in enumerate(page.recording.marks) if mark[2:] == [0, 0])
    seek(page, table)
    expect(page.locator(f"[id='{page.recording.marks[table][1]}'].is-being-read")).to_have_count(1)
    expect(page.locator(".is-being-read")).to_have_count(1)


@pytest.mark.parametrize("size", ["", "larger"])
@pytest.mark.parametrize("width", [320, 360, 1440])
def test_the_player_takes_the_same_room_before_and_while_it_plays(record, width, size):
    larger = f"localStorage.setItem('visning', JSON.stringify({{ size: '{size}' }}));"
    options = {**PHONE, "viewport": {"width": width, "height": 1200}}
    page = record(WHOLE, script=SHIFTS + larger, options=options, next_url=NEXT)
    page.evaluate("document.fonts.ready.then(() => 0)")
    boxes = [[page.locator(each).first.bounding_box() for each in (".narration-row", ".passage")]]
    play(page)
    read(page, 1)
    wait_for(page, "document.querySelector('[popovertarget=narration-chapters]:not([hidden])')")
    boxes.append(
        [page.locator(each).first.bounding_box() for each in (".narration-row", ".passage")]
    )
    assert boxes[0] == boxes[1]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    row = page.locator(".narration-row").bounding_box()
    for part in page.locator(".narration-row :is(button, input):visible").all():
        box = part.bounding_box()
        assert row["x"] - 8 <= box["x"]
        assert box["x"] + box["width"] <= row["x"] + row["width"]
        assert row["y"] <= box["y"]
        assert box["y"] + box["height"] <= row["y"] + row["height"]
        assert min(box["width"], box["height"]) >= 24
    for part in page.locator(".bar-row button:visible").all():
        box = part.bounding_box()
        assert 0 <= box["x"] <= width - box["width"]
    assert round(page.evaluate("shift"), 3) == 0


def test_the_text_begins_on_the_first_screen_of_a_phone(record):
    page = record("/penger-i-tide/raskere-betalt/", options=PHONE)  # with a sponsor's line
    assert page.locator(".passage").first.bounding_box()["y"] < 560


def test_without_javascript_there_are_the_browsers_own_controls(record):
    page = record(options={**PHONE, "java_script_enabled": False})
    sound = page.locator("article-player audio")
    expect(sound).to_be_visible()
    assert sound.get_attribute("controls") is not None
    assert sound.get_attribute("preload") == "none"
    expect(page.locator(".narration-plain")).to_contain_text("Lest av Kari Nord")
    expect(page.locator(".narration-row")).to_be_hidden()
    expect(page.locator(".narration-panel:visible, .narration-float:visible")).to_have_count(0)


def test_the_slider_is_moved_by_the_keyboard_and_tells_its_time_in_words(record):
    page = record(WHOLE)
    slider = page.get_by_role("slider", name="Sted i opptaket")
    play(page)
    page.locator(".narration-play").click()
    expect(player(page)).to_have_attribute("data-state", "paused")
    slider.focus()
    seek(page, 10)
    page.keyboard.press("ArrowRight")
    wait_for(page, f"{TIME} === 15")
    expect(slider).to_have_attribute(
        "aria-valuetext", re.compile(r"^15 sekunder av (\d+ minutt(er)? ?)?(\d+ sekunder)?$")
    )
    page.keyboard.press("Home")
    wait_for(page, f"{TIME} === 0")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^0 sekunder av"))
    page.keyboard.press("k")
    expect(page.locator(".narration-time").first).to_have_text("0:02")
    # A screen reader isn't told each second.
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^0 sekunder av"))
    page.keyboard.press("k")
    expect(player(page)).to_have_attribute("data-state", "paused")
    seek(page, 0)
    page.locator(".narration-row").get_by_role("button", name="15 sekunder fram").click()
    wait_for(page, f"{TIME} === 15")
    page.locator(".narration-row").get_by_role("button", name="15 sekunder tilbake").click()
    wait_for(page, f"{TIME} === 0")


def test_the_speed_is_kept_on_the_device_only_when_chosen(record):
    page = record()
    play(page)
    assert page.evaluate("localStorage.getItem('lytting')") is None
    page.locator(".narration-row").get_by_role("button", name="Fart og valg").click()
    page.get_by_role("radio", name="1,5").check()
    rate = "document.querySelector('article-player audio').playbackRate"
    assert page.evaluate(rate) == 1.5
    page.reload()
    play(page)
    assert page.evaluate(rate) == 1.5
    expect(page.locator(".narration-row [data-rate]")).to_have_text("1,5×")
    page.locator(".narration-row").get_by_role("button", name="Fart og valg").click()
    page.get_by_role("radio", name="1", exact=True).check()
    assert page.evaluate("localStorage.getItem('lytting')") is None


def test_a_click_on_a_sentence_reads_from_there(record):
    page = record(WHOLE, script=SLOWLY)
    spot = """number => {
      const { sentences } = document.querySelector("article-player");
      const { element, from } = sentences[number];
      element.scrollIntoView({ block: "center", behavior: "instant" });
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const range = document.createRange();
      range.setStart(walker.nextNode(), from + 2);
      const { x, y } = range.getBoundingClientRect();
      return [x + 1, y + 8];
    }"""
    first = page.locator(".passage p").first
    first.click()
    expect(player(page)).not_to_have_attribute("data-state", "playing")
    play(page)
    read(page, 1)
    marks = page.recording.marks
    third = next(n for n, (_, address, *_at) in enumerate(marks) if address.startswith("b-")) + 2
    page.mouse.move(*page.evaluate(spot, third))
    expect(page.locator(".article[data-aim]")).to_have_count(1)
    page.mouse.click(*page.evaluate(spot, third))
    wait_until_read(page, third)
    page.locator("h1").click()
    wait_until_read(page, 0)
    page.locator(".narration-row").get_by_role("button", name="Fart og valg").click()
    page.get_by_role("button", name="Avslutt lyttingen").click()
    page.locator("h1").click()
    page.evaluate(SCROLL, 1)
    expect(player(page)).to_have_attribute("data-state", "idle")


def test_a_selection_of_text_and_a_link_are_left_alone(record):
    page = record(WHOLE)
    play(page)
    page.locator(".narration-play").click()
    seek(page, 0)
    box = page.locator(".passage p").first.bounding_box()
    page.mouse.move(box["x"] + 120, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 260, box["y"] + 12, steps=4)
    page.mouse.up()
    assert page.evaluate("String(getSelection())")
    expect(player(page)).to_have_attribute("data-state", "paused")
    assert page.evaluate(TIME) == 0


def test_the_page_follows_until_the_reader_scrolls_away(record):
    page = record(WHOLE)
    play(page)
    far = len(page.recording.marks) // 2
    read(page, far)
    wait_for(page, "scrollY > innerHeight")
    back = page.get_by_role("button", name="Tilbake til lesestedet")
    expect(back).to_be_hidden()
    page.mouse.move(700, 400)
    page.mouse.wheel(0, -3000)
    expect(back).to_be_visible()
    y = page.evaluate("scrollY")
    wait_for(page, f"{TIME} > {far + 3}")
    assert page.evaluate("scrollY") == y
    back.click()
    expect(back).to_be_hidden()
    wait_for(page, "y => scrollY > y + 500", y)
    page.mouse.wheel(0, -3000)
    expect(back).to_be_visible()
    page.mouse.wheel(0, 3000)
    expect(back).to_be_hidden()
    page.mouse.wheel(0, -3000)
    expect(back).to_be_visible()
    seek(page, far + 8)  # the listener has chosen a place, and is taken to it
    wait_for(page, "y => scrollY > y + 500", y)


def test_the_page_stays_when_following_is_off(record):
    page = record(WHOLE)
    play(page)
    page.locator(".narration-row").get_by_role("button", name="Fart og valg").click()
    page.get_by_role("checkbox", name="Følg teksten").uncheck()
    page.keyboard.press("Escape")
    far = len(page.recording.marks) // 2
    read(page, far)
    assert page.evaluate("scrollY") == 0


def test_a_page_that_follows_the_voice_does_not_count_as_read(record):
    low = {**WIDE, "viewport": {"width": 1440, "height": 500}}
    page = record(WHOLE, MEMBER, position_url="/prove/post/sted", options=low)
    reports = []
    page.on("request", lambda r: r.method == "POST" and reports.append(r.url))
    page.mouse.move(700, 300)
    page.mouse.wheel(0, 60)  # the reader reads, and then listens
    play(page)
    y = page.evaluate("scrollY")
    seek(page, 4)
    wait_for(page, "y => scrollY > y + 100", y)
    reports.clear()  # of what was read before
    y = page.evaluate("scrollY")
    wait_for(page, "y => scrollY > y + 100", y)
    page.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", { value: true });
          document.dispatchEvent(new Event("visibilitychange"));
          return fetch("/prove/post/slutt", { method: "POST" }).then(() => true);
        }"""
    )
    assert reports[-1].endswith("/prove/post/slutt")
    assert [url for url in reports if "/prove/" not in url] == []


def test_at_the_gate_the_reader_sees_it_and_nothing_more_is_played(record):
    still = "localStorage.setItem('lytting', JSON.stringify({ follow: false }))"
    page = record(is_cut=True, next_url=NEXT, script=still)
    play(page)
    seek(page, len(page.recording.marks) - 1)
    expect(page.locator("section.gate")).to_be_in_viewport()
    expect(player(page)).to_have_attribute("data-state", "idle")
    expect(player(page).locator("> [role=status]")).to_have_text("Resten er for medlemmer.")
    expect(page.locator("narration-next")).to_be_hidden()
    assert page.evaluate("CSS.highlights.has('narration')") is False


def test_the_next_part_follows_and_can_be_stopped(record):
    page = record(WHOLE, next_url=NEXT)
    play(page)
    seek(page, 10_000)
    after = page.locator("narration-next")
    expect(after).to_contain_text("Neste del om")
    after.get_by_role("button", name="Avbryt").click()
    expect(after).to_be_hidden()
    play(page)
    seek(page, 10_000)
    page.wait_for_url(f"**{NEXT}")
    expect(player(page)).to_have_attribute("data-state", "playing")
    assert page.evaluate("location.hash") == ""


def test_the_next_part_does_not_follow_when_that_is_off(record):
    page = record(WHOLE, next_url=NEXT)
    play(page)
    page.locator(".narration-row").get_by_role("button", name="Fart og valg").click()
    page.get_by_role("checkbox", name="Fortsett med neste del").uncheck()
    page.keyboard.press("Escape")
    seek(page, 10_000)
    expect(player(page).locator("> [role=status]")).to_have_text("Det var alt.")
    expect(page.locator("narration-next")).to_be_hidden()


REFUSING = """
const { play } = HTMLMediaElement.prototype;
HTMLMediaElement.prototype.play = function () {
  if (navigator.userActivation.isActive) return play.call(this);
  return Promise.reject(new DOMException("", "NotAllowedError"));
};
"""


def test_a_press_goes_on_if_the_browser_refuses_to_begin(record):
    page = record(WHOLE, script=REFUSING, hash="#hor")
    button = page.locator("article-player").get_by_role("button", name="Trykk for å fortsette")
    expect(button).to_be_visible()
    button.click()
    expect(player(page)).to_have_attribute("data-state", "playing")


def test_the_bar_controls_the_same_sound(record):
    page = record(WHOLE, options=PHONE)
    bar = page.locator(".bar-row")
    place = page.locator(".bar [data-do=toggle]").bounding_box()
    play(page, ".bar")
    assert page.locator(".bar [data-do=toggle]").bounding_box() == place
    for each in bar.locator("button:visible").all():
        box = each.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    expect(page.locator(".narration-play")).to_have_attribute("aria-label", "Pause")
    page.evaluate(SCROLL, 300)
    page.evaluate(SCROLL, 300)
    expect(bar).to_be_in_viewport()  # as long as it plays
    bar.get_by_role("button", name="Pause").click()
    expect(player(page)).to_have_attribute("data-state", "paused")
    expect(bar.get_by_role("button", name="Fortsett")).to_be_focused()
    assert page.locator("audio").count() == 1


def test_a_chapter_is_chosen_by_the_keyboard(record):
    page = record(WHOLE, script=SLOWLY)
    play(page)
    page.get_by_role("button", name="Kapitler").first.focus()
    page.keyboard.press("Enter")
    start, heading = page.recording.chapters[1]
    page.get_by_role("button", name=f"Hør fra «{heading}»").focus()
    page.keyboard.press("Enter")
    wait_until_read(page, start)
    expect(page.locator("#narration-chapters")).to_be_hidden()


def test_a_listener_reports_a_word(record):
    page = record(report_url="/prove/post/uttale", script=SLOWLY)
    play(page)
    read(page, 1)
    page.locator(".narration-play").click()
    page.locator(".narration-row").get_by_role("button", name="Fart og valg").click()
    page.get_by_role("button", name="Meld feil uttale").click()
    sentence = page.locator("#narration-report blockquote").inner_text()
    assert sentence == f"{text_of(page, 0)} {text_of(page, 1)}"
    for word, address in (("Stopper", "title"), ("solgte", "lead"), ("noe", "lead")):
        expect(page.get_by_label("Ordet som uttales feil")).to_be_focused()
        page.keyboard.type(word)
        page.keyboard.press("Enter")
        expect(page.locator("#narration-report")).to_contain_text("Redaksjonen hører på det.")
        assert page.recording.posts[-1] == ("uttale", f"word={word}&address={address}")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Meld feil uttale").click()


def test_a_sound_that_does_not_come_is_told_in_words(record, complaints):
    page = record()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/prove/lyd.wav", hold)
    page.locator(".narration-play").click()
    wait_for(page, ARRIVED)
    for _ in range(3_000):  # the sound's request may come after the modules'
        if not held:
            page.wait_for_timeout(20)
    held[0].fulfill(status=404)
    said = "Lyden kunne ikke hentes. Last siden på nytt."
    expect(page.locator(".narration-error")).to_have_text(said)
    expect(page.locator(".narration-error")).to_be_visible()
    again = player(page).get_by_role("button", name="Hør artikkelen").bounding_box()
    assert page.locator(".narration-error").bounding_box()["x"] >= again["x"] + again["width"]
    expect(page.locator("narration-slider")).to_be_hidden()
    page.unroute("**/prove/lyd.wav", hold)
    play(page)
    expect(page.locator(".narration-error")).to_be_hidden()
    complaints.clear()  # of the answer 404


def test_a_sound_that_does_not_come_is_told_further_down_as_well(record, complaints):
    page = record(WHOLE, options=PHONE)
    page.route("**/prove/lyd.wav", lambda route: route.fulfill(status=404))
    page.evaluate(SCROLL, 1500)
    page.evaluate(SCROLL, -100)
    page.locator(".bar [data-do=toggle]").click()
    wait_for(page, IS_TOLD)
    complaints.clear()  # of the answer 404


def test_without_marks_the_sound_plays(record, complaints):
    page = record()
    page.route("**/prove/merker.json", lambda route: route.fulfill(status=404))
    play(page, is_marked=False)
    wait_for(page, f"{TIME} > 0.5")
    complaints.clear()  # of the answer 404


def test_this_browser_keeps_a_visitors_position_until_the_end(record):
    page = record(WHOLE)
    play(page)
    seek(page, 20)
    wait_for(page, f"{TIME} > 20")
    page.goto("/om/")
    page.goto(WHOLE)
    expect(page.locator(".narration-play")).to_contain_text("Hør videre")
    play(page)
    wait_for(page, f"{TIME} >= 19")
    assert page.evaluate(TIME) < 30
    seek(page, 10_000)
    expect(player(page)).to_have_attribute("data-state", "idle")
    assert page.evaluate("localStorage.length") == 0


def test_the_portal_keeps_a_members_position(record):
    page = record(WHOLE, MEMBER, position=12, position_url="/prove/post/sted")
    play(page)
    wait_for(page, f"{TIME} >= 12")
    with page.expect_request("**/prove/post/sted"):  # each quarter of a minute
        page.evaluate("() => { const { now } = Date; Date.now = () => now() + 15_000; }")
    with page.expect_request("**/prove/post/sted") as sent:
        page.locator(".narration-play").click()
    assert 12 <= int(sent.value.post_data.removeprefix("seconds=")) < 20
    assert page.evaluate("localStorage.length") == 0
    with page.expect_request("**/prove/post/sted") as sent:
        seek(page, 10_000)
        page.locator(".narration-play").click()
    assert sent.value.post_data == "seconds=0&ended=on"


def test_keys_control_the_player_only_from_within_it(record):
    page = record(WHOLE)
    play(page)
    page.locator("#innhold").focus()
    page.keyboard.press("k")
    expect(player(page)).to_have_attribute("data-state", "playing")
    slider = page.get_by_role("slider", name="Sted i opptaket")
    for key, state in (("k", "paused"), (" ", "playing"), ("k", "paused")):
        slider.press(key)
        expect(player(page)).to_have_attribute("data-state", state)
    page.locator(".narration-play").press(" ")
    expect(player(page)).to_have_attribute("data-state", "playing")


def test_the_device_is_told_what_plays(record):
    page = record(WHOLE, artwork="/static/img/icon-180.png", next_url=NEXT)
    play(page)
    wait_for(page, "navigator.mediaSession.playbackState === 'playing'")
    told = page.evaluate(
        """() => {
          const { title, artist, artwork } = navigator.mediaSession.metadata;
          return [title, artist, new URL(artwork[0].src).pathname];
        }"""
    )
    assert told == ["Salgstrakten", "Lede salg", "/static/img/icon-180.png"]


def test_axe_finds_nothing_in_the_player(record):
    found = []
    for options in (PHONE, WIDE):
        page = record(ARTICLE, MEMBER, options=options, report_url="/prove/post/a", next_url=NEXT)
        found += violations(page)
        play(page)
        read(page, 1)
        page.locator(".narration-play").click()
        found += violations(page)
        for name in ("Kapitler", "Fart og valg", "Meld feil uttale"):
            page.get_by_role("button", name=name).locator("visible=true").first.click()
            expect(page.locator(".narration-panel:popover-open").last).to_be_visible()
            found += violations(page)
            if name == "Kapitler":
                page.keyboard.press("Escape")
    assert found == []


def test_paper_has_no_player(record):
    page = record()
    play(page)
    page.emulate_media(media="print")
    expect(player(page)).to_be_hidden()


# The browser's own voice.


@pytest.mark.parametrize("path", [ARTICLE, NEXT])
def test_late_voices_move_nothing(record, path):
    page = record(path, script=LATE + SHIFTS, options=PHONE, sound="", marks="", seconds=0)
    button = page.get_by_role("button", name="Hør artikkelen")
    page.wait_for_load_state("networkidle")
    expect(button).to_have_count(0)
    page.evaluate("document.fonts.ready.then(() => void (window.shift = 0))")
    page.evaluate("voicesArrive()")
    expect(button).to_be_visible()
    page.evaluate(SCROLL, 1)
    assert round(page.evaluate("shift"), 3) == 0


def test_the_browsers_voice_ends_at_the_gate_and_says_so(record):
    page = record(script=AT_ONCE, sound="", marks="", seconds=0, is_cut=True)
    page.get_by_role("button", name="Hør artikkelen").click()
    expect(player(page).locator("> [role=status]")).to_have_text("Resten er for medlemmer.")
    expect(page.locator("section.gate")).to_be_in_viewport()
    expect(page.locator("section.gate")).to_be_focused()  # the bar with its button has gone
    said = page.evaluate("spoken")
    assert said[0] == page.locator("h1").inner_text()
    assert len(said) == len(set(said))


def test_listening_is_not_offered_where_there_is_neither_recording_nor_voice(record):
    page = record(sound="", marks="", seconds=0)
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("button", name="Hør artikkelen")).to_have_count(0)


def test_the_browsers_voice_is_marked_and_controlled_as_a_recording_is(record):
    page = record(script=SLOW, sound="", marks="", seconds=0)
    page.get_by_role("button", name="Hør artikkelen").click()
    wait_for(page, ARRIVED)
    page.evaluate("finish()")
    wait_for(page, f"({WORDS})() === spoken[1]")
    page.locator("h1").click()
    wait_for(page, "spoken.length === 3 && spoken[2] === spoken[0]")
    page.locator(".bar").get_by_role("button", name="Pause").click()
    expect(player(page)).to_have_attribute("data-state", "paused")
    page.locator(".bar").get_by_role("button", name="Fart og valg").click()
    page.get_by_role("button", name="Avslutt lyttingen").click()
    expect(player(page)).to_have_attribute("data-state", "idle")


def test_the_browsers_voice_goes_on_in_the_next_part_when_it_comes(record):
    page = record(NEXT, script=LATE, hash="#hor", sound="", marks="", seconds=0)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("spoken.length") == 0
    page.evaluate("voicesArrive()")
    expect(player(page).locator("> [role=status]")).to_have_text("Det var alt.")
    assert page.evaluate("spoken[0]") == page.locator("h1").inner_text()


def test_a_robots_recording_gives_way_to_the_browsers_voice_unless_it_is_chosen(record):
    page = record(script=SLOW, is_natural=False, read_by="Lest av syntetisk stemme")
    play(page)
    wait_for(page, "spoken.length === 1")
    assert page.evaluate("document.querySelector('audio').paused")
    page.locator(".narration-row").get_by_role("button", name="Fart og valg").click()
    page.get_by_role("radio", name="Opplest lydfil").check()
    wait_for(page, f"{TIME} > 0.2")
    page.reload()
    play(page)
    wait_for(page, f"{TIME} > 0.2")
    assert page.evaluate("spoken.length") == 0


def test_a_person_is_heard_before_the_browsers_voice(record):
    page = record(script=SLOW)
    play(page)
    wait_for(page, f"{TIME} > 0.2")
    page.locator(".narration-row").get_by_role("button", name="Fart og valg").click()
    expect(page.get_by_role("radio", name="Opplest lydfil")).to_be_hidden()
