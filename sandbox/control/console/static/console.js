"use strict";
// Every form with data-path makes one documented call; the page then shows the new state.
const say = (text, bad) => {
  const place = document.getElementById("told");
  place.textContent = text;
  place.className = bad ? "told bad" : "told good";
};

const read = (form) => {
  const body = JSON.parse(form.dataset.body || "{}");
  for (const field of form.elements) {
    if (!field.name) continue;
    if (field.dataset.kind === "check") body[field.name] = field.checked;
    else if (field.value === "") continue;
    else if (["number", "integer"].includes(field.dataset.kind)) body[field.name] = Number(field.value);
    else if (field.dataset.kind === "moment") body[field.name] = `${field.value}Z`;
    else body[field.name] = field.value;
  }
  return body;
};

const refresh = async () => {
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = document.activeElement?.id;
  const open = [...document.querySelectorAll("details[open][id]")].map((one) => one.id);
  for (const id of ["content", "clock"]) {
    document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
  }
  open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  if (focused) (document.getElementById(focused) || document.getElementById("content")).focus();
};

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.path) return;
  event.preventDefault();
  const label = form.querySelector("button").textContent.trim();
  if (form.dataset.danger && form.dataset.armed !== "yes") {
    form.dataset.armed = "yes";
    form.querySelector("button").textContent = `${label}: press again`;
    return;
  }
  const body = read(form);
  const options = { method: form.dataset.method, headers: {} };
  if (options.method !== "DELETE") {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  try {
    const answer = await fetch(form.dataset.path, options);
    const content = answer.status === 204 ? {} : await answer.json();
    if (!answer.ok) {
      say(content.detail || `The sandbox answered ${answer.status}.`, true);
      return;
    }
    if (form.dataset.then) {
      location.assign(form.dataset.then);
      return;
    }
    if (content.access_token) await navigator.clipboard.writeText(content.access_token);
    await refresh();
    if (content.access_token) say("The access token is in the clipboard.");
    else say(`Done: ${label.replace(": press again", "").toLowerCase()}.`);
  } catch (error) {
    say(`The sandbox did not answer: ${error.message}`, true);
  }
});

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const curl = (data) => {
  const url = location.origin + data.url;
  const parts = [`curl -X ${data.method} ${quoted(url)}`];
  if (data.token) parts.push('-H "Authorization: Bearer $TOKEN"');
  if (data.app) parts.push(`-H ${quoted(`X-APP-NAME: ${data.app}`)}`);
  if (data.type) parts.push(`-H ${quoted(`Content-Type: ${data.type}`)}`);
  if (data.body) parts.push(`--data ${quoted(data.body)}`);
  return parts.join(" ");
};

let paused = false;
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.url) {
    await navigator.clipboard.writeText(curl(button.dataset));
    say("The curl command is in the clipboard.");
  } else if (button.id === "pause") {
    paused = !paused;
    button.setAttribute("aria-pressed", String(paused));
    button.textContent = paused ? "Go on" : "Pause";
  }
});

setInterval(async () => {
  const live = document.querySelector("[data-live]");
  if (!live || paused || document.hidden) return;
  try {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-live]");
    // What is opened or focused stays as it is while it is looked at.
    if (live.contains(document.activeElement) || live.querySelector("details[open]")) return;
    live.replaceChildren(...fresh.childNodes);
  } catch {
    say("The sandbox does not answer; the list stands still.", true);
  }
}, 1500);
