// One chart is one model. Its spec is drawn in place with Plotly.react; the view is never made again.
const CONFIG = { displayModeBar: false, displaylogo: false, responsive: false, scrollZoom: false, doubleClick: "reset" };

// On a narrow picture every second label of a crowded axis goes, counted from the last, until the rest have room; an
// axis that chooses its labels itself chooses fewer.
const ROOM = 50;
const ROOM_OF_NUMBERS = 80;

function thinned(axis, width) {
  if (axis?.nticks) axis.nticks = Math.max(2, Math.min(axis.nticks, Math.floor(width / ROOM_OF_NUMBERS)));
  if (!axis || !Array.isArray(axis.tickvals) || axis.tickvals.length < 2) return;
  const step = Math.ceil((axis.tickvals.length * ROOM) / width);
  const kept = (_, i, all) => (all.length - 1 - i) % step === 0;
  axis.ticktext = axis.ticktext?.filter(kept);
  axis.tickvals = axis.tickvals.filter(kept);
}

// The words of events stand above the picture, or upright along their lines where two of them would overlap.
const LETTER = 6.2;

function crowded(words, axis, width) {
  const places = words.map((word) => [(axis.categoryarray.indexOf(word.x) / axis.categoryarray.length) * width, word])
    .sort(([one], [other]) => one - other);
  const reach = ([place, word]) => {
    const wide = word.text.length * LETTER;
    const left = place - wide * { left: 0, center: 0.5, right: 1 }[word.xanchor];
    return [left, left + wide];
  };
  return places.some((here, i) => reach(here)[1] > width || (i && reach(places[i - 1])[1] > reach(here)[0]));
}

function placed(layout, width) {
  const words = (layout.annotations ?? []).filter((word) => word.name === "event");
  if (!words.length || !layout.xaxis?.categoryarray || !crowded(words, layout.xaxis, width)) return;
  words.forEach((word) => Object.assign(word, { textangle: -90, yanchor: "top", xanchor: "right" }));
}

function draw(el, model) {
  const spec = JSON.parse(model.get("spec"));
  const width = el.clientWidth;
  if (width > 0) {
    const room = width - (spec.layout.margin?.r ?? 0) - 50;
    thinned(spec.layout.xaxis, room);
    placed(spec.layout, room);
  }
  el._drawnAt = width;
  return window.Plotly.react(el, spec.data, spec.layout, CONFIG);
}

// A picture that was drawn before it had its width is drawn again: how many labels have room depends on it.
function fit(el, model) {
  if (!el._fullLayout || !el.offsetParent || el.clientWidth === 0) return;
  if (el.clientWidth !== el._drawnAt) draw(el, model);
  window.Plotly.Plots.resize(el);
}

// Clicks are counted, for the same place may be clicked on again after the reader has gone back.
let clicks = 0;

function clicked(model, points) {
  clicks += 1;
  model.set("clicked", points.map((p) => ({
    x: p.x ?? null, y: p.y ?? null, key: p.customdata ?? null, trace: p.curveNumber, point: p.pointNumber ?? null,
    click: clicks,
  })));
  model.save_changes();
}

// Where the chart says so, the names of rows and columns can be clicked on, and reached by keyboard.
function offerNames(el, model) {
  if (el.layout?.meta?.names !== "pick") return;
  for (const letter of ["x", "y"]) {
    el.querySelectorAll(`.${letter}tick text:not(.head-pick)`).forEach((name) => {
      const pick = () => {
        const key = el._fullLayout[`${letter}axis`]._categories?.[name.__data__?.x];
        if (key !== undefined) clicked(model, [{ [letter]: key }]);
      };
      name.classList.add("head-pick");
      name.style.pointerEvents = "all";
      name.setAttribute("tabindex", "0");
      name.setAttribute("role", "button");
      name.setAttribute("aria-label", (name.dataset.unformatted ?? name.textContent).replaceAll("<br>", " "));
      name.addEventListener("click", pick);
      name.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        pick();
      });
    });
  }
}

export default {
  render({ model, el }) {
    el.classList.add("cartera-chart");
    const again = () => draw(el, model);
    model.on("change:spec", again);
    let frame = 0;
    const watch = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => fit(el, model));
    });
    Promise.resolve(draw(el, model)).then(() => {
      el.on("plotly_click", (event) => clicked(model, event.points));
      el.on("plotly_afterplot", () => offerNames(el, model));
      offerNames(el, model);
      watch.observe(el);
    });
    return () => { watch.disconnect(); model.off("change:spec", again); window.Plotly.purge(el); };
  },
};
