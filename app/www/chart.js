// One chart is one model. Its spec is drawn in place with Plotly.react; the view is never made again.
const CONFIG = { displayModeBar: false, displaylogo: false, responsive: false, scrollZoom: false, doubleClick: "reset" };

function draw(el, model) {
  const spec = JSON.parse(model.get("spec"));
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
