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

// Files may be dropped, and it is shown how far they were sent.
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
  drop.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = drop.querySelector("button");
    const request = new XMLHttpRequest();
    progress.hidden = false;
    button.textContent = drop.dataset.working;
    button.disabled = true;
    request.upload.addEventListener("progress", (sent) => {
      if (sent.lengthComputable) progress.value = (100 * sent.loaded) / sent.total;
    });
    request.addEventListener("load", () => {
      if (request.status < 400) {
        location.assign(request.responseURL);
      } else {
        document.open();
        document.write(request.responseText);
        document.close();
      }
    });
    request.addEventListener("error", () => drop.submit());
    request.open("POST", drop.action);
    request.send(new FormData(drop));
  });
}
