// What makes the page nicer; all of it works without.
"use strict";

// "/" leads to the question.
document.addEventListener("keydown", (event) => {
  const question = document.getElementById("q");
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "/" && question && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    question.focus();
    question.select();
  }
});

// Limits that say nothing do not stand in the address.
for (const form of document.querySelectorAll("form.ask")) {
  form.addEventListener("submit", () => {
    for (const field of form.querySelectorAll("select, input")) {
      field.disabled = field.name !== "q" && !field.value;
    }
  });
  addEventListener("pageshow", () => {
    for (const field of form.elements) field.disabled = false;
  });
}

// A unit of a long article may stand on another page of it.
const unit = /^#s(\d+)$/.exec(location.hash);
if (unit && document.querySelector(".text") && !document.getElementById(`s${unit[1]}`)) {
  const address = new URL(location.href);
  if (address.searchParams.get("s") !== unit[1]) {
    address.searchParams.set("s", unit[1]);
    location.replace(address);
  }
}

// Files may be dropped, and it is shown that they are being sent.
const drop = document.getElementById("drop");
if (drop) {
  const files = drop.querySelector("input[type=file]");
  const progress = drop.querySelector("progress");
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    drop.addEventListener(name, () => drop.classList.remove("over"));
  }
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    files.files = event.dataTransfer.files;
  });
  drop.addEventListener("submit", () => {
    progress.hidden = false;
    drop.querySelector("button").textContent = drop.dataset.working;
  });
}
