// What makes the pages kind to hands: keys, focus, questions before something is lost, times in the reader's own zone.
(() => {
  "use strict";
  const root = document.documentElement, body = document.body, kind = body.dataset.kind;
  const { word } = window.nps;

  // ---- Questions. The Dashboard's frame forbids the browser's own dialogs. The buttons say what they do.
  function ask(question, goOn, stay) {
    const dialog = document.createElement("dialog");
    const form = document.createElement("form"), text = document.createElement("p"), row = document.createElement("div");
    dialog.className = "ask";
    form.method = "dialog";
    text.id = "question";
    text.textContent = question;
    dialog.setAttribute("aria-labelledby", "question");
    row.className = "row end";
    for (const [value, words] of [["no", stay], ["yes", goOn]]) {
      const button = document.createElement("button");
      button.value = value;
      button.className = value === "yes" ? "primary" : "";
      button.textContent = words;
      row.append(button);
    }
    form.append(text, row);
    dialog.append(form);
    body.append(dialog);
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => { dialog.remove(); resolve(dialog.returnValue === "yes"); });
    });
  }

  // ---- What was typed and not sent.
  const WRITES = "form[hx-post],form[hx-put],form[hx-patch],form[data-guard]";
  function isChanged(field) {
    if (["hidden", "search", "submit", "button", "file"].includes(field.type) || !field.name) return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
    const options = [...field.options], first = options.findIndex((option) => option.defaultSelected);
    return field.multiple ? options.some((one) => one.selected !== one.defaultSelected) : field.selectedIndex !== Math.max(0, first);
  }
  const changedIn = (within, except = null) =>
    [...within.querySelectorAll(WRITES)].filter((form) => form !== except && !form.matches("[data-no-guard]"))
      .flatMap((form) => [...form.elements].filter((field) => field.matches("input,select,textarea") && isChanged(field)));
  const isUnsent = (within, except = null) => changedIn(within, except).length > 0 || within.querySelector("form[data-unsent]") !== null;
  const askToLeave = () => ask(word("unsent"), word("leave"), word("stay"));
  const mayLeave = async (within = document) => !isUnsent(within) || askToLeave();
  Object.assign(window.nps, { ask, isUnsent, mayLeave });

  const isByHand = (event) => ["click", "submit", "change", "input", "keyup", "search"].includes(event?.type);
  body.addEventListener("htmx:confirm", (event) => {
    const { elt, target, verb, question, triggeringEvent, issueRequest } = event.detail;
    const own = elt.closest("form");
    const isLeaving = verb === "get" && isByHand(triggeringEvent) && target instanceof Element && isUnsent(target, own);
    if (!question && !isLeaving) return;
    event.preventDefault();
    const asked = question ? ask(question, elt.dataset.confirmDo ?? elt.textContent.trim(), word("keep")) : askToLeave();
    asked.then((isYes) => isYes && issueRequest(true));
  });
  window.addEventListener("beforeunload", (event) => {
    if (kind !== "widget" && isUnsent(document)) event.preventDefault();
  });

  // An action beside a half-written text brings new content; the text stays where it was.
  const addressOf = (form) => form?.getAttribute("hx-post") ?? "";
  const kept = new WeakMap();
  body.addEventListener("htmx:beforeSwap", ({ detail: { xhr, requestConfig, shouldSwap } }) => {
    if (!shouldSwap || (requestConfig.verb === "get" && isByHand(requestConfig.triggeringEvent))) return;
    const own = requestConfig.elt.closest("form");
    const typed = changedIn(document, own).filter((field) => field.id);
    kept.set(xhr, typed.map((field) => ({ field, address: addressOf(field.form) })));
  });
  body.addEventListener("htmx:afterSettle", ({ detail: { xhr } }) => {
    for (const { field, address } of kept.get(xhr) ?? []) {
      const now = document.getElementById(field.id);
      if (!now || now === field || now.type !== field.type || addressOf(now.form) !== address) continue;
      if (field.type === "checkbox" || field.type === "radio") now.checked = field.checked; else now.value = field.value;
    }
    kept.delete(xhr);
  });
  // What was sent is no longer unsent, also where the form stays.
  body.addEventListener("htmx:afterRequest", ({ detail: { xhr, elt, pathInfo } }) => {
    if (!(xhr.status >= 200 && xhr.status < 300) || !(elt instanceof HTMLFormElement) || pathInfo?.requestPath !== addressOf(elt)) return;
    elt.removeAttribute("data-unsent");
    for (const field of elt.elements) {
      if ("defaultChecked" in field) field.defaultChecked = field.checked;
      if (field.tagName === "SELECT") [...field.options].forEach((option) => { option.defaultSelected = option.selected; });
      else if ("defaultValue" in field && field.type !== "hidden") field.defaultValue = field.value;
    }
  });

  // ---- Focus: who opened a page by hand goes on at its beginning, and what has to be read at once says data-focus. (The
  // attribute autofocus is refused in the Dashboard's frame, with a fault in the console.)
  let pages = 0;
  body.addEventListener("htmx:afterSettle", ({ target: settled, detail: { target, requestConfig } }) => {
    if (kind === "widget") return;
    const urgent = settled.querySelector?.("[data-focus]");
    if (urgent) return urgent.focus();
    if (target.id !== "page") return;
    pages += 1;
    const isLost = document.activeElement === body || document.activeElement === null;
    if (isLost && pages > 1) document.getElementById("main")?.focus({ preventScroll: true });
    if (requestConfig?.elt?.tagName === "A") window.scrollTo(0, 0);
  });

  // ---- The list knows which response is open beside it.
  body.addEventListener("htmx:afterSwap", ({ detail: { target, requestConfig } }) => {
    if (target.id !== "case") return;
    const opened = requestConfig.path.split("?")[0];
    for (const row of document.querySelectorAll(".case-row")) {
      if (row.getAttribute("hx-get").split("?")[0] === opened) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  });

  // ---- Keys. data-key="r" on a button, link or field: pressing it there presses or focuses it.
  const areKeysOn = () => { try { return localStorage.getItem("nps-keys") !== "off"; } catch { return true; } };
  const isSeen = (element) => element.getClientRects().length > 0;
  function step(by) {
    const rows = [...document.querySelectorAll(".case-row")].filter(isSeen);
    if (!rows.length) return false;
    const focused = rows.indexOf(document.activeElement?.closest?.(".case-row"));
    const at = focused >= 0 ? focused : rows.findIndex((row) => row.matches("[aria-current]"));
    const row = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    row.focus();
    row.scrollIntoView({ block: "nearest" });
    if (!row.matches("[aria-current]")) row.click();
    return true;
  }
  function press(key) {
    const found = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key && isSeen(one) && !one.disabled);
    if (!found) return false;
    if (found.matches("input:not([type=checkbox],[type=radio],[type=submit]),textarea,select")) found.focus(); else found.click();
    return true;
  }
  window.addEventListener("keydown", (event) => {
    const { key, target, defaultPrevented, isComposing } = event;
    if (defaultPrevented || isComposing || !(target instanceof Element)) return;
    const field = target.closest("input,textarea,select,[contenteditable]");
    if (field) {
      if (key === "Enter" && (event.ctrlKey || event.metaKey)) field.form?.requestSubmit();
      else if (key === "Escape" && !field.closest("dialog")) field.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") || !areKeysOn()) return;
    const isOnRow = target.matches(".case-row");
    const by = key === "j" || (isOnRow && key === "ArrowDown") ? 1 : key === "k" || (isOnRow && key === "ArrowUp") ? -1 : 0;
    if (by ? step(by) : press(key)) event.preventDefault();
  });

  // ---- Buttons that open a dialog of the page, and the switch that turns single keys off.
  body.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    const dialog = opener && document.getElementById(opener.dataset.opens);
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
    const closer = event.target.closest("[data-closes]");
    if (closer) closer.closest("dialog")?.close();
  });
  body.addEventListener("change", ({ target }) => {
    if (!target.matches("[data-toggle-keys]")) return;
    try { localStorage.setItem("nps-keys", target.checked ? "on" : "off"); } catch { /* not allowed in this browser */ }
  });

  // ---- What is copied. The Dashboard's frame has no clipboard of its own to write to, but the browser's own command works.
  body.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    getSelection().selectAllChildren(document.getElementById(button.dataset.copies));
    if (document.execCommand("copy")) window.nps.say(button.dataset.copied, "success");
  });

  // ---- Widgets are as high as what is in them; pages and popups must never say so, all frames would follow.
  if (window.parent !== window && kind === "widget") {
    const page = document.getElementById("page");
    let height = 0;
    new ResizeObserver(() => {
      const wanted = Math.min(5000, Math.max(1, Math.ceil(page.getBoundingClientRect().height)));
      if (Math.abs(wanted - height) > 1) window.nps.tell("widgetResize", { height: (height = wanted) });
    }).observe(page);
  }

  // ---- What is done in a popup shows in the widgets beside it, which the Dashboard keeps as they are.
  const others = new BroadcastChannel("nps");
  body.addEventListener("htmx:afterRequest", ({ detail: { successful, requestConfig } }) => {
    if (successful && requestConfig.verb !== "get") others.postMessage("changed");
  });
  others.addEventListener("message", () => {
    const page = document.getElementById("page");
    if (kind === "widget" && page.getAttribute("aria-busy") === "false" && !isUnsent(page)) window.nps.load();
  });

  // ---- What stands in new content.
  function greet(within) {
    const all = (selector) => [...(within.matches?.(selector) ? [within] : []), ...within.querySelectorAll(selector)];
    // The calendar of the server's own dates, whatever the language's usual one is.
    const written = new Intl.DateTimeFormat(`${root.lang}-u-ca-gregory`, { dateStyle: "medium", timeStyle: "short" });
    for (const time of all("time[data-local]")) {
      const moment = new Date(time.dateTime);
      if (!Number.isNaN(moment.valueOf())) time.textContent = written.format(moment);
    }
    for (const pressed of all("[data-key]")) pressed.setAttribute("aria-keyshortcuts", pressed.dataset.key);
    for (const toggle of all("[data-toggle-keys]")) toggle.checked = areKeysOn();
  }
  body.addEventListener("htmx:load", ({ detail }) => detail.elt.querySelectorAll && greet(detail.elt));
})();
