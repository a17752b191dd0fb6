/* A file input that shows what was chosen, takes drops, and says before sending when a file is too large. */
import { on } from "./dom.js";

function size(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

on("change", "[data-dropzone] input[type=file]", (input) => {
  const list = input.closest("[data-dropzone]").querySelector("[data-dropzone-files]");
  list.replaceChildren(
    ...[...input.files].map((file) => {
      const item = document.createElement("li");
      const name = document.createElement("span");
      const weight = document.createElement("span");
      name.className = "clip";
      name.textContent = file.name;
      weight.className = "faint";
      weight.textContent = size(file.size);
      item.append(name, weight);
      return item;
    }),
  );
  if (input.dataset.autosubmit !== undefined && input.files.length) input.form.requestSubmit();
});

for (const type of ["dragenter", "dragover"]) on(type, "[data-dropzone]", (zone) => (zone.dataset.over = ""));
for (const type of ["dragleave", "drop"]) on(type, "[data-dropzone]", (zone) => delete zone.dataset.over);

/** The share of a file that has gone out, where a form brings <progress data-upload-progress>. */
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector?.("[data-upload-progress]");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.max = event.detail.total;
  bar.value = event.detail.loaded;
});
