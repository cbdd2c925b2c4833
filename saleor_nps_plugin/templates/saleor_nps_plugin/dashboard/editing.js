// The form of a survey, which the server sends anew whenever questions come, go or change places. Its requests run one after
// another, in the order of the presses, and what is written, opened or chosen while one runs stays.
(() => {
  "use strict";
  const body = document.body;
  const formOf = (element) => element.closest?.("form[data-one-by-one]") ?? null;
  // `running` is the request under way, `waiting` the presses after it: addresses below the form's own.
  let running = null, waiting = [], kept = null;
  const addressOf = (form) => form.getAttribute("hx-post").replace(/save\/$/, "");

  // ---- Fields are called by the places of their questions, so a button that moves a question renames fields.
  function placeAfter(step, at) {
    if (step.do === "up") return at === step.at ? at - 1 : at === step.at - 1 ? at + 1 : at;
    if (step.do === "down") return at === step.at ? at + 1 : at === step.at + 1 ? at - 1 : at;
    if (step.do === "remove") return at === step.at ? null : at > step.at ? at - 1 : at;
    return at;
  }
  // "q3.c0.de" (a text of the first answer to choose of the question in place 3) after a step, null where it is gone.
  function nameAfter(step, name) {
    const [, question, answer, rest] = /^q(\d+)(?:\.c(\d+))?(.*)$/s.exec(name) ?? [];
    if (question === undefined) return name;
    const at = placeAfter(step, Number(question));
    if (at === null || answer === undefined) return at === null ? null : `q${at}${rest}`;
    const isBeside = step.do === "remove-choice" && Number(question) === step.at;
    const choice = isBeside ? placeAfter({ do: "remove", at: step.choice }, Number(answer)) : Number(answer);
    return choice === null ? null : `q${at}.c${choice}${rest}`;
  }
  function stepOf(path) {
    const asked = new URLSearchParams(path.split("?")[1]);
    return { do: asked.get("do"), at: Number(asked.get("at")), choice: Number(asked.get("choice")) };
  }
  // What a button asks for that was pressed when its question was elsewhere.
  function pathAfter(step, path) {
    const [action, query] = path.split("?"), asked = new URLSearchParams(query);
    if (!asked.has("at")) return path;
    const name = nameAfter(step, `q${asked.get("at")}${asked.has("choice") ? `.c${asked.get("choice")}` : ""}`);
    if (name === null) return null;
    const [, at, choice] = /^q(\d+)(?:\.c(\d+))?/.exec(name);
    asked.set("at", at);
    if (choice !== undefined) asked.set("choice", choice);
    return `${action}?${asked}`;
  }

  // ---- What stands in the form.
  const isTicked = (field) => field.type === "checkbox" || field.type === "radio";
  const keyOf = (field, name = field.name) => (isTicked(field) ? `${name}=${field.value}` : name);
  const stateOf = (field) => (isTicked(field) ? field.checked : field.value);
  const fieldsOf = (form) =>
    [...form.querySelectorAll("input,select,textarea")].filter((field) => field.name && field.type !== "hidden");
  const statesOf = (form) => new Map(fieldsOf(form).map((field) => [keyOf(field), stateOf(field)]));

  // What the person did since the request was sent, by the names that it has in the form that comes.
  function sinceSent({ form, states, focused, step, goesTo }) {
    const active = form.contains(document.activeElement) ? document.activeElement : null;
    const changed = fieldsOf(form).filter((field) => states.has(keyOf(field)) && states.get(keyOf(field)) !== stateOf(field));
    // What is added next is no part of the survey, and stays as it was chosen; a new page does not know the language looked at.
    const next = fieldsOf(form).filter((field) => field.name === "add_kind" || (goesTo && field.name === "language"));
    // Where somebody writes, a blank at the end is the beginning of the next word.
    const written = active && fieldsOf(form).includes(active) && !isTicked(active) ? active : null;
    const found = new Map();
    for (const field of new Set([...changed, ...next, ...(written ? [written] : [])])) {
      const name = nameAfter(step, field.name);
      if (name !== null) found.set(keyOf(field, name), stateOf(field));
    }
    const opened = new Map();
    for (const question of form.querySelectorAll(".question")) {
      opened.set(nameAfter(step, question.id), question.querySelector("details").open);
    }
    const place = written && nameAfter(step, written.name);
    return {
      fields: found, opened, hasGoneOn: changed.length > 0 || (active !== null && active !== focused),
      writing: place && { key: keyOf(written, place), start: written.selectionStart, end: written.selectionEnd },
    };
  }
  // The words of an answer to choose are its label in the survey's own language from when it is saved.
  const fieldOf = (form, key) =>
    fieldsOf(form).find((one) => keyOf(one) === key) ?? form.querySelector(`.in-language[data-at="0"] [name^="${CSS.escape(key)}."]`);
  function restore(form, { fields, opened, writing, hasGoneOn }) {
    for (const [key, state] of fields) {
      const field = fieldOf(form, key);
      if (!field) continue;
      if (!isTicked(field)) field.value = state; else if (state || field.type === "checkbox") field.checked = state;
    }
    for (const question of form.querySelectorAll(".question")) {
      const details = question.querySelector("details");
      details.open = (opened.get(question.id) ?? details.open) || details.matches("[data-looked]");
    }
    // Nobody is taken away from where they write, or from the next press.
    if (hasGoneOn || waiting.length) {
      const problem = form.querySelector(".problem[data-focus] h2");
      if (problem) window.nps.notice(problem.textContent, "error");
      form.querySelectorAll("[data-focus]").forEach((one) => one.removeAttribute("data-focus"));
    }
    const field = writing && fieldOf(form, writing.key);
    if (!field) return;
    field.focus({ preventScroll: true });
    // Fields for numbers have no place in their text.
    if (typeof writing.start === "number") field.setSelectionRange(writing.start, writing.end);
  }

  // ---- One request after another.
  body.addEventListener("htmx:confirm", (event) => {
    const { elt, path, triggeringEvent } = event.detail;
    const form = formOf(elt);
    if (!form || !running) return;
    if (!running.form.isConnected) {
      running = null;
      waiting = [];
      return;
    }
    // Sent once more with a new pass, by dashboard.js.
    if (running.isRefused && triggeringEvent === running.event) return;
    event.preventDefault();
    const kind = form.querySelector("[name=add_kind]")?.value;
    waiting.push({ path: path.slice(addressOf(form).length), values: kind ? { add_kind: kind } : {} });
  });
  body.addEventListener("htmx:beforeRequest", ({ detail: { elt, requestConfig } }) => {
    const form = formOf(elt);
    if (!form) return;
    if (running?.isRefused) return Object.assign(running, { config: requestConfig, isRefused: false });
    running = {
      form, config: requestConfig, event: requestConfig.triggeringEvent, step: stepOf(requestConfig.path),
      states: statesOf(form), focused: document.activeElement, goesTo: null, isRefused: false,
    };
  });
  body.addEventListener("htmx:beforeSwap", ({ detail: { target, shouldSwap, requestConfig } }) => {
    if (!running?.form.isConnected || !shouldSwap) return;
    // A survey that was made has a page of its own, which brings the form along.
    const isOnItsWay = running.goesTo === requestConfig.path && target.contains(running.form);
    if (target === running.form || isOnItsWay) kept = sinceSent(running);
  });
  body.addEventListener("htmx:afterSwap", () => {
    const form = kept && document.querySelector("form[data-one-by-one]");
    if (!form) return;
    const { step } = running;
    running.form = form;
    waiting = waiting.map((one) => ({ ...one, path: pathAfter(step, one.path) })).filter(({ path }) => path !== null);
    restore(form, kept);
    kept = null;
  });
  body.addEventListener("htmx:afterRequest", ({ detail: { xhr, requestConfig } }) => {
    if (!running || (requestConfig !== running.config && requestConfig.path !== running.goesTo)) return;
    if (xhr.status === 401) {
      running.isRefused = true;
      window.nps.renew().then((isRenewed) => {
        if (isRenewed) return;
        running = null;
        waiting = [];
      });
      return;
    }
    const place = requestConfig === running.config && xhr.getResponseHeader("HX-Location");
    if (place) running.goesTo = JSON.parse(place).path; else setTimeout(goOn);
  });
  function goOn() {
    const { form } = running;
    running = null;
    while (waiting.length) {
      const { path, values } = waiting.shift(), address = addressOf(form) + path;
      const source = [form, ...form.querySelectorAll("[hx-post]")].find((one) => one.getAttribute("hx-post") === address);
      // What the press before has taken away, or has left nothing to do for, is no longer asked for.
      if (!form.isConnected || !source || source.disabled) continue;
      htmx.ajax("POST", address, { source, values });
      return;
    }
  }
})();
