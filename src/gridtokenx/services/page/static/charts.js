// Draws what stands in a chart's data-points, in the campus's time zone and the page's colours.
"use strict";
(() => {
  const zone = document.querySelector("meta[name=zone]").content;
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
  const day = new Intl.DateTimeFormat("en-GB", { timeZone: zone, day: "2-digit", month: "short" });
  const DAYS = 2 * 86400, QUARTER = 900;
  const STEPS = [1, 2, 4, 8, 12, 24, 48, 96, 192, 384, 672].map(quarters => quarters * QUARTER);
  const charts = [];

  // A single point gets room beside it; two days and more are told by their dates.
  const around = room => (u, least, most) => u.data[0].length === 1 ? [u.data[0][0] - room, u.data[0][0] + room] : [least, most];
  // Nothing at all gets an axis to one: ticks that differ by less than their digits would all read the same.
  const fromZero = (u, least, most) => [0, most > 0 ? Math.max(most, 0.01) * 1.08 : 1];
  const times = (u, splits) => {
    const long = splits.length > 1 && splits[splits.length - 1] - splits[0] >= DAYS;
    return splits.map(at => at == null ? "" : (long ? day : clock).format(at * 1000));
  };
  const fixed = (u, value) => value == null ? "–" : value.toFixed(3);
  const when = (u, value) => value == null ? "–" : `${day.format(value * 1000)} ${clock.format(value * 1000)}`;
  const steps = align => uPlot.paths.stepped({ align });
  const bars = uPlot.paths.bars({ size: [0.7, 48], align: -1 });

  function line(name, colour, more = {}) {
    return { label: name, stroke: css(colour), width: 2, value: fixed, points: { size: 5 }, ...more };
  }

  // The price that was found, as a dashed line in the curves.
  function marked(price) {
    return u => {
      const at = Math.round(u.valToPos(price, "x", true)), { ctx, bbox } = u;
      ctx.save();
      ctx.strokeStyle = css("--fg"); ctx.fillStyle = css("--fg"); ctx.setLineDash([6, 6]);
      ctx.beginPath(); ctx.moveTo(at, bbox.top); ctx.lineTo(at, bbox.top + bbox.height); ctx.stroke();
      ctx.font = `${12 * devicePixelRatio}px system-ui`;
      ctx.textAlign = at > bbox.left + bbox.width / 2 ? "right" : "left";
      ctx.fillText(` ${price.toFixed(3)} `, at, bbox.top + 14 * devicePixelRatio);
      ctx.restore();
    };
  }

  const kinds = {
    price: (column, kwh) => ({
      data: [column(0), kwh(2), column(1).map((p, i) => column(2)[i] ? p / 1e6 : null)],
      time: true, left: "kWh", right: "price a kWh",
      series: [line("kWh", "--good", { paths: bars, fill: css("--soft"), points: { show: false } }), line("price a kWh", "--go", { scale: "right" })],
    }),
    curves: (column, kwh, mark) => ({
      data: [column(0).map(p => p / 1e6), kwh(1), kwh(2)],
      time: false, left: "kWh", bottom: "price a kWh", mark,
      series: [line("offered, kWh", "--go", { paths: steps(1) }), line("asked for, kWh", "--bad", { paths: steps(-1) })],
    }),
    energy: (column, kwh) => ({
      data: [column(0), kwh(1), kwh(2), kwh(3), kwh(4)],
      time: true, left: "kWh",
      series: [line("generated", "--good", { fill: css("--soft") }), line("used", "--go"), line("sold", "--sun", { dash: [6, 4] }), line("bought", "--bad", { dash: [6, 4] })],
    }),
    campus: (column, kwh) => ({
      data: [column(0), kwh(1), kwh(2), column(3).map(p => p == null ? null : p / 1e6)],
      time: true, left: "kWh", right: "price a kWh",
      series: [line("generated", "--good", { fill: css("--soft") }), line("used", "--go"), line("price a kWh", "--sun", { scale: "right", dash: [6, 4] })],
    }),
  };

  function drawOne(place) {
    const points = JSON.parse(place.dataset.points);
    place.replaceChildren();
    place.classList.toggle("empty", !points.length);
    if (!points.length) { place.textContent = "Nothing yet."; return; }
    const column = index => points.map(point => point[index]);
    const kwh = index => column(index).map(wh => wh == null ? null : wh / 1000);
    const told = kinds[place.dataset.chart](column, kwh, place.dataset.mark ? Number(place.dataset.mark) / 1e6 : null);
    const axis = { stroke: css("--dim"), grid: { stroke: css("--line"), width: 1 }, ticks: { stroke: css("--line"), width: 1 }, font: "12px system-ui", labelFont: "12px system-ui", labelSize: 18 };
    const axes = [{ ...axis, ...(told.time ? { values: times, space: 70, incrs: STEPS } : { label: told.bottom, labelSize: 18 }) }, { ...axis, label: told.left, size: 48 }];
    if (told.right) axes.push({ ...axis, side: 1, scale: "right", label: told.right, grid: { show: false }, size: 56 });
    const chart = new uPlot({
      width: place.clientWidth, height: 250, axes,
      tzDate: at => uPlot.tzDate(new Date(at * 1000), zone),
      scales: { x: { time: told.time, range: around(told.time ? 4 * Number(place.dataset.step) : 0.01) }, y: { range: fromZero }, ...(told.right ? { right: { range: fromZero } } : {}) },
      series: [{ label: told.time ? "to" : "price a kWh", value: told.time ? when : fixed }, ...told.series],
      cursor: { drag: { x: false, y: false } },
      hooks: told.mark == null ? {} : { draw: [marked(told.mark)] },
    }, told.data, place);
    // What the legend tells while nobody points at the chart: the newest values.
    const newest = () => { if (told.time) chart.setLegend({ idx: points.length - 1 }); };
    chart.over.addEventListener("mouseleave", () => requestAnimationFrame(newest));
    charts.push(chart);
    queueMicrotask(newest);
  }

  function draw() {
    while (charts.length) charts.pop().destroy();
    document.querySelectorAll(".chart").forEach(drawOne);
  }
  window.gridtokenx.draw = draw;
})();
