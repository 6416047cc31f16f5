// Draws where each task of a job is. A million tasks are a megabyte; only what can be seen is drawn.
(() => {
  "use strict";
  const root = document.getElementById("grid");
  if (!root) return;
  const paint = window.bramblePaint;
  const job = root.dataset.job;
  const all = Number(root.dataset.tasks);
  const reduce = Number(root.dataset.reduce);
  const canvas = document.getElementById("grid-canvas");
  const view = document.getElementById("grid-view");
  const tall = document.getElementById("grid-tall");
  const readout = document.getElementById("grid-readout");
  const filter = document.getElementById("grid-filter");
  const part = document.getElementById("grid-part");

  const WORDS = ["waiting", "waiting on a node", "running", "succeeded", "failed", "cancelled"];
  const FAILED = 4;
  // Which of several tasks in one cell shows.
  const RANK = [2, 3, 4, 0, 5, 1];
  const WINDOW = 1 << 20;
  const VIEW_PIXELS = 320;
  // Tasks in a cell, and its size in pixels: from far to near.
  const LEVELS = [[1024, 5], [256, 5], [64, 5], [16, 5], [4, 5], [1, 5], [1, 9], [1, 15], [1, 24]];
  const AGAIN_MILLIS = 2_000;
  const LOOK_MILLIS = 300;

  let from = 0;
  let bytes = new Uint8Array(0);
  let order = null;
  let etag = "";
  let level = -1;
  let cursor = 0;
  let colours = [];
  let asked = 0;
  let planned = 0;
  let looked = 0;
  let details = "";

  const count = () => order ? order.length : bytes.length;
  const taskAt = place => order ? order[place] : place;
  const per = () => LEVELS[level][0];
  const pixels = () => LEVELS[level][1];
  const cells = () => Math.ceil(count() / per());
  const columns = () => Math.max(1, Math.floor(view.clientWidth / pixels()));

  function recolour() {
    colours = ["track", "line", "now", "well", "trouble", "soft"].map(name => paint.rgb(name));
    draw();
  }

  function stateOf(cell) {
    const size = per();
    let worst = bytes[taskAt(cell * size)];
    for (let at = cell * size + 1; at < Math.min(count(), (cell + 1) * size); at++) {
      const state = bytes[taskAt(at)];
      if (RANK[state] > RANK[worst]) worst = state;
    }
    return worst;
  }

  function layout() {
    if (level < 0) level = fit();
    const rows = Math.ceil(cells() / columns());
    const height = Math.min(VIEW_PIXELS, Math.max(pixels(), rows * pixels()));
    const scale = devicePixelRatio;
    canvas.style.height = height + "px";
    canvas.width = Math.round(view.clientWidth * scale);
    canvas.height = Math.round(height * scale);
    tall.style.height = Math.max(0, rows * pixels() - height) + "px";
  }

  // The nearest from which all can be seen at once.
  function fit() {
    for (let near = LEVELS.length - 1; near > 0; near--) {
      const [size, pixel] = LEVELS[near];
      const across = Math.max(1, Math.floor(view.clientWidth / pixel));
      if (Math.ceil(Math.ceil(count() / size) / across) * pixel <= VIEW_PIXELS) return near;
    }
    return 0;
  }

  function draw() {
    if (!bytes.length || !view.clientWidth) return;
    layout();
    const context = canvas.getContext("2d");
    const pixel = pixels();
    const across = columns();
    const first = Math.floor(view.scrollTop / pixel);
    const rows = Math.min(Math.ceil(canvas.clientHeight / pixel) + 1, Math.ceil(cells() / across) - first);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, view.clientWidth, VIEW_PIXELS);
    if (rows <= 0) return;
    const image = new ImageData(across, rows);
    const states = new Uint8Array(across * rows);
    const last = cells();
    for (let at = 0; at < states.length; at++) {
      const cell = first * across + at;
      if (cell >= last) break;
      const state = stateOf(cell);
      states[at] = state + 1;
      image.data.set(colours[state], at * 4);
      image.data[at * 4 + 3] = 255;
    }
    const small = document.createElement("canvas");
    small.width = across;
    small.height = rows;
    small.getContext("2d").putImageData(image, 0, 0);
    const top = first * pixel - view.scrollTop;
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, top, across * pixel, rows * pixel);
    context.fillStyle = paint.colour("panel");
    for (let x = 1; x <= across; x++) context.fillRect(x * pixel - 1, top, 1, rows * pixel);
    for (let y = 1; y <= rows; y++) context.fillRect(0, top + y * pixel - 1, across * pixel, 1);
    if (pixel >= 9) shapes(context, states, across, pixel, top);
    outline(context, across, first, pixel, top);
  }

  // What a colour says, its shape says as well.
  function shapes(context, states, across, pixel, top) {
    context.lineWidth = pixel >= 15 ? 2 : 1.25;
    states.forEach((mark, at) => {
      const state = mark - 1;
      if (mark === 0 || state === 0 || state === 3) return;
      const x = at % across * pixel;
      const y = top + Math.floor(at / across) * pixel;
      const near = pixel * 0.25;
      const far = pixel * 0.75 - 1;
      context.strokeStyle = paint.colour(state === 1 ? "soft" : "panel");
      context.beginPath();
      if (state === 1) {
        context.moveTo(x + near, y + far);
        context.lineTo(x + far, y + far);
      } else if (state === 2) {
        context.moveTo(x + near, y + near);
        context.lineTo(x + far, y + (near + far) / 2);
        context.lineTo(x + near, y + far);
      } else {
        context.moveTo(x + far, y + near);
        context.lineTo(x + near, y + far);
        if (state === FAILED) {
          context.moveTo(x + near, y + near);
          context.lineTo(x + far, y + far);
        }
      }
      context.stroke();
    });
  }

  function outline(context, across, first, pixel, top) {
    const cell = Math.floor(cursor / per());
    const row = Math.floor(cell / across) - first;
    context.strokeStyle = paint.colour("ink");
    context.lineWidth = 2;
    context.strokeRect(cell % across * pixel - 0.5, top + row * pixel - 0.5, pixel, pixel);
  }

  function name(task) {
    return from + task === reduce ? "The reduce" : "Task " + (from + task).toLocaleString("en");
  }

  function say() {
    if (!count()) {
      readout.textContent = order ? "No task is in that state." : "There is no task.";
      return;
    }
    const size = per();
    const begin = Math.floor(cursor / size) * size;
    const end = Math.min(count(), begin + size);
    if (size === 1) {
      readout.textContent = `${name(taskAt(cursor))}: ${WORDS[bytes[taskAt(cursor)]]}${details}`;
      return;
    }
    const counts = new Array(WORDS.length).fill(0);
    for (let at = begin; at < end; at++) counts[bytes[taskAt(at)]]++;
    const words = counts.map((n, state) => n ? `${n.toLocaleString("en")} ${WORDS[state]}` : "").filter(Boolean);
    readout.textContent = `Tasks ${(from + taskAt(begin)).toLocaleString("en")} to `
      + `${(from + taskAt(end - 1)).toLocaleString("en")}: ${words.join(", ")}`;
  }

  function moveTo(place) {
    cursor = Math.max(0, Math.min(count() - 1, place));
    const row = Math.floor(Math.floor(cursor / per()) / columns()) * pixels();
    if (row < view.scrollTop) view.scrollTop = row;
    if (row + pixels() > view.scrollTop + canvas.clientHeight) view.scrollTop = row + pixels() - canvas.clientHeight;
    details = "";
    draw();
    say();
    clearTimeout(looked);
    if (per() === 1) looked = setTimeout(look, LOOK_MILLIS);
  }

  // What the table knows of the task, once the cursor rests.
  async function look() {
    const task = from + taskAt(cursor);
    const id = task === reduce ? "reduce" : task;
    const answer = await fetch(`/api/v1/jobs/${job}/tasks/${id}`).catch(() => null);
    if (!answer || !answer.ok || task !== from + taskAt(cursor)) return;
    const known = await answer.json();
    const node = known.current ? known.current.node : known.node;
    details = (node ? ` on ${node}` : "") + (known.attempts > 1 ? `, try ${known.attempts}` : "")
      + (known.reason ? `, ${known.reason}` : "");
    say();
  }

  function zoom(by) {
    const before = level;
    level = Math.max(0, Math.min(LEVELS.length - 1, level + by));
    if (level !== before) moveTo(cursor);
  }

  function nextFailed() {
    for (let step = 1; step <= count(); step++) {
      const place = (cursor + step) % count();
      if (bytes[taskAt(place)] === FAILED) {
        while (per() > 1) level++;
        moveTo(place);
        return;
      }
    }
    readout.textContent = "No task has failed.";
  }

  function openTask() {
    if (count() && per() === 1) {
      const task = from + taskAt(cursor);
      location.href = `/jobs/${job}/tasks/${task === reduce ? "reduce" : task}`;
    } else {
      zoom(1);
    }
  }

  function sift() {
    const wanted = filter.value;
    order = null;
    if (wanted !== "all") {
      const states = wanted.split(",").map(Number);
      const kept = [];
      bytes.forEach((state, task) => {
        if (states.includes(state)) kept.push(task);
      });
      order = Uint32Array.from(kept);
    }
  }

  async function load() {
    asked = Date.now();
    planned = 0;
    const limit = Math.min(WINDOW, all - from);
    const headers = etag ? { "If-None-Match": etag } : {};
    const answer = await fetch(`/api/v1/jobs/${job}/grid?from=${from}&limit=${limit}`, { headers, cache: "no-store" })
      .catch(() => null);
    if (!answer || answer.status !== 200) return;
    etag = answer.headers.get("ETag") || "";
    bytes = new Uint8Array(await answer.arrayBuffer());
    sift();
    cursor = Math.max(0, Math.min(cursor, count() - 1));
    draw();
    say();
  }

  // What changes on the page has changed in the picture, too.
  function plan() {
    if (!planned) planned = setTimeout(load, Math.max(0, asked + AGAIN_MILLIS - Date.now()));
  }

  canvas.addEventListener("keydown", event => {
    const size = per();
    const across = columns();
    const page = Math.max(1, Math.floor(canvas.clientHeight / pixels())) * across;
    const steps = {
      ArrowLeft: -size, ArrowRight: size, ArrowUp: -across * size, ArrowDown: across * size,
      PageUp: -page * size, PageDown: page * size, Home: -count(), End: count(),
    };
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in steps) moveTo(cursor + steps[event.key]);
    else if (event.key === "+") zoom(1);
    else if (event.key === "-") zoom(-1);
    else if (event.key === "f") nextFailed();
    else if (event.key === "Enter") openTask();
    else return;
    event.preventDefault();
  });
  canvas.addEventListener("click", event => {
    const box = canvas.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left) / pixels());
    const row = Math.floor((event.clientY - box.top + view.scrollTop) / pixels());
    if (column < columns()) moveTo((row * columns() + column) * per());
  });
  canvas.addEventListener("dblclick", openTask);
  view.addEventListener("scroll", () => requestAnimationFrame(draw));
  document.getElementById("grid-in").addEventListener("click", () => zoom(1));
  document.getElementById("grid-out").addEventListener("click", () => zoom(-1));
  document.getElementById("grid-next").addEventListener("click", nextFailed);
  document.getElementById("grid-open").addEventListener("click", openTask);
  filter.addEventListener("change", () => {
    sift();
    level = -1;
    view.scrollTop = 0;
    layout();
    moveTo(0);
  });
  if (all > WINDOW) {
    for (let begin = 0; begin < all; begin += WINDOW) {
      part.append(new Option(`from task ${begin.toLocaleString("en")}`, begin));
    }
    document.getElementById("grid-parts").hidden = false;
    part.addEventListener("change", () => {
      from = Number(part.value);
      etag = "";
      cursor = 0;
      load();
    });
  }
  document.addEventListener("bramble:part", event => {
    if (event.detail === "job-head") plan();
  });
  new ResizeObserver(() => requestAnimationFrame(draw)).observe(view);
  paint.onScheme(recolour);
  root.hidden = false;
  recolour();
  load();
})();
