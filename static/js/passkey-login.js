// Signing in by passkey. allauth's own script fetches the challenge by GET. But a session stores the
// challenge, and a visitor's GET never creates a session. So this script posts the form without a
// credential to get the challenge.

class PasskeyLogin extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#logIn(event.target);
    });
  }

  async #logIn(form) {
    try {
      const how = { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } };
      const answer = await fetch(form.action, how);
      if (!answer.ok) throw new Error(answer.statusText);
      const { request_options: options } = await answer.json();
      form.elements.credential.value = JSON.stringify(await window.webauthnJSON.get(options));
      form.submit();
    } catch (exception) {
      document.dispatchEvent(new CustomEvent("allauth.error", { detail: { exception }, cancelable: true }));
    }
  }
}

customElements.define("passkey-login", PasskeyLogin);
