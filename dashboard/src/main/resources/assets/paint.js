// Colours of the style sheet for pictures, as they are in the scheme that is shown now.
window.bramblePaint = (() => {
  "use strict";
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);

  function colour(name) {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  }

  // [red, green, blue] for pixels.
  function rgb(name) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const context = canvas.getContext("2d");
    context.fillStyle = colour(name);
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  }

  function onScheme(again) {
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  }

  return { colour, rgb, onScheme };
})();
