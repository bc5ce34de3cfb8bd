/* Sorts and filters the table of runs. When a run comes into view, unpacks its data and shows its figure, epochs and log
   lines. Text from a log is only inserted as text nodes and attributes, never as HTML. */
(() => {
  const AT_ONCE = 40; // up to this many runs are drawn on load; of more, those in view are drawn first, and the others while nothing else happens
  const ROWS = 200; // number of table rows that are shown at first
  const CUT = 0.2, GAIN = 3; // share of the epochs that an axis may leave out, and how much more room the others then get
  const RINGS = 100; // maximum number of best epochs that get a ring
  const SVG = new Set(["svg", "g", "path", "line", "circle", "rect", "text", "clipPath"]);
  const packed = JSON.parse(document.getElementById("packed").textContent);
  const articles = [...document.querySelectorAll("article")];

  function make(name, attributes = {}, ...children) {
    const element = SVG.has(name)
      ? document.createElementNS("http://www.w3.org/2000/svg", name)
      : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  /* The address after #: a place, then what is picked, as in #run-3-L79&overlay=1f3a9c,77b0d2&smooth=0.6. */
  const address = {
    read() {
      const parts = location.hash.slice(1).split("&"), options = parts.filter((part) => part.includes("="));
      return { place: parts[0].includes("=") ? "" : parts[0], options: Object.fromEntries(options.map((part) => part.split("="))) };
    },
    write(options) {
      const parts = Object.entries(options).filter(([, value]) => value !== null).map(([name, value]) => `${name}=${value}`);
      const text = [this.read().place, ...parts].filter(Boolean).join("&");
      history.replaceState(history.state, "", text ? `#${text}` : location.href.split("#")[0]);
    },
  };

  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

  /* ---- The data of a run ---- */

  function once(action) {
    const kept = new Map(), first = (key) => (kept.has(key) ? kept.get(key) : kept.set(key, action(key)).get(key));
    return Object.assign(first, { forget: (key) => kept.delete(key) });
  }

  const unpack = once((number) => {
    const bytes = Uint8Array.from(atob(packed[number - 1]), (character) => character.charCodeAt(0));
    const run = JSON.parse(new TextDecoder().decode(inflate(bytes)));
    const [steps, texts] = run.log;
    const numbers = summed(steps);
    run.number = number;
    run.lines = summed(run.lines);
    const at = new Map(run.lines.map((line, index) => [line, index]).reverse());
    run.log = texts.map((text, index) => [numbers[index], filled(text, run, at.get(numbers[index]))]);
    return run;
  });

  /* A line for people: of a notebook, the cell and the line in its output. */
  function named(run, line) {
    const [start, cell] = run.cells.findLast(([first]) => first <= line) ?? [];
    return cell === undefined ? `line ${line}` : `cell ${cell}, line ${line - start + 1}`;
  }

  const summed = (steps, sum = 0) => steps.map((step) => (sum += step));

  function filled(text, run, epoch) {
    const parts = text.split("\0");
    return parts.map((part, index) => (index < parts.length - 1 ? part + run.values[index][epoch] : part)).join("");
  }

  const printed = (run, [name, part]) => (part === "rate" ? run.rates : run.values[run.metrics.indexOf(name)]);
  const numeric = (text) => (text === null ? NaN : Number(text));

  function short(text) {
    if (text === null) return "–";
    return text.length > 9 ? String(Number(Number(text).toPrecision(6))) : text;
  }

  function duration(seconds) {
    if (seconds === null) return "–";
    const whole = Math.round(seconds), minutes = Math.floor(whole / 60), pad = (value) => String(value).padStart(2, "0");
    if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
    return minutes ? `${minutes} min ${pad(whole % 60)} s` : `${whole} s`;
  }

  /* ---- A figure: panels with the same epochs; the user selects one epoch and zooms to a range of them ---- */

  function ticks(low, high, count) {
    const rough = (high - low) / count || 1, power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((each) => each * power >= rough * 0.999);
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    const found = [];
    for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index++) found.push(index * step);
    const text = (value) => (digits > 5 || Math.abs(value) >= 1e6 ? value.toExponential(1) : value.toFixed(digits));
    return found.map((value) => [value, text(value)]);
  }

  const finite = (points) => points.filter(([, value]) => Number.isFinite(value));

  /* The range of a vertical axis; the first epochs may be beyond it, as in reporter/documents/axes.py. */
  function limits(series, mode) {
    const all = finite(series.flat()), epochs = [...new Set(all.map(([at]) => at))].sort((one, other) => one - other);
    const range = (values) => values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
    const whole = all.length ? range(all.map(([, value]) => value)) : [0, 1];
    if (epochs.length < 5) return { range: whole, cut: null };
    const start = epochs[Math.max(1, Math.round(epochs.length * CUT))];
    const [low, high] = range(all.filter(([at]) => at >= start).map(([, value]) => value)), span = high - low;
    if (!span) return { range: whole, cut: null };
    if (mode === "max" && high - whole[0] >= GAIN * 1.25 * span && whole[1] <= high + span)
      return { range: [Math.max(whole[0], low - 0.25 * span), whole[1]], cut: whole[0] };
    if (mode === "min" && whole[1] - low >= GAIN * 1.25 * span && whole[0] >= low - span)
      return { range: [whole[0], Math.min(whole[1], high + 0.25 * span)], cut: whole[1] };
    return { range: whole, cut: null };
  }

  function panel(run, [title, curves, marked, mode]) {
    const drawing = make("svg", { "aria-hidden": "true" });
    const values = curves.map(() => make("b"));
    const legend = curves.map(([name, part], index) =>
      make("li", {}, make("svg", { viewBox: "0 0 20 10" }, make("path", { class: `curve ${part}`, d: "M1 5h18" })),
        `${name} `, values[index]));
    const element = make("div", { class: "panel" },
      make("p", { class: "title" }, title), make("ul", { class: "legend" }, ...legend), drawing);
    const series = curves.map((curve) => printed(run, curve).map(numeric));
    const [monitor, best] = run.best;
    const judged = marked ? curves.findIndex(([name]) => name === monitor) : -1;
    const over = make("g"), clip = `run-${run.number}-${title}`.replace(/[^\w-]/g, "-");
    const box = { left: 0, top: 10, right: 0, bottom: 0 };
    let x, y, labels = [];

    function draw({ low, high }, [width, height]) {
      const seen = series.map((each) => each.slice(low, high + 1).map((value, index) => [run.epochs[low + index], value]));
      const { range, cut } = limits(seen, mode);
      let [bottom, top] = range;
      if (curves[0][1] === "rate") bottom = Math.min(0, bottom);
      const pad = (top - bottom || Math.abs(top) || 1) * 0.06;
      const rows = ticks(bottom - (bottom === 0 ? 0 : pad), top + pad, 5);
      Object.assign(box, { left: 12 + 6.4 * Math.max(...rows.map(([, text]) => text.length), 7), right: width - 10, bottom: height - 22 });
      const [first, last] = [run.epochs[low], run.epochs[high]];
      x = (epoch) => (last === first ? (box.left + box.right) / 2 : box.left + ((epoch - first) / (last - first)) * (box.right - box.left));
      y = (value) => box.bottom - ((value - bottom + (bottom === 0 ? 0 : pad)) / (top - bottom + (bottom === 0 ? pad : 2 * pad))) * (box.bottom - box.top);
      const columns = ticks(first, last, Math.max(2, Math.floor((box.right - box.left) / 55))).map(([value]) => value);
      labels = [first, ...columns.filter((value) => Number.isInteger(value) && x(value) - x(first) > 20)]
        .map((value) => make("text", { x: x(value), y: box.bottom + 16, "text-anchor": "middle" }, String(value)));
      drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
      drawing.classList.toggle("dense", high - low > width);
      drawing.replaceChildren(
        ...rows.flatMap(([value, text]) => [
          make("line", { class: "grid", x1: box.left, x2: box.right, y1: y(value), y2: y(value) }),
          make("text", { x: box.left - 6, y: y(value) + 4, "text-anchor": "end" }, text),
        ]),
        make("line", { class: "axis", x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom }),
        make("text", { x: box.left - 8 - 3.2 * String(first).length, y: box.bottom + 16, "text-anchor": "end" }, "epoch"),
        ...labels,
        make("clipPath", { id: clip }, make("rect", { x: box.left - 6, width: box.right - box.left + 12, y: 4, height: box.bottom - (cut === null ? 0 : 4) })),
        make("g", { "clip-path": `url(#${clip})` },
          ...curves.map(([, part], index) => make("path", { class: `curve ${part}`, d: path(series[index], low, high) }))),
        ...(cut === null ? [] : [make("text", { x: box.right, y: mode === "max" ? box.bottom - 6 : 20, "text-anchor": "end" },
          `${mode === "max" ? "↓" : "↑"} first epochs from ${short(String(cut))}`)]),
        ...(judged < 0 ? [] : rings(low, high)),
        over,
      );
    }

    function path(points, low, high) {
      let pen = false, d = "";
      for (let index = low; index <= high; index++) {
        const seen = Number.isFinite(points[index]);
        if (seen) d += `${pen ? "L" : "M"}${x(run.epochs[index]).toFixed(1)} ${y(points[index]).toFixed(1)}${pen ? "" : "h0"}`;
        pen = seen;
      }
      return d;
    }

    function rings(low, high) {
      const indices = best.slice(0, RINGS).map((epoch) => run.epochs.indexOf(epoch)).filter((index) => index >= low && index <= high);
      return indices.filter((index) => Number.isFinite(series[judged][index]))
        .map((index) => make("circle", { class: "ring", r: 6, cx: x(run.epochs[index]), cy: y(series[judged][index]) }));
    }

    function choose({ low, high, at, from }) {
      curves.forEach((curve, index) => values[index].replaceChildren(short(printed(run, curve)[at])));
      const chosen = x(run.epochs[at]);
      const dots = curves.map(([, part], index) => [part, series[index][at]])
        .filter(([, value]) => Number.isFinite(value) && y(value) >= 4 && y(value) <= box.bottom + 4);
      for (const label of labels) label.classList.toggle("under", Math.abs(label.getAttribute("x") - chosen) < 20);
      over.replaceChildren(
        ...(from === null ? [] : [make("rect", {
          class: "chosen", x: Math.min(x(run.epochs[from]), chosen), width: Math.abs(x(run.epochs[from]) - chosen),
          y: box.top, height: box.bottom - box.top,
        })]),
        ...(at < low || at > high ? [] : [
          make("line", { class: "cursor", x1: chosen, x2: chosen, y1: box.top, y2: box.bottom }),
          ...dots.map(([part, value]) => make("circle", { class: `dot ${part}`, r: 4, cx: chosen, cy: y(value) })),
          make("text", { class: "now", x: chosen, y: box.bottom + 16, "text-anchor": "middle" }, String(run.epochs[at])),
        ]),
      );
    }

    function nearest(event, { low, high }) {
      const bounds = drawing.getBoundingClientRect();
      const share = (event.clientX - bounds.left - box.left) / (box.right - box.left || 1);
      const wanted = run.epochs[low] + share * (run.epochs[high] - run.epochs[low]);
      let found = low;
      for (let index = low; index <= high; index++)
        if (Math.abs(run.epochs[index] - wanted) < Math.abs(run.epochs[found] - wanted)) found = index;
      return found;
    }

    return { element, drawing, draw, choose, nearest, curves };
  }

  function figure(run, name) {
    const end = run.epochs.length - 1, best = run.best[1];
    const home = best.length ? run.epochs.indexOf(best[0]) : end;
    const state = { low: 0, high: end, at: home, from: null, pinned: false };
    const panels = run.panels.map((each) => panel(run, each));
    const chart = make("div", {
      class: "panels", role: "slider", tabindex: "0", "aria-label": `Epoch shown in the figure of ${name}`,
      "aria-valuemin": run.epochs[0], "aria-valuemax": run.epochs[end],
    }, ...panels.map((each) => each.element));
    const now = make("p");
    const button = (text, label, action) => {
      const element = make("button", { type: "button", title: label }, text);
      element.addEventListener("click", action);
      if (text !== label) element.setAttribute("aria-label", label);
      return element;
    };
    const closer = button("+", "Zoom in", () => zoom(0.5, state.at));
    const farther = button("−", "Zoom out", () => zoom(2, state.at));
    const whole = button("Reset", "Reset", reset);

    let measured = false;

    function redraw() {
      const sizes = panels.map(({ drawing }) => (measured ? [drawing.clientWidth || 360, drawing.clientHeight || 208] : [360, 208]));
      panels.forEach((each, index) => each.draw(state, sizes[index]));
      closer.disabled = state.high - state.low < 2;
      farther.disabled = whole.disabled = state.low === 0 && state.high === end;
      choose(state.at);
    }

    function choose(at) {
      state.at = at;
      panels.forEach((each) => each.choose(state));
      const line = run.lines[at], mark = best.includes(run.epochs[at]) ? ", the best" : "";
      now.replaceChildren("Epoch ", make("b", {}, String(run.epochs[at])), `${mark} · `,
        make("a", { href: `#run-${run.number}-L${line}` }, named(run, line)), state.pinned ? " · pinned" : "");
      const values = panels.flatMap((each) => each.curves).map((curve) => `${curve[0]} ${short(printed(run, curve)[at])}`);
      chart.setAttribute("aria-valuenow", run.epochs[at]);
      chart.setAttribute("aria-valuetext", `epoch ${run.epochs[at]}${mark}: ${values.join(", ")}`);
    }

    function show(low, high) {
      Object.assign(state, { low: clamp(low, 0, end), high: clamp(high, 0, end), from: null });
      redraw();
    }

    function zoom(factor, centre) {
      const span = clamp(Math.round((state.high - state.low) * factor), Math.min(1, end), end);
      const before = (centre - state.low) / (state.high - state.low || 1);
      const low = clamp(Math.round(centre - before * span), 0, end - span);
      show(low, low + span);
    }

    function reset() {
      Object.assign(state, { pinned: false, at: home });
      show(0, end);
    }

    function go(at) {
      state.pinned = true;
      const wanted = clamp(at, 0, end), shift = Math.min(0, wanted - state.low) + Math.max(0, wanted - state.high);
      state.at = wanted;
      if (shift) show(state.low + shift, state.high + shift);
      else choose(wanted);
    }

    const keys = {
      ArrowLeft: () => go(state.at - 1), ArrowRight: () => go(state.at + 1), ArrowDown: () => go(state.at - 1),
      ArrowUp: () => go(state.at + 1), PageDown: () => go(state.at - 10), PageUp: () => go(state.at + 10),
      Home: () => go(0), End: () => go(end), "+": () => zoom(0.5, state.at), "=": () => zoom(0.5, state.at),
      "-": () => zoom(2, state.at), 0: reset, Escape: reset,
    };
    chart.addEventListener("keydown", (event) => {
      if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      keys[event.key]();
    });

    for (const each of panels) {
      let down = null;
      each.drawing.addEventListener("pointerdown", (event) => {
        if (event.button) return;
        down = event.clientX;
        if (event.pointerType === "mouse") each.drawing.setPointerCapture(event.pointerId);
      });
      each.drawing.addEventListener("pointermove", (event) => {
        const at = each.nearest(event, state);
        if (down !== null && event.pointerType === "mouse" && Math.abs(event.clientX - down) > 4)
          state.from ??= each.nearest({ clientX: down }, state);
        if (!state.pinned || state.from !== null) choose(at);
      });
      each.drawing.addEventListener("pointerup", (event) => {
        const at = each.nearest(event, state), from = state.from;
        const clicked = down !== null && from === null;
        down = state.from = null;
        if (clicked) {
          state.pinned = !state.pinned || at !== state.at;
          choose(at);
        } else if (from !== null && from !== at) show(Math.min(from, at), Math.max(from, at));
        else choose(at);
      });
      each.drawing.addEventListener("dblclick", reset);
      each.drawing.addEventListener("wheel", (event) => {
        if (!event.ctrlKey && !event.metaKey && document.activeElement !== chart) return;
        event.preventDefault();
        zoom(event.deltaY < 0 ? 0.7 : 1.4, each.nearest(event, state));
      }, { passive: false });
    }
    redraw();
    const element = make("figure", { "aria-label": `Figure of ${name}; the epochs below hold the same numbers` },
      make("div", { class: "tools" }, now, farther, closer, whole), chart);
    /* Measures the figure, which makes the browser lay out the whole page; until then it has a usual size. */
    element.settle = () => {
      if (measured) return;
      let width = chart.clientWidth;
      measured = true;
      redraw();
      new ResizeObserver(() => {
        if (chart.clientWidth !== width) redraw();
        width = chart.clientWidth;
      }).observe(chart);
    };
    return element;
  }

  /* ---- The tables of epochs and log lines ---- */

  function folded(kind, title, fill) {
    const details = make("details", { class: kind }, make("summary", {}, title));
    const scroll = make("div", { class: "scroll", role: "group", tabindex: "0", "aria-label": title });
    details.append(scroll);
    details.fill = () => scroll.firstChild || scroll.append(fill());
    details.addEventListener("toggle", details.fill);
    return details;
  }

  function epochs(run, name) {
    const columns = [
      ...run.metrics.map((metric, index) => [metric, (at) => run.values[index][at] ?? "–"]),
      ...(run.rates.some((rate) => rate !== null) ? [["learning rate", (at) => run.rates[at] ?? "–"]] : []),
      ...(run.seconds.some((time) => time !== null) ? [["time", (at) => duration(run.seconds[at])]] : []),
    ];
    const best = new Set(run.best[1]);
    const heads = ["epoch", ...columns.map(([title]) => title), "log"];
    const rows = run.epochs.map((epoch, at) => {
      const top = best.has(epoch);
      const first = make("th", { scope: "row" }, ...(top ? [make("span", { class: "star" }, "best "), String(epoch)] : [String(epoch)]));
      const link = make("a", { href: `#run-${run.number}-L${run.lines[at]}` }, named(run, run.lines[at]));
      return make("tr", top ? { class: "top" } : {}, first, ...columns.map(([, cell]) => make("td", {}, cell(at))), make("td", {}, link));
    });
    return make("table", { class: "epochs" }, make("caption", { class: "unseen" }, `Epochs of ${name}`),
      make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))), make("tbody", {}, ...rows));
  }

  function log(run) {
    let cell;
    const lines = run.log.flatMap(([line, text]) => {
      const [start, number] = run.cells.findLast(([first]) => first <= line) ?? [1];
      const shown = make("li", { id: `run-${run.number}-L${line}`, tabindex: "-1" },
        make("span", {}, String(line - start + 1)), make("code", {}, text));
      const heading = number === cell ? [] : [make("li", { class: "cell" }, `Cell ${number}`)];
      cell = number;
      return [...heading, shown];
    });
    return make("ol", { class: "log" }, ...lines);
  }

  const reveal = once((number) => {
    const article = articles[number - 1], place = article.querySelector(".drawn");
    const name = article.querySelector("h3").textContent;
    try {
      const run = unpack(number);
      if (run.epochs.length) {
        place.append(figure(run, name));
        place.append(folded("table", `Epochs as a table: ${run.epochs.length}`, () => epochs(run, name)));
      }
      place.append(folded("raw", `Log lines: ${run.log.length}`, () => log(run)));
    } catch (error) {
      place.append(make("p", { class: "notice" }, `The figure and the epochs cannot be shown here: ${error}`));
    }
  });

  const whenIdle = window.requestIdleCallback ?? ((draw) => setTimeout(() => draw({ timeRemaining: () => 0 }), 50)); // Safari

  function drawMore(deadline, number = 1) {
    do settle(number++); while (number <= articles.length && deadline.timeRemaining() > 5);
    if (number <= articles.length) whenIdle((next) => drawMore(next, number));
  }

  function settle(number) {
    reveal(number);
    articles[number - 1].querySelector("figure")?.settle();
  }

  /* Shows a run as it is now; what was open in its section stays open. */
  function replace(number, row, article, data) {
    const old = rows[number - 1], shown = articles[number - 1];
    const open = [...shown.querySelectorAll("details[open]")].map((each) => each.className);
    packed[number - 1] = data;
    unpack.forget(number);
    row.querySelector(".pick").replaceWith(old.querySelector(".pick"));
    old.replaceWith(row);
    rows[number - 1] = row;
    texts[number - 1] = row.textContent.toLowerCase();
    shown.replaceChildren(...article.childNodes);
    if (reveal.forget(number)) settle(number);
    for (const each of open) {
      const details = shown.querySelector(`details.${each}`);
      details?.fill();
      if (details) details.open = true;
    }
    overlay.draw();
  }

  /* ---- Links to a run or to a line of its log ---- */

  function follow() {
    const [, number, line] = /^run-(\d+)(?:-L(\d+))?$/.exec(address.read().place) ?? [];
    const article = articles[number - 1];
    if (!article) return;
    settle(Number(number));
    const details = article.querySelector("details.raw");
    if (!line || !details) return article.scrollIntoView();
    details.fill();
    details.open = true;
    for (const each of document.querySelectorAll("[aria-current]")) each.removeAttribute("aria-current");
    const target = document.getElementById(address.read().place);
    if (!target) return;
    target.setAttribute("aria-current", "location");
    target.scrollIntoView({ block: "center", inline: "start" });
    target.focus({ preventScroll: true });
  }

  addEventListener("hashchange", () => {
    if (Object.keys(address.read().options).length) overlay.read();
    else overlay.keep(); // a link to a place has replaced what is picked
    follow();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#run-']");
    if (link && link.getAttribute("href") === `#${address.read().place}`) {
      event.preventDefault();
      follow();
    }
  });

  /* ---- Sorting and filtering the runs ---- */

  const table = document.querySelector(".runs"), heads = [...table.tHead.rows[0].cells], rows = [...table.tBodies[0].rows];
  const order = new Intl.Collator("en", { numeric: true });
  const field = document.getElementById("filter"), rest = document.getElementById("rest");
  const texts = rows.map((row) => row.textContent.toLowerCase());

  let sorted = rows.map((_, index) => index), most = ROWS;

  function show() {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = sorted.filter((index) => words.every((word) => texts[index].includes(word)));
    table.tBodies[0].replaceChildren(...found.slice(0, most).map((index) => rows[index]));
    rest.hidden = found.length <= most;
    rest.textContent = `Show all ${found.length.toLocaleString("en")} rows`;
    document.getElementById("count").textContent = words.length ? `${found.length} of ${rows.length}` : "";
    return new Set(found);
  }

  function sort(head) {
    const column = heads.indexOf(head), text = head.classList.contains("text");
    const up = head.ariaSort === "none" ? text : head.ariaSort === "descending";
    const keys = rows.map(({ cells }) => (text ? cells[column].dataset.value ?? cells[column].textContent : numeric(cells[column].dataset.value ?? null)));
    const compare = text ? order.compare : (one, other) => one - other;
    const missing = (key) => key === "–" || Number.isNaN(key);
    sorted = rows.map((_, index) => index).sort((one, other) => {
      const [before, after] = up ? [keys[one], keys[other]] : [keys[other], keys[one]];
      return missing(keys[one]) - missing(keys[other]) || (missing(before) ? 0 : compare(before, after));
    });
    for (const each of heads) each.ariaSort = "none";
    head.ariaSort = up ? "ascending" : "descending";
    show();
  }

  function filter() {
    const found = show();
    articles.forEach((article, index) => (article.hidden = !found.has(index)));
    for (const section of document.querySelectorAll(".experiment"))
      section.hidden = !section.querySelector("article:not([hidden])");
  }

  for (const head of heads) head.querySelector("button").addEventListener("click", () => sort(head));
  field.addEventListener("input", filter);
  rest.addEventListener("click", () => {
    most = Infinity;
    show();
    document.getElementById("table").focus();
  });
  document.querySelector(".filter").hidden = false;
  show();

  /* ---- Drawing runs when they come into view, and printing ---- */

  const overlay = !document.getElementById("overlay") ? { read() {}, keep() {}, draw() {} } : overlayOf({ make, ticks, limits, finite, numeric, short, unpack, address }, articles.map((article, index) => {
    const name = article.closest("section").querySelector("h2").textContent, path = article.querySelector("h3").dataset.path;
    return { number: index + 1, name, path, base: "base" in article.dataset, top: "top" in article.dataset, key: article.dataset.key };
  }));
  if (articles.length <= AT_ONCE) articles.forEach((_, index) => settle(index + 1));
  else {
    const observer = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) settle(articles.indexOf(target) + 1);
    }, { rootMargin: "600px" });
    articles.forEach((article) => observer.observe(article));
    addEventListener("load", () => whenIdle(drawMore));
  }
  addEventListener("beforeprint", () => {
    articles.forEach((_, index) => reveal(index + 1));
    overlay.draw();
    if (articles.length > AT_ONCE) return; // their tables would fill thousands of pages
    for (const details of document.querySelectorAll("details.table")) {
      details.fill();
      details.open = true;
    }
  });
  if (document.body.dataset.live) liveOf({ replace });
  follow();
})();
