// Uploads files of a new job one by one, with progress, as soon as they are chosen; without this they go with the form.
(() => {
  "use strict";
  const form = document.getElementById("new-form");
  const chooser = document.getElementById("add");
  const list = document.getElementById("file-list");
  const uploads = document.getElementById("uploads");
  const text = document.getElementById("text");

  document.querySelectorAll("button[data-line]").forEach(button => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const lines = text.value.split("\n");
      const line = Number(button.dataset.line);
      const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
      text.focus();
      text.setSelectionRange(start, start + (lines[line - 1] || "").length);
      text.scrollTop = text.scrollHeight * Math.max(0, line - 4) / Math.max(1, lines.length);
    });
  });

  document.getElementById("upload").hidden = true;
  let waiting = Promise.resolve();
  let busy = 0;
  chooser.addEventListener("change", () => {
    for (const file of chooser.files) {
      busy++;
      waiting = waiting.then(() => send(file)).finally(() => busy--);
    }
    chooser.value = "";
  });
  form.addEventListener("submit", event => {
    if (busy > 0) {
      event.preventDefault();
      const button = event.submitter;
      waiting.then(() => form.requestSubmit(button));
    }
  });
  // Text that is dropped on the field is typed; a file that is dropped anywhere on the form is added.
  form.addEventListener("dragover", event => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  form.addEventListener("drop", event => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    for (const file of event.dataTransfer.files) {
      busy++;
      waiting = waiting.then(() => send(file)).finally(() => busy--);
    }
  });

  function row(name) {
    const item = document.createElement("li");
    const words = document.createElement("span");
    words.className = "name";
    words.textContent = name;
    item.append(words);
    return item;
  }

  function soft(words) {
    const span = document.createElement("span");
    span.className = "soft";
    span.textContent = words;
    return span;
  }

  async function isProgram(file) {
    const mark = new Uint8Array(await file.slice(0, 4).arrayBuffer());
    return mark[0] === 0x23 && mark[1] === 0x21 || mark[0] === 0x7f && mark[1] === 0x45 && mark[2] === 0x4c;
  }

  async function send(file) {
    const item = row(file.name);
    const bar = document.createElement("progress");
    bar.max = Math.max(1, file.size);
    bar.setAttribute("aria-label", "Upload of " + file.name);
    item.append(bar);
    uploads.append(item);
    try {
      const program = await isProgram(file);
      const answer = await post(file, bar);
      item.remove();
      keep(file.name, answer, program);
    } catch (trouble) {
      bar.remove();
      const says = soft(trouble.message);
      says.className = "wrong";
      item.append(says);
    }
  }

  function post(file, bar) {
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.open("POST", "/api/v1/blobs");
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.addEventListener("progress", event => { bar.value = event.loaded; });
      request.addEventListener("load", () => {
        let answer = {};
        try {
          answer = JSON.parse(request.responseText);
        } catch {
          // Said below.
        }
        if (request.status === 201) done(answer);
        else failed(new Error(answer.detail || "not taken: log in again, then choose it again"));
      });
      request.addEventListener("error", () => failed(new Error("the connection broke off: choose it again")));
      request.send(file);
    });
  }

  function keep(name, answer, program) {
    form.querySelectorAll("input[name=file]").forEach(other => {
      if (other.value.split(" ").slice(5).join(" ") === name) {
        other.remove();
        [...list.children].filter(item => item.querySelector(".name").textContent === name)
          .forEach(item => item.remove());
      }
    });
    const kept = document.createElement("input");
    kept.type = "hidden";
    kept.name = "file";
    kept.value = [answer.sha256, answer.sizeBytes, answer.lines, 0, program ? "program" : "file", name].join(" ");
    document.getElementById("files").append(kept);
    const item = row(name);
    item.append(soft(answer.sizeBytes.toLocaleString("en") + " bytes, " + answer.lines.toLocaleString("en")
      + (answer.lines === 1 ? " line" : " lines")));
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "button quiet";
    drop.textContent = "Leave out";
    drop.setAttribute("aria-label", "Leave out " + name);
    drop.addEventListener("click", () => {
      kept.remove();
      item.remove();
      chooser.focus();
    });
    item.append(drop);
    list.append(item);
  }
})();
