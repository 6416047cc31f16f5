// Adds to a log what its task prints meanwhile, and stays at its end while it is asked to.
(() => {
  "use strict";
  const log = document.getElementById("log");
  if (!log) return;
  const follow = document.getElementById("follow");
  const said = document.getElementById("log-said");
  // What a page holds; older lines go.
  const CHARACTERS_MAX = 2_000_000;
  const AGAIN_MILLIS = 1_000;

  let end = Number(log.dataset.end);
  const decoder = new TextDecoder();
  const toEnd = () => { log.scrollTop = log.scrollHeight; };
  toEnd();
  if (end < 0) return;

  let isFollowing = true;
  follow.hidden = false;
  follow.addEventListener("click", () => {
    isFollowing = !isFollowing;
    follow.setAttribute("aria-pressed", String(isFollowing));
    if (isFollowing) toEnd();
  });

  function add(bytes) {
    const text = decoder.decode(bytes, { stream: true })
      .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, "")
      .replace(/\r\n?/g, "\n");
    log.append(text);
    if (log.textContent.length > CHARACTERS_MAX) {
      log.textContent = log.textContent.slice(-CHARACTERS_MAX / 2);
    }
    said.textContent = "";
    if (isFollowing) toEnd();
  }

  async function more() {
    const { job, task, stream } = log.dataset;
    const answer = await fetch(`/api/v1/jobs/${job}/tasks/${task}/log?stream=${stream}&offset=${end}&limit=262144`)
      .catch(() => null);
    if (!answer || !answer.ok) {
      said.textContent = "This head does not answer just now: trying again.";
      setTimeout(more, AGAIN_MILLIS * 3);
      return;
    }
    const size = Number(answer.headers.get("Bramble-Log-Size"));
    if (size < end) {
      // A new attempt has begun to print.
      end = 0;
      log.textContent = "";
    } else {
      const bytes = new Uint8Array(await answer.arrayBuffer());
      end = Number(answer.headers.get("Bramble-Log-Offset")) + bytes.length;
      if (bytes.length) add(bytes);
      if (answer.headers.get("Bramble-Log-Ended") === "true" && !bytes.length) {
        said.textContent = "It has ended.";
        follow.hidden = true;
        return;
      }
    }
    setTimeout(more, document.hidden ? AGAIN_MILLIS * 5 : AGAIN_MILLIS);
  }

  more();
})();
