// The overview: counters, a strip of the last slots, busy blocks, recent transactions.
import { card, copy, empty, h, moment, number, short, slot } from "./dom.js";
import { transactionRows } from "./rows.js";

let seen = null;

function strip(slots) {
  const most = Math.max(1, ...slots.map((one) => one.transactions));
  return h("div", { class: "strip", role: "img", "aria-label": `Transactions of the last ${slots.length} slots` },
    slots.map((one, index) => h("a", {
      href: `#/slot/${one.slot}`, tabindex: "-1",
      title: `slot ${number(one.slot)}: ${one.transactions} transactions`,
      class: `${one.transactions ? "busy" : ""} ${index === slots.length - 1 ? "open" : ""}`,
      style: { height: `${one.transactions ? 20 + 80 * Math.sqrt(one.transactions / most) : 8}%` },
    })));
}

function counter(name, value, note = null, title = null) {
  return h("div", { class: "counter", title }, h("span", { class: "what" }, name), h("strong", {}, value), note);
}

/** Draws the answer of `overview`. */
export function homePage(chain, _argument, fresh) {
  const previous = fresh ? null : seen;
  seen = new Set(chain.transactions.map((row) => row.signature));
  const blocks = chain.blocks.length
    ? h("ol", { class: "rows" }, chain.blocks.map((block) => h("li", { class: "row block" },
        h("span", {}, slot(block.slot)),
        h("span", { class: "num" }, `${number(block.transactions)} tx`),
        h("span", { class: "when" }, moment(block.time)))))
    : empty("Slots with transactions appear here.");
  return [
    h("section", { class: "head" },
      h("div", { class: "counters" },
        counter("Slot", number(chain.slot), chain.paused ? h("span", { class: "badge" }, "paused") : null),
        counter("Transactions", number(chain.transactionCount)),
        counter("Epoch", number(chain.epoch), h("small", {}, `block height ${number(chain.height)}`)),
        counter("Chain time", moment(chain.time)),
        counter("Genesis", h("span", { class: "key" }, short(chain.genesisHash)), copy(chain.genesisHash), chain.genesisHash)),
      strip(chain.strip)),
    h("div", { class: "columns" },
      card("Transactions", transactionRows(chain.transactions, previous), null, { id: "transactions", class: "wide" }),
      card("Busy slots", blocks, null, { id: "blocks" })),
  ];
}
