// Pages of an address, of a slot, and of all programs.
import { address, card, copy, empty, facts, fold, h, moment, number, short, slot, sol, transaction } from "./dom.js";
import { transactionRows } from "./rows.js";
import { hexdump, tree } from "./tree.js";

function heading(kind, text, name = null) {
  return h("header", { class: "page-head" }, h("p", { class: "kind" }, kind),
    name ? h("h1", {}, name) : null,
    h(name ? "p" : "h1", { class: "id" }, h("span", { class: "key" }, text), copy(text)));
}

const chips = (names) => h("p", { class: "chips" }, names.map((name) => h("span", { class: "chip" }, h("b", {}, name))));

function programCards(body) {
  const { program, owned } = body;
  const kinds = owned.kinds.map((kind) => fold(`owned.${kind.type}`,
    [h("b", {}, kind.type ?? "unknown type"), h("small", {}, `${number(kind.count)}`)],
    [h("ol", { class: "rows" }, kind.rows.map((row) => h("li", { class: "row owned" },
      h("span", {}, address(row.address, null, true)), h("span", { class: "num" }, `${number(row.space)} bytes`)))),
    kind.count > kind.rows.length ? empty(`and ${number(kind.count - kind.rows.length)} more`) : null], kind.rows.length <= 3));
  const named = [["Instructions", program.instructions], ["Events", program.events], ["Account types", program.types]];
  return [
    card("Program", [facts([
      ["Loader", program.loader], ["Code", `${number(program.bytes)} bytes`],
      ["Upgrade authority", program.authority ? address(program.authority, null, true) : "nobody"],
      ["Deployed in slot", program.deployedSlot === null ? null : number(program.deployedSlot)],
      ["Interface", program.hasIdl ? "IDL found" : "no IDL: register one, start with --idl, or publish it"],
    ]), named.filter(([, names]) => names.length).map(([title, names]) => [h("h3", {}, title), chips(names)])]),
    card("Accounts it owns", kinds.length ? kinds : empty("None."),
      h("span", { class: "count" }, number(owned.count))),
  ];
}

/** Draws the answer of `address/…`. */
export function accountPage(body) {
  const kind = !body.exists ? "Address" : body.executable ? "Program" : "Account";
  const parts = [heading(kind, body.address, body.label)];
  if (body.exists) {
    parts.push(card("State", facts([
      ["Balance", h("strong", {}, sol(body.lamports))],
      ["Owner", [address(body.owner, body.ownerLabel, true)]],
      ["Data", `${number(body.space)} bytes`],
    ])));
    if (body.decoded) {
      parts.push(card(body.decoded.type, tree(body.decoded.rows), h("span", { class: "by" }, `decoded by ${body.decoded.by}`), { id: "decoded" }));
    }
    if (body.program) parts.push(...programCards(body));
    if (body.space) parts.push(card("Bytes", fold("bytes", `Show ${number(Math.min(body.space, body.data.length / 2))} bytes`, hexdump(body.data, body.space))));
  } else {
    parts.push(card("State", empty("There is no account here at the moment.")));
  }
  if (body.tokens.length) {
    parts.push(card("Token accounts", h("ol", { class: "rows" }, body.tokens.map((row) => h("li", { class: "row token" },
      h("span", {}, address(row.address)), h("span", { class: "num" }, h("b", {}, row.amount)), h("span", {}, "of ", address(row.mint)))))));
  }
  parts.push(card("Recent transactions", transactionRows(body.transactions), null, { id: "transactions" }));
  return parts;
}

/** Draws the answer of `slot/…`. */
export function slotPage(body) {
  return [
    h("header", { class: "page-head" }, h("p", { class: "kind" }, "Slot"), h("h1", {}, number(body.slot)),
      h("p", { class: "pager" }, body.slot > 0 ? h("a", { href: `#/slot/${body.parent}` }, "← earlier") : null,
        body.open ? h("span", { class: "badge" }, "open") : h("a", { href: `#/slot/${body.slot + 1}` }, "later →"))),
    card("Block", facts([
      ["Blockhash", h("span", { class: "key" }, body.blockhash)], ["Previous", h("span", { class: "key" }, body.previousBlockhash)],
      ["Parent slot", slot(body.parent)], ["Height", number(body.height)], ["Time", moment(body.time)],
    ])),
    card("Transactions", transactionRows(body.rows), h("span", { class: "count" }, number(body.rows.length)), { id: "transactions" }),
  ];
}

function programRows(rows) {
  if (!rows.length) return empty("No program was deployed yet. Start with --bpf-program or --anchor-toml, or deploy one.");
  return h("ol", { class: "rows" }, rows.map((row) => h("li", { class: "row program" },
    h("span", { class: "sig" }, address(row.address, row.name ?? short(row.address)), row.hasIdl ? h("span", { class: "badge ok" }, "IDL") : null),
    h("span", { class: "key dim" }, short(row.address, 8)),
    h("span", { class: "num" }, `${number(row.bytes)} bytes`),
    h("span", { class: "from" }, row.authority ? ["upgradeable by ", address(row.authority)] : h("span", { class: "none" }, "cannot be upgraded")),
    h("span", { class: "when" }, row.lastCall ? [transaction(row.lastCall.signature, 4), moment(row.lastCall.time)] : h("span", { class: "none" }, "not called yet")))));
}

/** Draws the answer of `programs`. */
export function programsPage(body) {
  return [
    h("header", { class: "page-head" }, h("h1", {}, "Programs")),
    card("On this chain", programRows(body.deployed), h("span", { class: "count" }, number(body.deployed.length)), { id: "deployed" }),
    card("On every chain", programRows(body.standard), h("span", { class: "count" }, number(body.standard.length))),
  ];
}
