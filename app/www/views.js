// Saved views: the link of one is copied, and the browser keeps the name of a reader who begins with one.
(function () {
  document.addEventListener("DOMContentLoaded", () => {
    Shiny.addCustomMessageHandler("cartera-reader", ({ cookie, name }) => {
      document.cookie = `${cookie}=${encodeURIComponent(name)}; max-age=31536000; samesite=lax`;
    });
  });
})();
