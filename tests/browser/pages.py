"""Every kind of page of the demo, its users, and the axe-core rules that all pages must meet."""

from playwright.sync_api import Page

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
ARTICLE = "/lede-salg/salgstrakten/"
FOR_ALL = [
    "/",
    "/lede-salg/",
    ARTICLE,
    "/lede-salg/fra-selger-til-leder/",
    "/serier/",
    "/serier/alfabetisk/",
    "/forfattere/",
    "/forfattere/ragnhild-saetervag/",
    "/forfattere/ragnhild-saetervag/serier/",
    "/ordbok/",
    "/ordbok/likviditet/",
    "/ordbok/dekningsbidrag/",
    "/tema/",
    "/tema/salg/",
    "/brev/",
    "/brev/det-dere-skrev-i-margen/",
    "/om/",
    "/sok/",
    "/sok/?q=kunde",
    "/sok/?q=likviditet&tema=okonomi",
    "/sok/?q=xqzzywkpf",
    "/finnes-ikke/",
]
#: Those of them that show a member something else.
OTHERWISE_FOR_MEMBERS = ["/", "/lede-salg/", ARTICLE, "/ordbok/likviditet/", "/sok/?q=likviditet"]
FOR_VISITORS = [
    "/konto/logg-inn/",
    "/konto/logg-inn/?kode=ugyldig",
    "/konto/logg-inn/passord/",
    "/konto/bli-medlem/",
    "/konto/bli-medlem/passnokkel/",
    "/konto/passord/glemt/",
    "/brev/av/et-token-som-ingen-har/alt/",
]
FOR_MEMBERS = [
    "/konto/",
    "/konto/lesing/",
    "/konto/lesing/lagret/",
    "/konto/varsler/",
    "/konto/innlogging/",
    "/konto/innlogginger/",
    "/konto/mine-data/",
    "/konto/passnokler/",
    "/konto/identitet/?next=/konto/passnokler/ny/",
    "/konto/identitet/kode/?next=/konto/passnokler/ny/",
    "/konto/tilkoblinger/",
    "/konto/epost/",
    "/konto/passord/",
    "/konto/logg-ut/",
]

#: Without these, Chromium calls its maker's hosts at every start.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

#: Address and password of the demo's users.
MEMBER = ("medlem@example.no", "lesehest-2026")
EDITOR = ("redaktor@example.no", "rodpenn-2026")


def log_in(page: Page, address: str, password: str) -> None:
    page.locator("main").get_by_role("link", name="Passord").click()
    page.get_by_label("E-post").fill(address)
    page.get_by_label("Passord", exact=True).fill(password)
    page.locator("main").get_by_role("button", name="Logg inn", exact=True).click()
    page.wait_for_url(lambda url: "/logg-inn/" not in url)
