// Logging in by passkey. allauth's own script fetches the challenge by GET; a challenge is kept in a session,
// and no GET of a visitor's makes one. So it is asked for by the form itself, sent without a credential.

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
