// Plots one column of a job's results against another. The table has the same figures.
(() => {
  "use strict";
  const root = document.getElementById("plot");
  if (!root) return;
  const paint = window.bramblePaint;
  const across = document.getElementById("plot-x");
  const up = document.getElementById("plot-y");
  const log = document.getElementById("plot-log");
  const here = document.getElementById("plot-here");
  const said = document.getElementById("plot-said");

  // More points are a cloud, and too much for a phone.
  const ROWS_MAX = 5_000;
  const HEIGHT_PIXELS = 320;

  let rows = [];
  let plot = null;

  async function read() {
    const answer = await fetch(`/api/v1/jobs/${root.dataset.job}/results`);
    if (!answer.ok) return;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    while (rows.length < ROWS_MAX) {
      const { value, done } = await reader.read();
      if (done) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) rows.push(JSON.parse(line));
    }
    reader.cancel().catch(() => {});
    rows = rows.slice(0, ROWS_MAX).filter(row => !row.reduce && row.state === "succeeded");
  }

  function number(text) {
    const value = typeof text === "number" ? text : /^\s*[-+0-9.]/.test(text || "") ? Number(text) : NaN;
    return Number.isFinite(value) ? value : null;
  }

  // The last number of the last line: "loss 0.25" is a result, too.
  function result(row) {
    const whole = number(row.lastLine);
    if (whole !== null) return whole;
    const found = (row.lastLine || "").match(/[-+]?\d+(\.\d+)?([eE][-+]?\d+)?(?!.*\d)/);
    return found ? number(found[0]) : null;
  }

  function columns() {
    const all = new Map([["result", result], ["time in seconds", row => row.seconds], ["task", row => row.task]]);
    for (const name of Object.keys(rows[0].parameters)) all.set(name, row => number(row.parameters[name]));
    for (const [name, of] of all) {
      if (new Set(rows.map(of).filter(value => value !== null)).size < 2) all.delete(name);
    }
    return all;
  }

  function aside(min, max) {
    if (log.checked) return [min / 1.3, max * 1.3];
    const room = (max - min) * 0.04 || 1;
    return [min - room, max + room];
  }

  // Powers of ten; so few of them say too little, then with what lies between.
  function powers(min, max) {
    for (const steps of [[1], [1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9]]) {
      const ticks = [];
      for (let power = Math.floor(Math.log10(min)); power <= Math.ceil(Math.log10(max)); power++) {
        for (const step of steps) ticks.push(Number(`${step}e${power}`));
      }
      const seen = ticks.filter(tick => tick >= min && tick <= max);
      if (seen.length > 1) return seen;
    }
    return [min, max];
  }

  function draw(all) {
    const points = rows.map(row => [all.get(across.value)(row), all.get(up.value)(row)])
      .filter(([x, y]) => x !== null && y !== null && (!log.checked || x > 0))
      .sort(([one], [other]) => one - other);
    if (plot) plot.destroy();
    plot = null;
    if (!points.length) {
      said.textContent = "No task has numbers in both columns.";
      return;
    }
    const axis = label => ({
      label,
      stroke: paint.colour("ink"),
      grid: { stroke: paint.colour("line"), width: 1 },
      ticks: { stroke: paint.colour("line"), width: 1 },
    });
    const logarithmic = {
      splits: (_, __, min, max) => powers(min, max),
      filter: (_, splits) => splits,
      values: (_, splits) => splits.map(value => value.toLocaleString("en", { maximumSignificantDigits: 3 })),
    };
    plot = new uPlot({
      width: here.clientWidth,
      height: HEIGHT_PIXELS,
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      // Some room at the sides: of several points at the edge only one would be drawn.
      scales: { x: { time: false, distr: log.checked ? 3 : 1, range: (_, min, max) => aside(min, max) } },
      axes: [{ ...axis(across.value), ...(log.checked ? logarithmic : {}) }, { ...axis(up.value), size: 70 }],
      series: [{}, {
        paths: () => null,
        points: { show: true, size: 8, stroke: paint.colour("plum"), fill: paint.colour("plum") },
      }],
    }, [points.map(([x]) => x), points.map(([, y]) => y)], here);
    const ys = points.map(([, y]) => y);
    said.textContent = `${points.length.toLocaleString("en")} tasks: ${up.value} from ${Math.min(...ys)} to `
      + `${Math.max(...ys)}, against ${across.value} from ${points[0][0]} to ${points.at(-1)[0]}.`
      + (rows.length >= ROWS_MAX ? ` Of the first ${ROWS_MAX.toLocaleString("en")} tasks.` : "");
  }

  async function begin() {
    await read();
    if (rows.length < 2) return;
    const all = columns();
    if (all.size < 2) return;
    const parameters = [...all.keys()].filter(name => !["result", "time in seconds", "task"].includes(name));
    for (const name of all.keys()) {
      across.append(new Option(name));
      up.append(new Option(name));
    }
    across.value = parameters[0] || "task";
    up.value = all.has("result") ? "result" : "time in seconds";
    const xs = rows.map(all.get(across.value)).filter(value => value !== null);
    log.checked = Math.min(...xs) > 0 && Math.max(...xs) / Math.min(...xs) >= 100;
    const again = () => draw(all);
    [across, up, log].forEach(control => control.addEventListener("change", again));
    paint.onScheme(again);
    addEventListener("resize", again);
    root.hidden = false;
    again();
  }

  begin();
})();
