// Sends the forms, and renews the page when news come.
"use strict";
(() => {
  const { call, signIn, act, approve, draw } = window.gridtokenx;
  const status = document.getElementById("status"), main = document.getElementById("main");
  const say = (text, bad = false) => { status.textContent = text; status.classList.toggle("bad", bad); };

  // What an order would lock and cost, and whether it would have traded last quarter-hour.
  function preview() {
    const form = document.getElementById("order");
    if (!form) return;
    const wh = Number(form.energy_wh.value), price = Number(form.price.value), last = Number(form.dataset.last) / 1e6;
    const sells = form.side.value === "sell";
    const lock = sells ? `locks ${wh / 1000} GRID` : `locks ${(wh / 1000 * price).toFixed(6)} credits`;
    const fee = sells ? `, fee ${(wh / 1000 * price * form.dataset.fee / 10000).toFixed(6)} at this price` : "";
    const traded = last ? ((sells ? price <= last : price >= last) ? "; would have traded last quarter-hour" : "; would not have traded last quarter-hour") : "";
    document.getElementById("preview").textContent = wh > 0 && price > 0 && Number.isFinite(wh * price) ? lock + fee + traded : "";
  }

  function bodyOf(form) {
    const body = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
    if ("price" in body) {
      const [whole, part = ""] = body.price.split(".");
      body.price_per_kwh = String(BigInt(whole) * 1000000n + BigInt(part.padEnd(6, "0")));
      delete body.price;
    }
    return Object.keys(body).length || form.dataset.method !== "DELETE" ? body : undefined;
  }

  async function send(form) {
    if (form.dataset.approve) return approve(form.dataset.approve, form.transaction.value);
    return (form.dataset.plain ? call : act)(form.dataset.post, bodyOf(form), form.dataset.method ?? "POST");
  }

  document.addEventListener("submit", async event => {
    const form = event.target;
    if (!form.dataset.post && !form.dataset.approve) return;
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    say("Under way…");
    try {
      await send(form);
      say(form.dataset.done);
      setTimeout(renew, 1500);
    } catch (error) { say(error.message, true); }
    button.disabled = false;
  });
  document.addEventListener("input", preview);
  document.addEventListener("click", event => {
    if (event.target.closest("#sign-in, .sign-in")) signIn().catch(error => say(error.message, true));
    if (event.target.closest("#sign-out")) call("/api/auth/logout").then(() => location.assign("/")).catch(error => say(error.message, true));
  });

  function renew() {
    // Not while somebody writes: his words would be lost.
    if (main.contains(document.activeElement) && ["INPUT", "SELECT"].includes(document.activeElement.tagName)) return;
    htmx.trigger(main, "news");
  }
  let open = [];
  document.addEventListener("htmx:beforeSwap", () => { open = [...main.querySelectorAll("details[open]")].map(one => one.id); });
  document.addEventListener("htmx:afterSettle", () => {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    draw();
    preview();
  });
  let due = 0;
  addEventListener("resize", () => { clearTimeout(due); due = setTimeout(draw, 200); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

  // News: after a while without a connection the page is renewed, and goes on with the event after the last one.
  const offline = document.getElementById("offline");
  let waiting = 0, last = null;
  function heard(event) {
    last = event.lastEventId || last;
    waiting ||= setTimeout(() => { waiting = 0; renew(); }, 1500);
  }
  function listen() {
    const stream = new EventSource(last === null ? "/api/stream" : `/api/stream?after=${last}`);
    stream.onopen = () => {
      if (!offline.hidden) renew();
      offline.hidden = true;
    };
    stream.onerror = () => {
      offline.hidden = false;
      if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
    };
    for (const name of ["MarketCleared", "OrderMatched", "GridTokensMinted", "UserRegistered", "MeterRegistered", "MeterReadingSubmitted", "SellOrderCreated", "BuyOrderCreated", "OrderCancelled", "OrderExpired", "TransactionRetracted", "UserStatusUpdated", "ErcIssued", "ErcTransferred", "EmergencyPauseActivated", "EmergencyPauseDeactivated"])
      stream.addEventListener(name, heard);
  }
  listen();
  draw();
  preview();
})();
