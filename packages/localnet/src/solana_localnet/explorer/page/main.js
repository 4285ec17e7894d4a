// The explorer's frame: which page is shown, when it is drawn anew, the search box, the theme.
import { empty, number } from "./dom.js";
import { Live } from "./live.js";
import { accountPage, programsPage, slotPage } from "./places.js";
import { homePage } from "./home.js";
import { transactionPage } from "./transaction.js";

const API = "/explorer/api/";
const REDRAW_MS = 300;
const view = document.getElementById("view");
const notice = document.getElementById("notice");
const query = document.getElementById("query");

// on: what makes the page stale.
const PAGES = {
  home: { path: () => "overview", draw: homePage, on: ["transaction", "slot"] },
  programs: { path: () => "programs", draw: programsPage, on: ["transaction"] },
  tx: { path: (argument) => `tx/${argument}`, draw: transactionPage, on: [], waits: true },
  address: { path: (argument) => `address/${argument}`, draw: accountPage, on: ["account"], watches: true, waits: true },
  slot: { path: (argument) => `slot/${argument}`, draw: slotPage, on: ["transaction"], waits: true },
};

let shown = { name: "home", argument: "" };
let missing = false;
let drawing = false;
let stale = false;
let timer = null;

function route() {
  const [, name = "", argument = ""] = location.hash.split("/");
  return { name: name === "" ? "home" : name, argument: decodeURIComponent(argument) };
}

function say(text) {
  notice.textContent = text;
  notice.hidden = !text;
}

async function ask(path) {
  const response = await fetch(API + path);
  const body = await response.json();
  if (!response.ok) throw Object.assign(new Error(body.error), { status: response.status });
  return body;
}

function replace(nodes) {
  const open = new Map([...view.querySelectorAll("details[data-key]")].map((part) => [part.dataset.key, part.open]));
  const scrolled = [...view.querySelectorAll("pre")].map((part) => part.scrollTop);
  view.replaceChildren(...nodes);
  for (const part of view.querySelectorAll("details[data-key]")) {
    if (open.has(part.dataset.key)) part.open = open.get(part.dataset.key);
  }
  view.querySelectorAll("pre").forEach((part, index) => { part.scrollTop = scrolled[index] ?? 0; });
}

async function draw(fresh) {
  if (drawing) { stale = true; return; }
  drawing = true;
  stale = false;
  const wanted = shown;
  const page = PAGES[wanted.name];
  try {
    const nodes = page ? page.draw(await ask(page.path(encodeURIComponent(wanted.argument))), wanted.argument, fresh) : null;
    if (wanted === shown) {
      missing = false;
      replace(nodes ?? [empty("There is no such page.")]);
      if (fresh) window.scrollTo(0, 0);
    }
  } catch (error) {
    missing = error.status === 404;
    if (fresh && wanted === shown) replace([empty(missing ? "Nothing like this is known here. If it arrives, it is shown." : error.message)]);
  } finally {
    drawing = false;
    if (wanted !== shown) draw(true);
    else if (stale) later();
  }
}

/** Draws the page again soon; many changes are one drawing. */
function later() {
  timer ??= setTimeout(() => { timer = null; draw(false); }, REDRAW_MS);
}

function changed(kind) {
  const page = PAGES[shown.name];
  if (page && !document.hidden && (page.on.includes(kind) || (missing && page.waits && kind !== "slot"))) later();
}

function open() {
  shown = route();
  const page = PAGES[shown.name];
  live.watch(page?.watches ? shown.argument : null);
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.page === shown.name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${shown.argument ? shown.argument.slice(0, 8) + " · " : ""}localnet`;
  say("");
  draw(true);
}

const live = new Live({
  slot: (slot) => {
    document.getElementById("live-text").textContent = number(slot);
    changed("slot");
  },
  transaction: () => changed("transaction"),
  account: () => changed("account"),
  state: (connected) => {
    document.getElementById("live").classList.toggle("on", connected);
    document.getElementById("live-text").textContent = connected ? "live" : "reconnecting";
    if (connected) later();
  },
});

// Counts the searches: the answer of one that is not the newest changes nothing.
let searches = 0;
document.getElementById("search").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = query.value.trim();
  if (!text) return;
  const search = ++searches;
  // The box is free for the next text before the answer is here.
  query.value = "";
  query.blur();
  say("");
  try {
    const { target } = await ask(`search?q=${encodeURIComponent(text)}`);
    if (search === searches) location.hash = target;
  } catch (error) {
    if (search !== searches) return;
    if (!query.value) query.value = text;
    say(error.status === 404 ? "That is no signature, address, slot or program known here." : error.message);
  }
});

const THEMES = ["auto", "light", "dark"];
function theme(name) {
  document.documentElement.dataset.theme = name;
  document.getElementById("theme").textContent = { auto: "◐", light: "☀", dark: "☾" }[name];
  localStorage.setItem("theme", name);
}
theme(THEMES.includes(localStorage.getItem("theme")) ? localStorage.getItem("theme") : "auto");
document.getElementById("theme").addEventListener("click", () => {
  theme(THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length]);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== query) { event.preventDefault(); query.focus(); }
  if (event.key === "Escape") query.blur();
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) later(); });
window.addEventListener("hashchange", open);
open();
