// Decoded data: rows of name, value and type, and rows within rows.
import { address, fold, h, number } from "./dom.js";

const ADDRESS = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;
const MOMENT = /(^|_)(at|time|timestamp|until|since|deadline|expiry)$|(At|Time|Timestamp)$/;
const INTEGER = /^-?\d+$/;

function value(row) {
  const { value: plain, type, name } = row;
  if (plain === null || plain === undefined) return h("span", { class: "none" }, "none");
  if (typeof plain === "boolean") return h("span", { class: "bool" }, String(plain));
  const text = String(plain);
  if (text === "") return h("span", { class: "none" }, "empty");
  if (type.includes("pubkey") || (type === "" && ADDRESS.test(text))) return address(text, null, true);
  if (INTEGER.test(text) && (type === "" || /^(option<)?[iu]\d/.test(type))) {
    const seconds = Number(text);
    const dated = MOMENT.test(name) && seconds > 1e9 && seconds < 5e9;
    return h("span", { class: "num" }, number(text), dated ? h("small", {}, new Date(seconds * 1000).toISOString()) : null);
  }
  return h("span", { class: /u8|bytes/.test(type) ? "hex" : "text" }, text);
}

/** Rows as a list; `path` names the place, so that what a person opened stays open. */
export function tree(rows, path = "t") {
  if (!rows.length) return h("p", { class: "empty" }, "no fields");
  return h("ul", { class: "tree" }, rows.map((row) => {
    const here = `${path}.${row.name}`;
    const type = row.type ? h("span", { class: "type" }, row.type) : null;
    if (row.parts) {
      const label = [h("span", { class: "field" }, row.name), row.value ? h("span", { class: "text" }, row.value) : null, type];
      return h("li", {}, fold(here, label, tree(row.parts, here), row.parts.length <= 12));
    }
    return h("li", { class: "leaf" }, h("span", { class: "field" }, row.name), value(row), type);
  }));
}

/** Bytes, sixteen a line: where, what, and as text. */
export function hexdump(hex, total) {
  const lines = [];
  for (let at = 0; at < hex.length; at += 32) {
    const bytes = hex.slice(at, at + 32).match(/../g);
    const text = bytes.map((byte) => { const code = parseInt(byte, 16); return code > 31 && code < 127 ? String.fromCharCode(code) : "·"; });
    lines.push(`${(at / 2).toString(16).padStart(6, "0")}  ${bytes.join(" ").padEnd(47)}  ${text.join("")}`);
  }
  if (hex.length / 2 < total) lines.push(`… ${number(total - hex.length / 2)} more bytes`);
  return h("pre", { class: "dump", tabindex: "0" }, lines.join("\n") || "no bytes");
}
