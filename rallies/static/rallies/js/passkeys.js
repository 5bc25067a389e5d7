// Passkeys: what the site asks of one, and what it answers, go through a form; bytes travel as base64url.

const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const textOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withBytes = (credentials = []) => credentials.map((credential) => ({ ...credential, id: bytesOf(credential.id) }));

function asked({ publicKey }) {
  const asked = { ...publicKey, challenge: bytesOf(publicKey.challenge) };
  if (publicKey.user) asked.user = { ...publicKey.user, id: bytesOf(publicKey.user.id) };
  if (publicKey.excludeCredentials) asked.excludeCredentials = withBytes(publicKey.excludeCredentials);
  if (publicKey.allowCredentials) asked.allowCredentials = withBytes(publicKey.allowCredentials);
  return asked;
}

function answer(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = textOf(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

async function optionsOf(form) {
  if (form.dataset.passkey !== "fetch") return JSON.parse(form.querySelector("script").textContent);
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

async function credentialOf(form) {
  const options = await optionsOf(form);
  if (form.dataset.passkey !== "create") return navigator.credentials.get({ publicKey: asked(options.request_options) });
  const publicKey = asked(options.creation_options);
  const isAlone = form.querySelector("[name=passwordless]").checked;
  publicKey.authenticatorSelection = {
    ...publicKey.authenticatorSelection,
    residentKey: isAlone ? "required" : "preferred",
    requireResidentKey: isAlone,
    userVerification: isAlone ? "required" : "preferred",
  };
  return navigator.credentials.create({ publicKey });
}

// Absent without https, but on localhost.
if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const failed = form.querySelector("[data-passkey-failed]");
    form.querySelector("[data-passkey-without]").hidden = true;
    form.querySelector("[data-passkey-with]").hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      failed.hidden = true;
      try {
        form.elements.credential.value = JSON.stringify(answer(await credentialOf(form)));
      } catch {
        failed.hidden = false;
        return;
      }
      form.submit();
    });
  }
}
