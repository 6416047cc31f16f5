// Shows anew what a drain would do when its choices change. Without this a button does.
(() => {
  "use strict";
  const form = document.getElementById("drain-form");
  if (!form) return;
  // Whoever types a time is not asked after each letter.
  const PAUSE_MILLIS = 400;
  let timer = 0;
  let newest = 0;

  async function show() {
    const number = ++newest;
    const fields = new URLSearchParams(new FormData(form));
    fields.set("do", "preview");
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: fields, credentials: "same-origin" });
    } catch {
      return; // What is there stays there; the button says why it cannot be had.
    }
    const text = await answer.text();
    if (number !== newest || !(answer.headers.get("Content-Type") || "").startsWith("text/html")) return;
    const page = new DOMParser().parseFromString(text, "text/html");
    for (const id of ["forecast", "seen"]) {
      const fresh = page.getElementById(id);
      const old = document.getElementById(id);
      if (fresh && old) old.replaceWith(document.importNode(fresh, true));
    }
  }

  form.addEventListener("input", event => {
    if (event.target.name === "reason") return;
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE_MILLIS);
  });
  if (document.getElementById("preview")) document.getElementById("preview").hidden = true;
})();
