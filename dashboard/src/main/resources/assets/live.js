// Keeps a page up to date: the head sends elements that have changed, and each takes the place of the one with its id.
// Without this the page is whole as well, and loads itself anew.
(() => {
  "use strict";
  const body = document.body;
  const address = body.dataset.live;
  if (!address) return;

  // The head sends something every ten seconds at least.
  const SILENCE_MILLIS = 25_000;
  // A stream that the head refused is asked for again; one that broke off, by the browser itself.
  const AGAIN_MILLIS = 5_000;
  // A line is read in that time.
  const READ_MILLIS = 3_000;

  const words = document.getElementById("link-words");
  let heardMillis = Date.now();
  let stream = null;

  function say(state, text) {
    if (body.dataset.link === state && words.textContent === text) return;
    body.dataset.link = state;
    words.textContent = text;
  }

  function heard() {
    heardMillis = Date.now();
    say("live", "live");
  }

  function put(html) {
    const template = document.createElement("template");
    template.innerHTML = html.trim();
    const fresh = template.content.firstElementChild;
    const old = fresh && document.getElementById(fresh.id);
    if (!old) return;
    Idiomorph.morph(old, fresh, {
      morphStyle: "outerHTML",
      ignoreActiveValue: true,
      callbacks: {
        // What the visitor opened stays open.
        beforeAttributeUpdated: (name, node) => !(name === "open" && node.tagName === "DETAILS"),
      },
    });
    document.dispatchEvent(new CustomEvent("bramble:part", { detail: fresh.id }));
  }

  function open() {
    stream = new EventSource(address);
    stream.addEventListener("part", event => {
      heard();
      put(event.data);
    });
    stream.addEventListener("well", heard);
    stream.addEventListener("trouble", event => {
      heardMillis = Date.now();
      if (event.data === "none") say("live", "live");
      else say("lost", event.data);
    });
    stream.addEventListener("out", () => {
      stream.close();
      say("lost", "your session has ended or may do less now: this page is loaded anew");
      setTimeout(() => location.reload(), READ_MILLIS);
    });
    stream.addEventListener("error", () => {
      const seconds = Math.round((Date.now() - heardMillis) / 1000);
      say("lost", `connection to this head lost ${seconds} s ago, trying again`);
      if (stream.readyState === EventSource.CLOSED) setTimeout(again, AGAIN_MILLIS);
    });
  }

  // A refusal has no words here; the page itself has: perhaps one must log in.
  async function again() {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      if (answer.redirected) {
        // To the login page, which says why.
        location.assign(answer.url);
        return;
      }
      if (answer.status === 404 || answer.status === 403) {
        location.reload();
        return;
      }
    } catch {
      // Not there yet.
    }
    open();
  }

  setInterval(() => {
    const silent = Date.now() - heardMillis;
    if (silent > SILENCE_MILLIS) {
      say("lost", `nothing heard from this head for ${Math.round(silent / 1000)} s, trying again`);
      if (stream.readyState === EventSource.OPEN) {
        stream.close();
        open();
      }
    }
  }, 5_000);

  // A page that is put away by the browser keeps no stream open.
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", event => {
    if (event.persisted) open();
  });

  open();
})();
