// The forms of the page Decisions: a form's fields are sent together when one of its buttons is pressed.
(function () {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-sends]");
    if (!form) return;
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form, event.submitter));
    Shiny.setInputValue(form.dataset.sends, fields, { priority: "event" });
  });

  document.addEventListener("DOMContentLoaded", () => {
    Shiny.addCustomMessageHandler("cartera-form-done", ({ id }) => document.getElementById(id)?.reset());
  });
})();
