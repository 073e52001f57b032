// Fetches the sign-in module when focus enters the gate, or at once if the gate asks for a code.
const gate = document.querySelector("sign-in");
if (gate?.querySelector(".code")) import(gate.dataset.module);
gate?.addEventListener("focusin", () => import(gate.dataset.module), { once: true });

// After a sign-in, go on from the paragraph where the text was cut. The reload alone would scroll to
// the gate's old position.
if (history.state?.isIn) {
  history.replaceState(null, "");
  const rest = document.getElementById("les-videre");
  rest.tabIndex = -1;
  rest.focus({ preventScroll: true });
  rest.scrollIntoView({ behavior: "instant" });
  // Only now: until the page has loaded, the browser would still scroll back to that position.
  addEventListener("pagehide", () => (history.scrollRestoration = "auto"), { once: true });
}
