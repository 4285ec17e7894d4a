// The page of one transaction: what it did, what each instruction used, and what it said.
import { address, badge, card, copy, empty, facts, fold, h, moment, number, short, slot, sol } from "./dom.js";
import { tree } from "./tree.js";

const COLOURS = 6;
const label = (one) => one.programName ?? short(one.program);

function title(one) {
  return [h("b", {}, one.name ?? "unknown instruction"), h("span", { class: "of" }, address(one.program, label(one)))];
}

function bar(one, colour, total, number_) {
  const share = total ? (100 * (one.units ?? 0)) / total : 0;
  return h("li", { class: `bar ${one.ok === false ? "failed" : ""}`, style: { "--depth": String(one.depth - 1) } },
    h("a", { class: "bar-name", href: location.hash, onclick: (event) => { event.preventDefault(); document.getElementById(number_)?.scrollIntoView({ behavior: "smooth", block: "center" }); } },
      one.name ?? "unknown", h("span", { class: "of" }, label(one))),
    h("span", { class: "bar-track" }, h("span", { class: `bar-fill c${colour}`, style: { width: `${Math.max(share, one.units ? 0.5 : 0)}%` } })),
    h("span", { class: "bar-value" }, one.units === undefined || one.units === null ? "–" : `${one.estimated ? "≈" : ""}${number(one.units)}`));
}

function computeCard(tx) {
  const programs = [...new Set(tx.instructions.flatMap((one) => [one, ...one.inner]).map((one) => one.program))];
  const colour = (one) => programs.indexOf(one.program) % COLOURS;
  const rows = tx.instructions.flatMap((one, index) =>
    [bar(one, colour(one), tx.units, `i${index}`), ...one.inner.map((inner, at) => bar(inner, colour(inner), tx.units, `i${index}-${at}`))]);
  const stack = h("div", { class: "stack", "aria-hidden": "true" }, tx.instructions.map((one) =>
    h("span", { class: `c${colour(one)}`, title: `${one.name ?? label(one)}: ${number(one.units ?? 0)} CU`, style: { "flex-grow": String(one.units ?? 0) } })));
  return card("Compute units", [stack, h("ol", { class: "bars" }, rows)],
    h("span", { class: "count" }, `${number(tx.units)} CU`), { id: "compute" });
}

function accountList(accounts, key) {
  if (!accounts.length) return null;
  const named = accounts.some((one) => one.name);
  return fold(`${key}.accounts`, `${accounts.length} accounts`, h("ol", { class: "accounts" }, accounts.map((one) => h("li", {},
    named ? h("span", { class: "field" }, one.name ?? "") : null, address(one.address, one.label, true),
    one.signer ? h("span", { class: "flag" }, "signer") : null, one.writable ? h("span", { class: "flag w" }, "writable") : null))), accounts.length <= 8);
}

function events(list, key) {
  return list.map((event, index) => h("div", { class: "event" },
    h("p", { class: "event-name" }, "⚡ ", h("b", {}, event.name), h("small", {}, "event")), tree(event.fields, `${key}.e${index}`)));
}

function instruction(one, key, index) {
  const known = one.name !== null;
  return h("li", { id: key, class: `instruction ${one.ok === false ? "failed" : ""}`, style: { "--depth": String(one.depth - 1) } },
    h("div", { class: "ix-head" }, h("span", { class: "ix-index" }, index), title(one),
      h("span", { class: "cu" }, one.units === undefined || one.units === null ? "" : `${one.estimated ? "≈" : ""}${number(one.units)} CU`)),
    one.failure ? h("p", { class: "failure" }, one.failure) : null,
    one.arguments.length ? tree(one.arguments, `${key}.a`) : null,
    events(one.events, key),
    accountList(one.accounts, key),
    one.data ? fold(`${key}.data`, `${one.data.length / 2} bytes of data`, h("pre", { class: "wrap" }, one.data), !known) : null);
}

function instructionCards(tx) {
  return tx.instructions.map((one, index) => [
    instruction(one, `i${index}`, `#${index + 1}`),
    one.inner.map((inner, at) => instruction(inner, `i${index}-${at}`, `#${index + 1}.${at + 1}`)),
  ]);
}

const KINDS = [[/ invoke \[\d+\]$/, "invoke"], [/ success$/, "good"], [/ failed: |^Program log: (AnchorError|Error)/, "fail"],
  [/ consumed \d+ of /, "dim"], [/^Program data: /, "data"], [/^Program (log|return): /, "log"]];

function logs(lines) {
  let depth = 0;
  return h("ol", { class: "logs", tabindex: "0" }, lines.map((line) => {
    const said = line.startsWith("Program log: ") || line.startsWith("Program data: ");
    const invoke = said ? null : line.match(/^Program \w+ invoke \[(\d+)\]$/);
    if (invoke) depth = Number(invoke[1]) - 1;
    const here = depth;
    if (!said && /^Program \w+ (success$|failed: )/.test(line)) depth = Math.max(0, depth - 1);
    const kind = KINDS.find(([pattern]) => pattern.test(line));
    return h("li", { class: kind ? kind[1] : "", style: { "--depth": String(here) } }, line);
  }));
}

function balanceRows(rows) {
  const list = (some) => h("ol", { class: "rows" }, some.map((row) => h("li", { class: "row balance" },
    h("span", {}, address(row.address, row.label), row.signer ? h("span", { class: "flag" }, "signer") : null, row.writable ? h("span", { class: "flag w" }, "writable") : null),
    h("span", { class: "num" }, sol(row.after)),
    h("span", { class: `num change ${row.change === "0" ? "none" : row.change.startsWith("-") ? "down" : "up"}` },
      row.change === "0" ? "–" : `${row.change.startsWith("-") ? "" : "+"}${sol(row.change)}`))));
  const changed = rows.filter((row) => row.change !== "0");
  const same = rows.filter((row) => row.change === "0");
  return [list(changed), same.length ? fold("same", `${same.length} unchanged`, list(same), !changed.length) : null];
}

function tokenRows(rows) {
  return h("ol", { class: "rows" }, rows.map((row) => h("li", { class: "row balance" },
    h("span", {}, address(row.owner), h("small", {}, "in "), address(row.address), h("small", {}, "of "), address(row.mint)),
    h("span", { class: "num" }, row.after),
    h("span", { class: `num change ${row.change.startsWith("-") ? "down" : "up"}` }, row.change))));
}

function problem(error) {
  const where = error.instruction === null ? "" : `Instruction #${error.instruction + 1} failed`;
  return h("div", { class: "problem", role: "note" },
    h("strong", {}, error.name ? `${error.program}: ${error.name}` : error.text),
    error.message ? h("p", {}, error.message) : null,
    h("p", { class: "dim" }, error.name ? `${where}. ${error.text}` : where));
}

/** Draws the answer of `tx/…`. */
export function transactionPage(tx) {
  return [
    h("header", { class: "page-head" }, h("p", { class: "kind" }, "Transaction ", badge(tx.ok)),
      h("h1", { class: "id" }, h("span", { class: "key" }, tx.signature), copy(tx.signature))),
    tx.error ? problem(tx.error) : null,
    h("div", { class: "columns tx-head" },
      card("Summary", facts([
        ["Slot", [slot(tx.slot), h("small", {}, `${tx.index + 1} of ${number(tx.transactionsInSlot)}`)]], ["Time", moment(tx.time)], ["Fee", sol(String(tx.fee))],
        ["Signers", tx.signatures.length], ["Version", String(tx.version)], ["Size", `${number(tx.bytes)} bytes`],
        ["Blockhash", h("span", { class: "key", title: tx.blockhash }, short(tx.blockhash, 8))],
      ])),
      tx.instructions.length ? computeCard(tx) : null),
    card("Instructions", h("ol", { class: "instructions" }, instructionCards(tx)), h("span", { class: "count" }, number(tx.instructions.length)), { id: "instructions" }),
    tx.tokens.length ? card("Token changes", tokenRows(tx.tokens)) : null,
    card("Balances", balanceRows(tx.balances), null, { id: "balances" }),
    card("Logs", tx.logs.length ? logs(tx.logs) : empty("No program wrote a log."), null, { id: "logs" }),
  ].filter(Boolean);
}
