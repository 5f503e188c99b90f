// What the page does by itself: the address, the copied link, buttons in rendered tables, the phone menu.
(function () {
  // anywidget leaves a chart blank that has not started two seconds after it was asked for; a busy machine takes longer.
  const MOST_PATIENCE = 60_000;
  const timeout = AbortSignal.timeout;
  AbortSignal.timeout = (milliseconds) => timeout.call(AbortSignal, Math.max(milliseconds, MOST_PATIENCE));

  const label = (name) => document.getElementById("labels")?.dataset[name] ?? "";

  function showAddress(query) {
    history.replaceState(null, "", `?${query}`);
    document.querySelectorAll(".languages a").forEach((link) => {
      const words = new URLSearchParams(query);
      words.set("lang", link.dataset.lang);
      link.href = `?${words}`;
    });
  }

  // Other choices for a list; what is chosen stays, be it among them or not.
  function offer(list, choices) {
    if (!list) return;
    const chosen = list.value;
    const lost = choices.some(([value]) => value === chosen) ? [] : [[chosen, chosen]];
    list.replaceChildren(...[...choices, ...lost].map(([value, name]) => new Option(name, value, false, value === chosen)));
  }

  async function copyAddress(button) {
    const address = new URL(button.dataset.copies ?? location.href, location.href).href;
    try {
      await navigator.clipboard.writeText(address);
    } catch {
      const field = document.createElement("input");
      field.value = address;
      button.after(field); // a dialog gives nothing beyond itself the focus
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    const before = button.title;
    button.title = button.dataset.done;
    button.classList.add("done");
    setTimeout(() => { button.title = before; button.classList.remove("done"); }, 2000);
  }

  // page_navbar() puts controls into the list of tabs; a screen reader expects nothing but tabs there.
  function moveTools() {
    const list = document.querySelector(".navbar ul.navbar-nav");
    const spacer = list?.querySelector(".bslib-nav-spacer");
    if (!spacer) return;
    const tools = document.createElement("div");
    tools.className = "navbar-tools";
    while (spacer.nextElementSibling) {
      const item = spacer.nextElementSibling;
      tools.append(...item.childNodes);
      item.remove();
    }
    spacer.remove();
    list.after(tools);
  }

  function nameControls() {
    document.querySelector(".navbar-toggler")?.setAttribute("aria-label", label("menu"));
    const fold = document.querySelector(".bslib-sidebar-layout > .collapse-toggle");
    fold?.setAttribute("aria-label", label("filters"));
    fold?.setAttribute("data-label", label("filters"));
  }

  // The slider's handle takes the focus but says nothing to a screen reader.
  function nameSliders() {
    document.querySelectorAll("input.js-range-slider").forEach((input) => {
      const box = input.closest(".shiny-input-container");
      const line = box?.querySelector(".irs-line");
      if (!line) return;
      const [low, high] = [input.dataset.min, input.dataset.max];
      const value = input.value.split(";");
      line.setAttribute("role", "slider");
      line.setAttribute("aria-label", box.querySelector(".control-label")?.innerText ?? "");
      line.setAttribute("aria-valuemin", low);
      line.setAttribute("aria-valuemax", high);
      line.setAttribute("aria-valuenow", value.at(-1));
      line.setAttribute("aria-valuetext", value.map((v) => v + (input.dataset.postfix ?? "")).join(" – "));
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    moveTools();
    nameControls();
    $(document).on("shiny:sessioninitialized shiny:inputchanged", () => setTimeout(nameSliders, 0));
  });

  document.addEventListener("click", (event) => {
    const pick = event.target.closest("[data-input]");
    if (pick) Shiny.setInputValue(pick.dataset.input, pick.dataset.value, { priority: "event" });
    const share = event.target.closest("#share, [data-copies]");
    if (share) copyAddress(share);
  });

  // The tab of a section may stand beyond the edge of a phone.
  const bringTabsIn = () => document.querySelectorAll(".parts > .nav .nav-link.active").forEach((tab) => {
    const row = tab.closest(".nav");
    if (row.offsetWidth) row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.offsetWidth - tab.offsetWidth) / 2;
  });
  addEventListener("load", bringTabsIn);

  // Bootstrap leaves the phone menu open after a page is chosen.
  document.addEventListener("shown.bs.tab", (event) => {
    bringTabsIn();
    const menu = event.target.closest(".navbar-collapse.show");
    if (menu) bootstrap.Collapse.getOrCreateInstance(menu).hide();
  });

  // Pages behind a designed state are hidden by the style sheet: tell Shiny, so that it does not work for them.
  function watchState() {
    const main = document.querySelector(".bslib-page-main");
    if (!main) return;
    let had = null;
    new MutationObserver(() => {
      const has = main.querySelector(".state") !== null;
      if (has !== had) { had = has; $(main).trigger(has ? "hidden" : "shown"); window.dispatchEvent(new Event("resize")); }
    }).observe(main, { childList: true, subtree: true });
  }

  function sayLost() {
    if (document.querySelector(".lost")) return;
    const bar = document.createElement("div");
    bar.className = "lost";
    bar.setAttribute("role", "alert");
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = label("again");
    again.addEventListener("click", () => location.reload());
    bar.append(label("lost"), again);
    document.body.append(bar);
  }

  document.addEventListener("DOMContentLoaded", () => {
    watchState();
    $(document).on("shiny:disconnected", sayLost);
    addEventListener("beforeunload", () => $(document).off("shiny:disconnected", sayLost));
    Shiny.addCustomMessageHandler("cartera-choices", ({ id, choices }) => offer(document.getElementById(id), choices));
    Shiny.addCustomMessageHandler("cartera-address", ({ query }) => showAddress(query));
    Shiny.addCustomMessageHandler("cartera-reload", ({ seconds }) => setTimeout(() => location.reload(), 1000 * seconds));
  });
})();
