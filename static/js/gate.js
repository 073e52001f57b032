// What signs in at the gate is fetched when somebody turns to it.
const gate = document.querySelector("sign-in");
if (gate?.querySelector(".code")) import(gate.dataset.module);
gate?.addEventListener("focusin", () => import(gate.dataset.module), { once: true });

// Just let in: on from the paragraph where the text was cut. A reload would go to where the gate was.
if (history.state?.isIn) {
  history.replaceState(null, "");
  const rest = document.getElementById("les-videre");
  rest.tabIndex = -1;
  rest.focus({ preventScroll: true });
  rest.scrollIntoView({ behavior: "instant" });
  // Not before: until the page is loaded, the browser would still go back to where the gate was.
  addEventListener("pagehide", () => (history.scrollRestoration = "auto"), { once: true });
}
