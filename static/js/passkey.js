/* Passkeys: says so when the phone or browser did not do it; allauth's own script does the rest. */

const show = (name) => document.querySelector(`[data-passkey-${name}]`)?.removeAttribute("hidden");

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  show("failed");
});

if (!window.PublicKeyCredential) show("missing");
