// Applies the reader's own choice of text and colours, on every page and before the first paint:
// the one script that a page waits for. The choice is made in the reading bar (reading-bar.js) and
// is kept in this browser only. For a reader that hasn't chosen, nothing is stored.
{
  const root = document.documentElement;
  const apply = () => {
    let chosen = {};
    try {
      chosen = JSON.parse(localStorage.getItem("visning")) ?? {};
    } catch {
      // The browser keeps nothing for this site.
    }
    for (const name of ["scheme", "size", "face"]) {
      if (chosen[name]) root.dataset[name] = chosen[name];
      else delete root.dataset[name];
    }
    for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
      meta.dataset.scheme ??= meta.media.includes("dark") ? "dark" : "light";
      const { scheme } = meta.dataset;
      if (chosen.scheme) meta.media = chosen.scheme === scheme ? "all" : "not all";
      else meta.media = `(prefers-color-scheme: ${scheme})`;
    }
  };
  apply();
  addEventListener("storage", apply); // a choice in another tab, or in this one's bar
  addEventListener("pageshow", apply); // a page that the browser had kept
  // The bar needs popovers. Without them, an article looks as it does without scripts.
  if ("popover" in HTMLElement.prototype) root.dataset.bar = "";
}
