/* The figure of the runs that are picked in the table. What is picked, the smoothing and the scale are kept in the address.
   `page` holds functions of report.js; `runs` has for each run its key, name, path, and whether it is the base. */
function overlayOf(page, runs) {
  const { make, ticks, limits, finite, numeric, unpack, address } = page;
  const COLOURS = 7; // then they begin again, with dashes
  const AT_FIRST = 8; // maximum number of runs that are picked at first
  const section = document.getElementById("overlay").closest("section"), place = document.getElementById("overlay-figure");
  const boxes = new Map([...document.querySelectorAll(".runs input")].map((box) => [Number(box.value), box]));
  const smoothing = section.querySelector("#smoothing"), scale = section.querySelector("#scale");
  const byKey = new Map(runs.map((run) => [run.key, run]));
  const first = runs.length <= AT_FIRST ? runs : runs.filter((run) => run.base || run.top).slice(0, AT_FIRST);
  let picked = [], epoch = null, id = 0;

  const colour = (index) => `run-${(index % COLOURS) + 1}${index >= COLOURS ? " dashed" : ""}`;

  function points(run, metric) {
    const values = run.values[run.metrics.indexOf(metric)] ?? [];
    return values.map((value, index) => [run.epochs[index], numeric(value)]);
  }

  /* The moving average of TensorBoard: weighted by powers of `weight`, and corrected for the beginning. */
  function smoothed(series, weight) {
    let sum = 0, total = 0;
    return series.map(([at, value]) => {
      if (!Number.isFinite(value)) return [at, value];
      [sum, total] = [sum * weight + value * (1 - weight), total * weight + 1 - weight];
      return [at, sum / total];
    });
  }

  function logTicks(low, high) {
    const from = Math.floor(Math.log10(low)), to = Math.ceil(Math.log10(high)), found = [];
    const steps = to - from > 4 ? [1] : to - from > 1 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 8];
    for (let power = from; power <= to; power++)
      for (const step of steps) if (step * 10 ** power >= low && step * 10 ** power <= high) found.push(step * 10 ** power);
    return found.map((value) => [value, String(Number(value.toPrecision(3)))]);
  }

  function axis(series, mode, log) {
    if (log) {
      const positive = finite(series.flat()).map(([, value]) => value).filter((value) => value > 0);
      const low = Math.min(...positive.slice(0, 1), ...positive) / 1.15, high = Math.max(...positive) * 1.15;
      return { rows: logTicks(low, high), cut: null, share: (value) => Math.log(Math.max(value, low) / low) / Math.log(high / low) };
    }
    const { range: [low, high], cut } = limits(series, mode);
    const pad = (high - low || Math.abs(high) || 1) * 0.06;
    return { rows: ticks(low - pad, high + pad, 5), cut, share: (value) => (value - low + pad) / (high - low + 2 * pad) };
  }

  /* A panel: the metric of that name of each run, which may be spelt differently. */
  function panel(shown, part, box) {
    const weight = Number(smoothing.value);
    const names = shown.map((run) => run[part]), mode = shown.find((run) => run[part])?.modes[part] ?? null;
    let series = shown.map((run, index) => (names[index] ? points(run, names[index]) : []));
    const values = finite(series.flat()).map(([, value]) => value);
    const asError = scale.value === "error" && mode === "max" && values.every((value) => value >= 0 && value <= 1);
    const log = asError ? values.some((value) => value < 1) : scale.value === "error" && values.every((value) => value >= 0) && values.some((value) => value > 0);
    const turn = (value) => (asError && log ? 1 - value : value);
    series = series.map((each) => each.map(([at, value]) => [at, turn(value)]));
    const scaled = axis(series, asError && log ? "min" : mode, log);
    const epochs = shown.flatMap((run) => run.epochs), start = Math.min(...epochs.slice(0, 1), ...epochs), end = Math.max(...epochs);
    const drawing = make("svg", { "aria-hidden": "true" }), clip = `overlay-${id++}`;
    const width = box.clientWidth || 360, height = 230, left = 12 + 6.6 * Math.max(6, ...scaled.rows.map(([, text]) => text.length));
    const right = width - 10, bottom = height - 24, top = 8;
    const x = (at) => (end === start ? (left + right) / 2 : left + ((at - start) / (end - start)) * (right - left));
    const y = (value) => bottom - scaled.share(value) * (bottom - top);
    const path = (each) => {
      let pen = false, d = "";
      for (const [at, value] of each) {
        const seen = Number.isFinite(value);
        if (seen) d += `${pen ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}${pen ? "" : "h0"}`;
        pen = seen;
      }
      return d;
    };
    const curves = series.flatMap((each, index) => [
      ...(weight ? [make("path", { class: `curve faint ${colour(index)}`, d: path(each) })] : []),
      make("path", { class: `curve ${colour(index)}`, d: path(weight ? smoothed(each, weight) : each) }),
    ]);
    const rings = part !== "judged" ? [] : shown.flatMap((run, index) =>
      finite(series[index]).filter(([at]) => run.best[1].slice(0, 20).includes(at))
        .map(([at, value]) => make("circle", { class: `ring ${colour(index)}`, r: 5, cx: x(at), cy: y(value) })));
    const columns = ticks(start, end, Math.max(2, Math.floor((right - left) / 60))).map(([value]) => value)
      .filter((value) => Number.isInteger(value) && x(value) - x(start) > 20);
    const cursor = make("line", { class: "cursor", y1: top, y2: bottom });
    drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
    drawing.append(
      make("clipPath", { id: clip }, make("rect", { x: left - 6, width: right - left + 12, y: top - 4, height: bottom - top + (scaled.cut === null ? 8 : 4) })),
      ...scaled.rows.flatMap(([value, text]) => [
        make("line", { class: "grid", x1: left, x2: right, y1: y(value), y2: y(value) }),
        make("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, text),
      ]),
      make("line", { class: "axis", x1: left, x2: right, y1: bottom, y2: bottom }),
      make("text", { x: x(start) - 8, y: bottom + 16, "text-anchor": "end" }, "epoch"),
      ...[start, ...columns].map((value) => make("text", { x: x(value), y: bottom + 16, "text-anchor": "middle" }, String(value))),
      make("g", { "clip-path": `url(#${clip})` }, cursor, ...curves), ...rings,
      ...(scaled.cut === null ? [] : [make("text", { class: "cut", x: right, y: mode === "max" ? bottom - 6 : top + 10, "text-anchor": "end" },
        `${mode === "max" ? "↓" : "↑"} first epochs from ${page.short(String(scaled.cut))}`)]),
    );
    drawing.addEventListener("pointermove", (event) => {
      const bounds = drawing.getBoundingClientRect();
      choose(Math.round(start + ((event.clientX - bounds.left - left) / (right - left || 1)) * (end - start)));
    });
    const title = `${names.find(Boolean) ?? ""}`;
    const element = make("div", { class: "panel" }, make("p", { class: "title" }, log ? `${asError ? "1 − " : ""}${title}, logarithmic` : title), drawing);
    return { element, title, at: (value) => [cursor.setAttribute("x1", x(value)), cursor.setAttribute("x2", x(value))] };
  }

  let panels = [], choose = () => {};

  function draw() {
    const shown = picked.map((run) => unpack(run.number)).filter((run) => run.epochs.length);
    section.querySelector("#picks").textContent = picked.length
      ? `${picked.length} of ${runs.length} runs` : "No run is picked. Pick runs in the table above.";
    if (!shown.length) return place.replaceChildren();
    const chart = make("div", { class: "panels" });
    place.replaceChildren(chart);
    const parts = ["judged", ...(shown.some((run) => run.loss && run.loss !== run.judged) ? ["loss"] : [])];
    const box = { clientWidth: chart.clientWidth >= 640 && parts.length > 1 ? (chart.clientWidth - 24) / 2 : chart.clientWidth };
    panels = parts.map((part) => panel(shown, part, box));
    chart.append(...panels.map((each) => each.element));
    const epochs = shown.flatMap((run) => run.epochs), low = Math.min(...epochs), high = Math.max(...epochs);
    const slider = make("input", { type: "range", id: "epoch", min: low, max: high, step: 1 });
    const heads = panels.map((each) => make("th", { scope: "col" }, each.title));
    const told = make("b"), body = make("tbody");
    choose = (wanted) => {
      epoch = Math.min(Math.max(wanted, low), high);
      slider.value = epoch;
      told.textContent = String(epoch);
      panels.forEach((each) => each.at(epoch));
      body.replaceChildren(...shown.map((run, index) => row(run, index, parts)));
    };
    slider.addEventListener("input", () => choose(Number(slider.value)));
    const head = make("tr", {}, make("th", { scope: "col", class: "text" }, "Run"), make("th", { scope: "col" }, "Best"), ...heads);
    const table = make("table", { class: "picked" }, make("caption", { class: "unseen" }, "Values of the runs in the figure at one epoch"),
      make("thead", {}, head), body);
    place.append(make("p", { class: "at" }, make("label", { for: "epoch" }, "Values at epoch "), told, slider),
      make("div", { class: "scroll", role: "group", tabindex: "0", "aria-label": "Values at one epoch" }, table));
    choose(epoch ?? high);
  }

  function row(run, index, parts) {
    const told = runs[run.number - 1], at = run.epochs.indexOf(epoch), best = run.best[1].length ? run.epochs.indexOf(run.best[1][0]) : -1;
    const value = (part, where) => {
      const column = run.metrics.indexOf(run[part]);
      return column < 0 || where < 0 ? "–" : page.short(run.values[column][where]);
    };
    const swatch = make("svg", { viewBox: "0 0 20 10", "aria-hidden": "true" }, make("path", { class: `curve ${colour(index)}`, d: "M1 5h18" }));
    return make("tr", {},
      make("th", { scope: "row", class: "text" }, swatch, make("a", { href: `#run-${run.number}` }, `${told.name}, ${told.path}`),
        ...(told.base ? [" ", make("span", { class: "tag" }, "base")] : [])),
      make("td", {}, best < 0 ? "–" : `${value("judged", best)}, epoch ${run.best[1][0]}`),
      ...parts.map((part) => make("td", {}, value(part, at))));
  }

  function show() {
    for (const [number, box] of boxes) box.checked = picked.some((run) => run.number === number);
    draw();
  }

  function keep() {
    const same = picked.length === first.length && picked.every((run, index) => run === first[index]);
    address.write({ overlay: same ? null : picked.map((run) => run.key).join(","),
      smooth: smoothing.value === "0" ? null : smoothing.value, scale: scale.value === scale.dataset.first ? null : scale.value });
  }

  function read() {
    const { overlay, smooth, scale: wanted } = address.read().options;
    picked = overlay === undefined ? first : overlay.split(",").map((key) => byKey.get(key)).filter(Boolean);
    smoothing.value = [...smoothing.options].some((each) => each.value === smooth) ? smooth : "0";
    scale.value = ["linear", "error"].includes(wanted) ? wanted : scale.dataset.first;
    show();
  }

  for (const [number, box] of boxes) {
    box.closest("label").hidden = false;
    box.addEventListener("change", () => {
      picked = box.checked ? [...picked, runs[number - 1]] : picked.filter((run) => run.number !== number);
      show();
      keep();
    });
  }
  for (const each of [smoothing, scale]) each.addEventListener("change", () => (draw(), keep()));
  section.querySelector("#clear").addEventListener("click", () => {
    picked = [];
    show();
    keep();
  });
  section.hidden = document.querySelector(".scripted").hidden = false;
  let width = 0;
  new ResizeObserver(() => {
    if (place.clientWidth && place.clientWidth !== width && width) draw();
    width = place.clientWidth;
  }).observe(place);
  read();
  return { read, keep, draw };
}
