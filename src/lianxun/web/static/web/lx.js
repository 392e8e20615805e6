// Small helps; every page works without them.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const box = document.getElementById("q");
  if (box) {
    event.preventDefault();
    box.focus();
  }
});
// A form that was sent cannot be sent again by a second click (the server refuses it too).
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method") !== "post" || "stay" in form.dataset) return;
  const question = form.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  window.setTimeout(() => {
    for (const button of form.querySelectorAll("button:not([type=button])")) button.disabled = true;
  }, 0);
});
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
});
// Tick every row of the page; without scripts the ticks are set one by one.
for (const button of document.querySelectorAll("[data-tick-all]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const boxes = [...button.form.querySelectorAll("input[name=row]")];
    const all = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = all;
  });
}
// After a form that has to be corrected, or a look before an act, reading goes on there.
const first = document.querySelector("[data-focus]");
if (first) first.focus();
