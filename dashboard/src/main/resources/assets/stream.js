// Draws what ran in each place of each node, as time goes by. Only what can be seen is drawn.
(() => {
  "use strict";
  const root = document.getElementById("stream");
  if (!root) return;
  const paint = window.bramblePaint;
  const job = root.dataset.job;
  const canvas = document.getElementById("stream-canvas");
  const view = document.getElementById("stream-view");
  const tall = document.getElementById("stream-tall");
  const readout = document.getElementById("stream-readout");
  const span = document.getElementById("stream-span");
  const hold = document.getElementById("stream-hold");

  const WORDS = ["succeeded", "failed", "took too long", "was stopped", "was lost with its node", "runs"];
  const RUNNING = 5;
  const COLOURS = ["well", "trouble", "trouble", "soft", "attention", "now"];
  const AGAIN_MILLIS = 1_000;
  const ACTIVITY_AGAIN_MILLIS = 5_000;
  // As many as the head keeps.
  const KEPT_MAX = 8_192;
  const VIEW_PIXELS = 384;
  const AXIS_PIXELS = 22;
  const NAME_PIXELS = 76;
  const TICKS_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400];

  let nodes = [];
  let ended = [];
  let running = [];
  let last = 0;
  let nowMillis = 0;
  let heardAt = 0;
  let active = true;
  let known = true;
  let activity = null;
  let activityAt = 0;
  let rows = [];
  let cursor = { row: 0, key: "" };
  let timer = 0;
  let colours = {};

  const whole = () => span.value === "0";
  const pixelsOf = count => count <= 24 ? 16 : count <= 96 ? 9 : 5;

  function recolour() {
    colours = {};
    for (const name of ["panel", "ink", "soft", "line", "track", ...COLOURS]) colours[name] = paint.colour(name);
    draw();
  }

  function time(millis) {
    const seconds = Math.abs(millis) / 1000;
    if (seconds < 1) return `${Math.round(Math.abs(millis))} ms`;
    if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min` + (seconds % 60 >= 1 && seconds < 600
      ? ` ${Math.floor(seconds % 60)} s` : "");
    return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
  }

  // --- What is known -----------------------------------------------------------------------------------------------

  function learn(answer) {
    const names = answer.nodes.map(node => node.node);
    nodes = answer.nodes;
    const fresh = answer.ended;
    for (let i = 0; i < fresh.number.length; i++) {
      ended.push({
        key: "e" + fresh.number[i], task: fresh.task[i], tasks: fresh.tasks[i], node: names[fresh.node[i]],
        lane: fresh.lane[i], began: fresh.beganMillis[i], ended: fresh.endedMillis[i], millis: fresh.millis[i],
        end: fresh.end[i],
      });
    }
    ended = ended.slice(-KEPT_MAX);
    running = answer.running.task.map((task, i) => ({
      key: "r" + task + "/" + answer.running.attempt[i], task, tasks: 1, node: names[answer.running.node[i]],
      lane: answer.running.lane[i], began: answer.running.beganMillis[i], ended: Infinity, end: RUNNING,
    }));
    // A head that has begun anew numbers anew.
    if (answer.last < last) ended = [];
    last = answer.last;
    active = answer.active;
    known = answer.runningKnown;
    nowMillis = answer.nowMillis;
    heardAt = performance.now();
  }

  // Rows of the picture: the places of each node, or each node for the whole job.
  function arrange() {
    const sorted = [...nodes].sort((one, other) => one.name.localeCompare(other.name, "en", { numeric: true }));
    rows = [];
    if (whole()) {
      const summed = new Map((activity ? activity.nodes : []).map(node => [node.node, node]));
      for (const node of sorted) {
        if (summed.has(node.node)) rows.push({ node, place: 0, of: 1, sums: summed.get(node.node), bars: [] });
      }
    } else {
      const lanes = new Map(nodes.map(node => [node.node, []]));
      const from = nowMillis - Number(span.value);
      for (const bar of ended) if (bar.ended >= from) (lanes.get(bar.node)[bar.lane] ??= []).push(bar);
      for (const bar of running) (lanes.get(bar.node)[bar.lane] ??= []).push(bar);
      for (const node of sorted) {
        const places = lanes.get(node.node);
        const count = Math.max(places.length, Math.min(node.slots, 16), 1);
        for (let place = 0; place < count; place++) {
          rows.push({ node, place, of: count, bars: (places[place] || []).sort((a, b) => a.began - b.began) });
        }
      }
    }
    const pixels = pixelsOf(rows.length);
    let top = AXIS_PIXELS;
    for (const row of rows) {
      if (row.place === 0 && top > AXIS_PIXELS) top += Math.max(4, 16 - pixels * row.of);
      row.top = top;
      row.height = whole() ? Math.max(16, pixels) : pixels;
      top += row.height + 1;
    }
    return Math.max(top + 6, AXIS_PIXELS + 40);
  }

  // --- Drawing -----------------------------------------------------------------------------------------------------

  function reach() {
    const now = shownNow();
    if (!whole()) return [now - Number(span.value), now];
    return [0, Math.max(now, 1000)];
  }

  function shownNow() {
    const isLive = active && hold.getAttribute("aria-pressed") === "false" && !whole();
    return nowMillis + (isLive ? Math.min(performance.now() - heardAt, AGAIN_MILLIS) : 0);
  }

  function draw() {
    if (!view.clientWidth || !colours.ink) return;
    const all = arrange();
    const height = Math.min(all, VIEW_PIXELS);
    const scale = devicePixelRatio;
    canvas.style.height = height + "px";
    if (canvas.width !== Math.round(view.clientWidth * scale)) canvas.width = Math.round(view.clientWidth * scale);
    if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
    tall.style.height = all - height + "px";
    const context = canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, view.clientWidth, height);
    const [from, to] = reach();
    const width = view.clientWidth - NAME_PIXELS - 4;
    const x = millis => NAME_PIXELS + Math.max(0, Math.min(1, (millis - from) / (to - from))) * width;
    const up = view.scrollTop;
    context.font = `12px ${getComputedStyle(canvas).fontFamily}`;
    context.textBaseline = "middle";
    for (const row of rows) {
      const top = row.top - up;
      if (top + row.height < AXIS_PIXELS || top > height) continue;
      context.fillStyle = colours.track;
      context.fillRect(NAME_PIXELS, top, width, row.height);
      if (row.sums) sums(context, row, top, x);
      else for (const bar of row.bars) drawBar(context, bar, top, row.height, x, to);
      if (row.place === 0) {
        context.fillStyle = colours.ink;
        context.textAlign = "left";
        context.fillText(row.node.name, 0, top + Math.max(8, row.height / 2), NAME_PIXELS - 6);
      }
    }
    axis(context, from, to, x, height);
    outline(context, x, to, up);
    if (!rows.length) {
      context.fillStyle = colours.soft;
      context.textAlign = "left";
      const words = active ? "Nothing runs yet." : "This head saw nothing of it run.";
      context.fillText(words, NAME_PIXELS, AXIS_PIXELS + 20);
    }
  }

  function drawBar(context, bar, top, height, x, to) {
    const left = x(bar.began);
    const right = x(Math.min(bar.ended, to));
    if (right <= NAME_PIXELS) return;
    const width = Math.max(1, right - left - (right - left > 3 ? 1 : 0));
    context.fillStyle = colours[COLOURS[bar.end]];
    context.fillRect(left, top, width, height);
    if (bar.end === 0 || height < 5) return;
    // What a colour says, a shape at its end says as well.
    const size = Math.min(height - 2, 10, Math.max(3, width - 2));
    const mid = top + height / 2;
    const end = left + width - 1;
    const begin = end - size;
    const half = size / 2;
    context.strokeStyle = colours.panel;
    context.lineWidth = height >= 12 ? 2 : 1.25;
    context.beginPath();
    if (bar.end === RUNNING) {
      context.moveTo(begin, mid - half);
      context.lineTo(end, mid);
      context.lineTo(begin, mid + half);
    } else if (bar.end === 1) {
      context.moveTo(begin, mid - half);
      context.lineTo(end, mid + half);
      context.moveTo(end, mid - half);
      context.lineTo(begin, mid + half);
    } else if (bar.end === 2) {
      context.moveTo(begin + size * 0.2, mid - half);
      context.lineTo(begin + size * 0.2, mid + half);
      context.moveTo(end - size * 0.2, mid - half);
      context.lineTo(end - size * 0.2, mid + half);
    } else if (bar.end === 3) {
      context.moveTo(end, mid - half);
      context.lineTo(begin, mid + half);
    } else {
      context.moveTo(begin, mid);
      context.lineTo(end, mid);
    }
    context.stroke();
  }

  // How busy a node was is how high its step is; what failed stands before it from the top.
  function sums(context, row, top, x) {
    const step = activity.stepMillis;
    const slots = Math.max(1, row.node.slots || row.sums.slots || 4);
    row.sums.busyMillis.forEach((busy, at) => {
      const left = x(at * step);
      const end = Math.min((at + 1) * step, nowMillis);
      const width = Math.max(1, x(end) - left - 0.5);
      const share = Math.min(1, busy / (Math.max(1, end - at * step) * slots));
      const tall = share > 0 ? Math.max(1.5, share * row.height) : 0;
      context.fillStyle = colours.well;
      context.fillRect(left, top + row.height - tall, width, tall);
      if (row.sums.moved[at]) {
        context.fillStyle = colours.soft;
        context.fillRect(left, top, width, 3);
      }
      if (row.sums.failed[at]) {
        context.fillStyle = colours.trouble;
        context.fillRect(left, top, Math.max(3, width), 6);
        context.fillStyle = colours.panel;
        context.fillRect(left + Math.max(3, width) / 2 - 0.5, top + 1, 1, 4);
      }
    });
  }

  function axis(context, from, to, x, height) {
    context.fillStyle = colours.panel;
    context.fillRect(0, 0, view.clientWidth, AXIS_PIXELS - 2);
    const seconds = (to - from) / 1000;
    const room = (view.clientWidth - NAME_PIXELS) / 80;
    const step = TICKS_SECONDS.find(each => seconds / each <= room) || 86400 * Math.ceil(seconds / 86400 / room);
    context.fillStyle = colours.soft;
    context.strokeStyle = colours.line;
    context.lineWidth = 1;
    for (let back = 0; back <= seconds; back += step) {
      const millis = whole() ? back * 1000 : to - back * 1000;
      const at = x(millis);
      const here = whole() ? "begin" : active ? "now" : "end";
      const label = back ? (whole() ? "" : "−") + time(back * 1000) : here;
      const isLeft = at < NAME_PIXELS + 20;
      const isRight = at > view.clientWidth - 30;
      context.textAlign = isLeft ? "left" : isRight ? "right" : "center";
      context.fillText(label, isRight ? view.clientWidth - 4 : at, AXIS_PIXELS / 2 - 1);
      context.beginPath();
      context.moveTo(Math.round(at) + 0.5, AXIS_PIXELS - 4);
      context.lineTo(Math.round(at) + 0.5, height);
      context.globalAlpha = 0.5;
      context.stroke();
      context.globalAlpha = 1;
    }
  }

  function outline(context, x, to, up) {
    const row = rows[cursor.row];
    if (!row) return;
    const bar = chosen();
    const top = row.top - up;
    if (top < AXIS_PIXELS - 2) return;
    context.strokeStyle = colours.ink;
    context.lineWidth = 2;
    if (row.sums) {
      const step = activity.stepMillis;
      const at = Math.min(stepAt(row), row.sums.busyMillis.length - 1);
      context.strokeRect(x(at * step) - 1, top - 1, Math.max(4, x((at + 1) * step) - x(at * step)) + 1, row.height + 2);
    } else if (bar) {
      const left = x(bar.began);
      context.strokeRect(left - 1, top - 1, Math.max(4, x(Math.min(bar.ended, to)) - left) + 1, row.height + 2);
    } else {
      context.strokeRect(NAME_PIXELS - 1, top - 1, view.clientWidth - NAME_PIXELS - 2, row.height + 2);
    }
  }

  // --- The cursor --------------------------------------------------------------------------------------------------

  function chosen() {
    const row = rows[cursor.row];
    return row ? row.bars.find(bar => bar.key === cursor.key) || row.bars.at(-1) : undefined;
  }

  function stepAt(row) {
    const at = Number(cursor.key);
    return Number.isInteger(at) && cursor.key !== "" ? Math.max(0, Math.min(at, row.sums.busyMillis.length - 1))
      : row.sums.busyMillis.length - 1;
  }

  function say() {
    const row = rows[cursor.row];
    const waiting = known ? "" : " The leader cannot be asked now what runs.";
    if (!row) {
      readout.textContent = (active ? "Nothing runs yet." : "This head saw nothing of this job run.") + waiting;
      return;
    }
    if (row.sums) {
      const at = stepAt(row);
      const step = activity.stepMillis;
      const end = Math.min((at + 1) * step, nowMillis);
      const slots = Math.max(1, row.node.slots || row.sums.slots || 4);
      const share = Math.min(100, Math.round(100 * row.sums.busyMillis[at] / (Math.max(1, end - at * step) * slots)));
      const counts = [[row.sums.succeeded[at], "succeeded"], [row.sums.failed[at], "failed"],
        [row.sums.moved[at], "were stopped or lost"]];
      const ends = counts.map(([n, word]) => n ? `, ${n.toLocaleString("en")} ${word}` : "").join("");
      readout.textContent = `${row.node.name}, ${time(at * step)} to ${time(end)} after the job was submitted: `
        + `busy ${share} %${ends}.${waiting}`;
      return;
    }
    const bar = chosen();
    const place = `${row.node.name}, place ${row.place + 1} of ${row.of}`;
    if (!bar) {
      readout.textContent = `${place}: nothing in this time.${waiting}`;
      return;
    }
    const what = bar.tasks > 1
      ? `tasks ${bar.task.toLocaleString("en")} to ${(bar.task + bar.tasks - 1).toLocaleString("en")}`
      : `task ${bar.task.toLocaleString("en")}`;
    readout.textContent = `${place}: ${what} ` + (bar.end === RUNNING
      ? `runs for ${time(nowMillis - bar.began)} now.`
      : `${WORDS[bar.end]} after ${time(bar.millis)}, ${time(nowMillis - bar.ended)} `
        + (active ? "ago." : "before the end.")) + waiting;
  }

  // Who listens hears what they chose, and not what changes each second.
  function show() {
    readout.setAttribute("aria-live", "polite");
    const row = rows[cursor.row];
    if (row) {
      if (row.top - AXIS_PIXELS < view.scrollTop) view.scrollTop = row.top - AXIS_PIXELS - 4;
      const below = row.top + row.height + 6 - view.scrollTop - canvas.clientHeight;
      if (below > 0) view.scrollTop += below;
    }
    draw();
    say();
  }

  function chooseRow(row) {
    const bar = chosen();
    cursor.row = Math.max(0, Math.min(rows.length - 1, row));
    const next = rows[cursor.row];
    if (next && !next.sums && bar) {
      const beside = next.bars.findLast(each => each.began <= bar.began) || next.bars[0];
      cursor.key = beside ? beside.key : "";
    }
    show();
  }

  function chooseBar(by) {
    const row = rows[cursor.row];
    if (!row) return;
    if (row.sums) {
      cursor.key = String(Math.max(0, Math.min(row.sums.busyMillis.length - 1, stepAt(row) + by)));
    } else {
      const at = row.bars.indexOf(chosen());
      const bar = row.bars[Math.max(0, Math.min(row.bars.length - 1, at + by))];
      cursor.key = bar ? bar.key : "";
    }
    show();
  }

  function openTask() {
    const bar = chosen();
    if (bar) location.href = `/jobs/${job}/tasks/${bar.task}`;
  }

  canvas.addEventListener("keydown", event => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "ArrowUp") chooseRow(cursor.row - 1);
    else if (event.key === "ArrowDown") chooseRow(cursor.row + 1);
    else if (event.key === "PageUp") chooseRow(cursor.row - 16);
    else if (event.key === "PageDown") chooseRow(cursor.row + 16);
    else if (event.key === "ArrowLeft") chooseBar(-1);
    else if (event.key === "ArrowRight") chooseBar(1);
    else if (event.key === "Home") chooseBar(-KEPT_MAX);
    else if (event.key === "End") chooseBar(KEPT_MAX);
    else if (event.key === "Enter") openTask();
    else return;
    event.preventDefault();
  });
  canvas.addEventListener("click", event => {
    const box = canvas.getBoundingClientRect();
    const y = event.clientY - box.top + view.scrollTop;
    const [from, to] = reach();
    const millis = from + (event.clientX - box.left - NAME_PIXELS) / (view.clientWidth - NAME_PIXELS - 4) * (to - from);
    // Rows are thin, and fingers are not: the nearest.
    let near = 0;
    rows.forEach((row, at) => {
      const far = each => Math.abs(each.top + each.height / 2 - y);
      if (far(row) < far(rows[near])) near = at;
    });
    cursor.row = near;
    const row = rows[near];
    if (!row) return;
    if (row.sums) {
      cursor.key = String(Math.max(0, Math.floor(millis / activity.stepMillis)));
    } else {
      const under = row.bars.findLast(bar => bar.began <= millis) || row.bars[0];
      cursor.key = under ? under.key : "";
    }
    show();
  });
  canvas.addEventListener("dblclick", openTask);
  view.addEventListener("scroll", () => requestAnimationFrame(draw));

  // --- Asking ------------------------------------------------------------------------------------------------------

  async function ask(path) {
    const answer = await fetch(`/api/v1/jobs/${job}/${path}`, { cache: "no-store" }).catch(() => null);
    return answer && answer.ok ? answer.json() : null;
  }

  async function load() {
    clearTimeout(timer);
    if (document.hidden) return;
    if (hold.getAttribute("aria-pressed") === "false") {
      const answer = await ask(`attempts?since=${last}`);
      if (answer) learn(answer);
      if (whole() && (!activity || !active || performance.now() - activityAt > ACTIVITY_AGAIN_MILLIS)) {
        activity = await ask("activity") || activity;
        activityAt = performance.now();
      }
      draw();
      if (document.activeElement !== canvas) {
        readout.setAttribute("aria-live", "off");
        say();
      }
    }
    if (active) timer = setTimeout(load, AGAIN_MILLIS);
  }

  span.addEventListener("change", () => {
    cursor = { row: 0, key: "" };
    view.scrollTop = 0;
    activity = null;
    load();
  });
  hold.addEventListener("click", () => {
    const isHeld = hold.getAttribute("aria-pressed") === "true";
    hold.setAttribute("aria-pressed", String(!isHeld));
    hold.textContent = isHeld ? "Hold" : "Go on";
    load();
  });
  document.getElementById("stream-open").addEventListener("click", openTask);
  document.addEventListener("visibilitychange", load);
  new ResizeObserver(() => requestAnimationFrame(draw)).observe(view);
  paint.onScheme(recolour);
  root.hidden = false;
  recolour();
  load();
})();
