// One chart is one model. Its spec is drawn in place with Plotly.react; the view is never made again.
const CONFIG = { displayModeBar: false, displaylogo: false, responsive: false, scrollZoom: false, doubleClick: "reset" };

// On a narrow picture every second label of a crowded axis goes, counted from the last, until the rest have room.
const ROOM = 50;

function thinned(axis, width) {
  if (!axis || !Array.isArray(axis.tickvals) || axis.tickvals.length < 2) return;
  const step = Math.ceil((axis.tickvals.length * ROOM) / width);
  const kept = (_, i, all) => (all.length - 1 - i) % step === 0;
  axis.ticktext = axis.ticktext?.filter(kept);
  axis.tickvals = axis.tickvals.filter(kept);
}

function draw(el, model) {
  const spec = JSON.parse(model.get("spec"));
  if (el.clientWidth > 0) thinned(spec.layout.xaxis, el.clientWidth - (spec.layout.margin?.r ?? 0) - 50);
  return window.Plotly.react(el, spec.data, spec.layout, CONFIG);
}

function fit(el) {
  if (el._fullLayout && el.offsetParent && el.clientWidth > 0) window.Plotly.Plots.resize(el);
}

function clicked(model, points) {
  model.set("clicked", points.map((p) => ({
    x: p.x ?? null, y: p.y ?? null, key: p.customdata ?? null, trace: p.curveNumber, point: p.pointNumber ?? null,
  })));
  model.save_changes();
}

export default {
  render({ model, el }) {
    el.classList.add("cartera-chart");
    const again = () => draw(el, model);
    model.on("change:spec", again);
    let frame = 0;
    const watch = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => fit(el));
    });
    Promise.resolve(draw(el, model)).then(() => {
      el.on("plotly_click", (event) => clicked(model, event.points));
      watch.observe(el);
    });
    return () => { watch.disconnect(); model.off("change:spec", again); window.Plotly.purge(el); };
  },
};
