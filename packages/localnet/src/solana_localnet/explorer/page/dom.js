// Building the page: elements, links and numbers. Text only ever becomes text nodes, never markup.

/** An element. props: attributes; `class`, `on*` handlers and `style` objects as one expects. Children may be nested. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const short = (text, size = 4) => (text.length > 2 * size + 1 ? `${text.slice(0, size)}…${text.slice(-size)}` : text);

const grouped = (digits) => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");

/** A whole number, as number or text, with separators. */
export function number(value) {
  const text = String(value);
  return text.startsWith("-") ? `-${grouped(text.slice(1))}` : grouped(text);
}

/** Lamports (as text) in SOL, exactly. */
export function sol(lamports) {
  const negative = lamports.startsWith("-");
  const digits = (negative ? lamports.slice(1) : lamports).padStart(10, "0");
  const fraction = digits.slice(-9).replace(/0+$/, "");
  return `${negative ? "-" : ""}${grouped(digits.slice(0, -9))}${fraction ? "." + fraction : ""} SOL`;
}

const TIME = { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false };
const DAY = { day: "numeric", month: "short" };

/** A moment: its time today, or the date as well. */
export function moment(seconds) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return h("span", {}, String(seconds));
  const today = date.toDateString() === new Date().toDateString();
  const day = today ? "" : `${date.toLocaleDateString("en-GB", date.getFullYear() === new Date().getFullYear() ? DAY : { ...DAY, year: "numeric" })} `;
  const text = day + date.toLocaleTimeString("en-GB", TIME);
  return h("time", { datetime: date.toISOString(), title: date.toISOString() }, text);
}

/** A link to an address: its name where it has one, else the address, whole or cut. */
export function address(key, label = null, whole = false) {
  const text = label ?? (whole ? key : short(key));
  return h("a", { class: label ? "name" : "key", href: `#/address/${key}`, title: key }, text);
}

export const transaction = (signature, size = 6) =>
  h("a", { class: "key", href: `#/tx/${signature}`, title: signature }, size ? short(signature, size) : signature);

export const slot = (value) => h("a", { href: `#/slot/${value}` }, number(value));

/** A button that copies `text`. */
export function copy(text) {
  const button = h("button", { type: "button", class: "copy", title: "Copy", "aria-label": "Copy" }, "copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "copied";
    setTimeout(() => (button.textContent = "copy"), 1200);
  });
  return button;
}

export const badge = (ok) => h("span", { class: ok ? "badge ok" : "badge bad" }, ok ? "Success" : "Failed");

/** A titled box. extra: what stands at the right of the title. */
export function card(title, body, extra = null, props = {}) {
  const head = h("div", { class: "card-head" }, h("h2", {}, title), extra);
  return h("section", { ...props, class: `card ${props.class ?? ""}` }, head, body);
}

/** Names and values, one under the other. Rows without a value are left out. */
export function facts(rows) {
  const shown = rows.filter(([, value]) => value !== null && value !== undefined);
  return h("dl", { class: "facts" }, shown.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

export const empty = (text) => h("p", { class: "empty" }, text);

/** A part that opens; `key` keeps it open when the page is drawn anew. */
export function fold(key, title, body, open = false) {
  return h("details", { "data-key": key, open }, h("summary", {}, title), body);
}
