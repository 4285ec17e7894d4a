// Lists of transactions.
import { address, empty, h, moment, number, slot, sol, transaction } from "./dom.js";

function titles(items) {
  const counted = new Map();
  for (const item of items) counted.set(item, (counted.get(item) ?? 0) + 1);
  const chips = [...counted].filter(([name]) => !name.startsWith("Compute Budget") || counted.size === 1);
  return chips.slice(0, 4).map(([name, count]) => {
    const [program, instruction] = name.split(": ");
    return h("span", { class: "chip", title: name },
      instruction ? [h("b", {}, instruction), h("span", { class: "of" }, program)] : h("b", {}, program),
      count > 1 ? ` ×${count}` : null);
  }).concat(chips.length > 4 ? [h("span", { class: "chip more" }, `+${chips.length - 4}`)] : []);
}

/** Transactions, newest first. seen: signatures that were there before; the others light up once. */
export function transactionRows(rows, seen = null) {
  if (!rows.length) return empty("No transactions yet. Send one and it appears here.");
  return h("ol", { class: "rows" }, rows.map((row) =>
    h("li", { class: `row tx ${row.ok ? "" : "failed"} ${seen && !seen.has(row.signature) ? "new" : ""}`, "data-signature": row.signature },
      h("span", { class: `mark ${row.ok ? "ok" : "bad"}`, title: row.ok ? "Success" : "Failed" }, row.ok ? "✓" : "✕"),
      h("span", { class: "sig" }, transaction(row.signature)),
      h("span", { class: "what" }, titles(row.titles)),
      h("span", { class: "from" }, address(row.payer)),
      h("span", { class: "cu", title: `fee ${sol(String(row.fee))}` }, number(row.units), h("small", {}, "CU")),
      h("span", { class: "when" }, h("span", {}, slot(row.slot)), moment(row.time)))));
}
