/* What the pages do better when a script may run. Every page works without this file. */
(() => {
  "use strict";
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  // ── Drafts: what is typed is saved a moment after it was typed ──────────────────────────────────────────
  const savers = new WeakMap();
  const save = async (form) => {
    const state = savers.get(form);
    if (!state || state.leaving) return;
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    data.set("action", "autosave");
    const note = document.querySelector("[data-saved]");
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST", body: data, credentials: "same-origin", headers: { "X-Autosave": "1" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const said = await answer.json();
      if (note) note.textContent = said.words;
      const revision = form.elements.namedItem("revision");
      if (revision && said.revision !== undefined) revision.value = said.revision;
      state.dirty = false;
    } catch {
      if (note) note.textContent = note.dataset.failed;
      state.timer = setTimeout(() => save(form), 10000);
    }
  };
  const watch = (form) => {
    if (savers.has(form)) return;
    savers.set(form, { timer: 0, dirty: false, leaving: false });
    form.addEventListener("input", () => {
      const state = savers.get(form);
      state.dirty = true;
      clearTimeout(state.timer);
      state.timer = setTimeout(() => save(form), 1200);
    });
    form.addEventListener("submit", () => { savers.get(form).leaving = true; });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && savers.get(form).dirty) save(form);
    });
  };

  // ── An answer on which other questions depend redraws the questions; the server draws, here they are swapped ──
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLElement) || !box.hasAttribute("data-decides") || !window.htmx) return;
    const form = box.closest("form");
    if (!form) return;
    const state = savers.get(form);
    if (state) { clearTimeout(state.timer); state.dirty = false; }
    window.htmx.ajax("POST", form.getAttribute("action"), {
      source: form, target: "#questions", select: "#questions", swap: "outerHTML", values: { action: "redraw" } });
  });

  // ── A form is sent once; the server would take it once anyway ───────────────────────────────────────────
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-once")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    $$("button", form).forEach((button) => button.setAttribute("aria-disabled", "true"));
  });
  window.addEventListener("pageshow", () => $$("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    $$("button", form).forEach((button) => button.removeAttribute("aria-disabled"));
  }));

  // ── Files: drop, photograph, see how far it is ─────────────────────────────────────────────────────────
  const send = (place, files) => {
    const form = place.closest("form");
    const input = place.querySelector("input[type=file]");
    const bar = place.querySelector("progress");
    const words = place.querySelector("[data-progress]");
    const data = new FormData(form);
    $$("input[type=file]", form).forEach((other) => data.delete(other.name));
    for (const file of files) data.append(input.name, file);
    data.set("upload", place.dataset.files);
    const request = new XMLHttpRequest();
    request.open("POST", form.getAttribute("action")); // `form.action` may be a button of that name
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.hidden = false;
      bar.value = Math.round(100 * event.loaded / event.total);
      words.textContent = `${bar.value} %`;
    });
    request.addEventListener("load", () => {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const fresh = page.getElementById(place.id);
      if (!fresh) { bar.hidden = true; words.textContent = words.dataset.failed; return; }
      place.replaceWith(fresh);
      start(fresh);
      fresh.querySelector("input[type=file]").focus();
      const why = page.querySelector("[data-refused]");
      const told = fresh.querySelector("[data-progress]");
      if (why && told) setTimeout(() => { told.classList.add("error"); told.textContent = why.innerText.replace(/\s+/g, " ").trim(); }, 50);
    });
    request.addEventListener("error", () => { bar.hidden = true; words.textContent = words.dataset.failed; });
    request.send(data);
  };
  const dropZone = (place) => {
    const input = place.querySelector("input[type=file]");
    const zone = place.querySelector(".drop");
    place.classList.add("quick");
    input.addEventListener("change", () => { if (input.files.length) send(place, input.files); });
    for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, (event) => {
      event.preventDefault(); zone.classList.add("over"); });
    for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files.length) send(place, event.dataTransfer.files);
    });
  };

  // ── The keyboard: the keys shown on the buttons, j and k in lists, ? for help ──────────────────────────
  const typing = (node) => node instanceof HTMLElement
    && (node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName));
  let row = -1;
  const move = (step) => {
    const rows = $$("[data-rows] > *");
    if (!rows.length) return;
    row = Math.max(0, Math.min(rows.length - 1, row + step));
    rows.forEach((item, at) => item.classList.toggle("chosen", at === row));
    (rows[row].querySelector("a") || rows[row]).focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === "j") { move(1); return; }
    if (key === "k") { move(-1); return; }
    if (key === "?") { document.querySelector("dialog[data-help]")?.showModal(); return; }
    if (key === "/") {
      const box = document.querySelector("[data-search]");
      if (box) { event.preventDefault(); box.focus(); }
      return;
    }
    const button = $$("[data-key]").find((item) => item.dataset.key === key && !item.disabled);
    if (button) { event.preventDefault(); button.focus(); button.click(); }
  });

  // ── A box that is ticked ticks the boxes under it ──────────────────────────────────────────────────────
  document.addEventListener("change", (event) => {
    const head = event.target;
    if (!(head instanceof HTMLInputElement) || !head.dataset.all) return;
    $$(`input[type=checkbox][name="${head.dataset.all}"]`).forEach((box) => { box.checked = head.checked; });
  });

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-print]");
    if (button) window.print();
  });

  const start = (root) => {
    $$("form[data-autosave]", root).forEach(watch);
    const here = (selector) => [...(root.matches?.(selector) ? [root] : []), ...$$(selector, root)];
    here("[data-files]").forEach(dropZone);
    here("[data-script-only]").forEach((item) => { item.hidden = false; });
    here("[data-without-script]").forEach((item) => { item.hidden = true; });
  };
  start(document);
  document.addEventListener("htmx:load", (event) => { if (event.detail.elt !== document.body) start(event.detail.elt); });
  // After a failed page the reader's place is the list of what is wrong.
  document.querySelector("[data-errors]")?.focus();
})();
