// The address that a pasted link keeps, or null. A link of a word processor can lead into its own
// document, to a file on the writer's machine, or, since the browser completes it, into the panel.
const KEPT = ["http:", "https:", "mailto:", "tel:"];
const PANEL = /^\/admin(\/|$)/;
// The panel of this portal under another name, or of another one: no reader can follow it.
const ANY_PANEL = /^\/admin\/(pages|images|snippets|documents)\//;

pasting.address = (href, origins = [location.origin], wraps = 3) => {
  const text = String(href ?? "").replace(/[\u0000-\u0020\u007f-\u009f]+/g, "");
  if (/^\/(?![/\\])/.test(text)) return within(new URL(text, location.origin));
  let url;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  if (!KEPT.includes(url.protocol)) return null;
  const wrapped = wraps && inside(url);
  if (wrapped) return pasting.address(wrapped, origins, wraps - 1);
  if (origins.includes(url.origin)) return within(url);
  if (ANY_PANEL.test(url.pathname)) return null;
  return url.href.replace(/#:~:text=.*$/, "");
};

// A page of ours keeps its path only, so that it works under any host name.
function within(url) {
  if (PANEL.test(decoded(url.pathname))) return null;
  const hash = /^#(_|:~:)/.test(url.hash) ? "" : url.hash;
  return url.pathname + url.search + hash;
}

function decoded(path) {
  try {
    return decodeURIComponent(path).replace(/\/{2,}/g, "/").toLowerCase();
  } catch {
    return path.toLowerCase();
  }
}

// Google Docs and Outlook lead each link through a page of their own.
function inside(url) {
  if (/(^|\.)google\.[a-z.]+$/.test(url.hostname) && url.pathname === "/url") {
    return url.searchParams.get("q") ?? url.searchParams.get("url");
  }
  if (url.hostname.endsWith(".safelinks.protection.outlook.com")) return url.searchParams.get("url");
  return null;
}
