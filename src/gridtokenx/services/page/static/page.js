// Draws the charts, sends the forms, and renews the page when news come.
"use strict";
(() => {
  const { call, signIn, act } = window.gridtokenx;
  const status = document.getElementById("status");
  const say = (text, bad = false) => { status.textContent = text; status.classList.toggle("bad", bad); };
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const charts = [];

  function draw() {
    while (charts.length) charts.pop().destroy();
    for (const place of document.querySelectorAll(".chart")) {
      place.replaceChildren();
      const points = JSON.parse(place.dataset.points);
      if (!points.length) { place.textContent = "Nothing yet."; continue; }
      const column = index => points.map(point => point[index]);
      const axis = { stroke: css("--fg"), grid: { stroke: css("--line") } };
      const kind = place.dataset.chart;
      const kwh = index => column(index).map(wh => wh / 1000);
      const options = { width: place.clientWidth, height: 210, axes: [{ ...axis }, { ...axis }], legend: { show: false }, cursor: { show: false } };
      let data;
      if (kind === "price") {
        data = [column(0), column(1).map(p => p / 1e6 || null), kwh(2)];
        options.scales = { kwh: {} };
        options.axes.push({ ...axis, side: 1, scale: "kwh", grid: { show: false } });
        options.series = [{}, { label: "price", stroke: css("--go"), width: 2 }, { label: "kWh", stroke: css("--good"), scale: "kwh" }];
      } else if (kind === "curves") {
        data = [column(0).map(p => p / 1e6), kwh(1), kwh(2)];
        options.scales = { x: { time: false } };
        options.series = [{}, { label: "supply", stroke: css("--go"), width: 2 }, { label: "demand", stroke: css("--bad"), width: 2 }];
      } else {
        data = [column(0), kwh(1), kwh(2)];
        options.series = [{}, { label: "generated", stroke: css("--good"), width: 2 }, { label: "used", stroke: css("--go"), width: 2 }];
      }
      charts.push(new uPlot(options, data, place));
    }
    preview();
  }

  // What an order would lock and cost, and whether it would have traded last quarter-hour.
  function preview() {
    const form = document.getElementById("order");
    if (!form) return;
    const wh = Number(form.energy_wh.value), price = Number(form.price.value), last = Number(form.dataset.last) / 1e6;
    const sells = form.side.value === "sell";
    const lock = sells ? `locks ${wh / 1000} GRID` : `locks ${(wh / 1000 * price).toFixed(6)}`;
    const fee = sells ? `, fee ${(wh / 1000 * price * form.dataset.fee / 10000).toFixed(6)} at this price` : "";
    const traded = last ? ((sells ? price <= last : price >= last) ? "; would have traded last quarter-hour" : "; would not have traded last quarter-hour") : "";
    document.getElementById("preview").textContent = lock + fee + traded;
  }

  function bodyOf(form) {
    const body = Object.fromEntries(new FormData(form));
    if ("price" in body) {
      const [whole, part = ""] = body.price.split(".");
      body.price_per_kwh = String(BigInt(whole) * 1000000n + BigInt(part.padEnd(6, "0")));
      delete body.price;
    }
    return Object.keys(body).length || form.dataset.method !== "DELETE" ? body : undefined;
  }

  document.addEventListener("submit", async event => {
    const form = event.target;
    if (!form.dataset.post) return;
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    say("Under way…");
    try {
      await (form.dataset.plain ? call : act)(form.dataset.post, bodyOf(form), form.dataset.method ?? "POST");
      say(form.dataset.done);
      setTimeout(renew, 1500);
    } catch (error) { say(error.message, true); }
    button.disabled = false;
  });
  document.addEventListener("input", preview);
  document.getElementById("sign-in")?.addEventListener("click", () => signIn().catch(error => say(error.message, true)));
  document.getElementById("sign-out")?.addEventListener("click", () => call("/api/auth/logout").then(() => location.assign("/")));

  const main = document.getElementById("main");
  let due = 0;
  function renew() {
    // Not while somebody writes: his words would be lost.
    if (main.contains(document.activeElement) && ["INPUT", "SELECT"].includes(document.activeElement.tagName)) return;
    htmx.trigger(main, "news");
  }
  document.addEventListener("htmx:afterSettle", draw);
  addEventListener("resize", () => { clearTimeout(due); due = setTimeout(draw, 200); });
  let waiting = 0;
  const stream = new EventSource("/api/stream");
  for (const name of ["MarketCleared", "OrderMatched", "GridTokensMinted", "UserRegistered", "MeterRegistered", "MeterReadingSubmitted", "SellOrderCreated", "BuyOrderCreated", "OrderCancelled", "ErcIssued", "EmergencyPauseActivated"])
    stream.addEventListener(name, () => { waiting ||= setTimeout(() => { waiting = 0; renew(); }, 1500); });
  draw();
})();
