// The form of one case: "not known" empties a field, Enter scores, problems stand beside their fields, a slider moves.
(function () {
  const texts = (root) => root.querySelectorAll("input[data-case-text]");

  // A field without a text is not known: its button says so.
  function press(input) {
    const button = document.querySelector(`[data-empties="${CSS.escape(input.id)}"]`);
    button?.setAttribute("aria-pressed", String(input.value === ""));
  }

  function send(input) {
    if (input.type === "date") Shiny.setInputValue(input.id, input.value);
    else input.dispatchEvent(new Event("change", { bubbles: true }));
    press(input);
  }

  function tell(input, said) {
    const field = input.closest(".case-field");
    const slot = document.getElementById(`${input.id}-problem`);
    if (!field || !slot) return;
    slot.textContent = said;
    field.classList.toggle("is-wrong", said !== "");
    if (said) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }

  function tellAll({ problems, place }) {
    const all = document.querySelectorAll(".case-field input[id], .case-field select[id]");
    all.forEach((input) => tell(input, problems[input.id] ?? ""));
    const wrong = [...all].filter((input) => problems[input.id]);
    wrong.forEach((input) => input.closest("details")?.setAttribute("open", ""));
    if (wrong.length) {
      wrong[0].focus({ preventScroll: true });
      wrong[0].closest(".case-field").scrollIntoView({ block: "center" });
    } else if (asked) show(place);
    asked = false;
  }

  // On a phone the answer is below the form: go there once it was asked for.
  let asked = false;
  function show(place) {
    const answer = document.getElementById(place);
    if (answer && answer.getBoundingClientRect().top > innerHeight * 0.7) {
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      answer.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
    }
  }

  function slide(slider) {
    const words = slider.dataset.texts.split("\n");
    slider.setAttribute("aria-valuetext", words[slider.value]);
    slider.parentElement.querySelector("output").textContent = words[slider.value];
    Shiny.setInputValue(slider.dataset.slides, `${slider.dataset.serial}:${slider.value}`);
  }

  document.addEventListener("input", (event) => {
    if (event.target.matches?.("input[data-case-text]")) press(event.target);
    if (event.target.matches?.("input[data-slides]")) slide(event.target);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches?.("input[type=date][data-case-text]")) send(event.target);
  });

  document.addEventListener("click", (event) => {
    const empties = event.target.closest("[data-empties]");
    if (empties) {
      const input = document.getElementById(empties.dataset.empties);
      input.value = "";
      send(input);
      input.focus();
    }
    const back = event.target.closest("[data-back]");
    if (back) {
      const slider = back.parentElement.querySelector("input[data-slides]");
      slider.value = slider.dataset.here;
      slide(slider);
    }
    if (event.target.closest(".case-buttons .btn-primary")) asked = true;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches?.(".case-field input")) return;
    event.preventDefault();
    send(event.target);
    setTimeout(() => document.querySelector(".case-buttons .btn-primary")?.click(), 0);
  });

  document.addEventListener("DOMContentLoaded", () => {
    $(document).on("shiny:value", () => setTimeout(() => texts(document).forEach(press), 0));
    Shiny.addCustomMessageHandler("cartera-case", tellAll);
  });
})();
