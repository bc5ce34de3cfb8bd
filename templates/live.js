/* Keeps the page of `reporter serve` up to date: the server sends the parts that changed. It has escaped every text of a
   log in them, and the Content-Security-Policy of the page lets no script in them run. `page` holds functions of report.js. */
function liveOf(page) {
  const status = document.getElementById("live");

  function parsed(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
  }

  function change({ data }) {
    const { number, html, packed } = JSON.parse(data);
    if (html.length === 1) document.getElementById(`figure-${number}`).innerHTML = html[0];
    else page.replace(number, ...html.map(parsed), packed);
  }

  const changes = new EventSource(`changes?since=${document.body.dataset.live}`);
  changes.addEventListener("open", () => (status.textContent = "This page is live."));
  changes.addEventListener("error", () => (status.textContent = "The server does not answer; this page is as it was last."));
  changes.addEventListener("message", change);
  changes.addEventListener("reload", () => location.reload()); // runs were added or removed
}
