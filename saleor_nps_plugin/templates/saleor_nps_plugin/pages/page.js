(() => {
  const language = document.documentElement.lang;
  const digits = (number) => number.toLocaleString(language, { useGrouping: false });

  const sendOnce = (form) => {
    const button = form.querySelector("button");
    const label = button.textContent;
    let isSent = false;
    const ready = (sent) => {
      isSent = sent;
      button.textContent = sent ? button.dataset.sending : label;
      if (sent) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    };
    form.addEventListener("submit", (event) => {
      if (isSent) event.preventDefault();
      else ready(true);
    });
    // Coming back with the browser's button shows the page as it was left.
    addEventListener("pageshow", () => ready(false));
  };

  // One question at a time on a phone, where there are several; all below each other on a wide screen.
  const showInSteps = (form) => {
    const way = document.getElementById("way");
    if (!way) return;
    const steps = [...form.querySelectorAll("[data-step]")];
    const [back, next, progress, far] = ["back", "next", "progress", "far"].map((id) => document.getElementById(id));
    const words = progress.textContent;
    const phone = matchMedia("(max-width:619px)");
    const chosen = (within) => form.querySelector(`${within} input:checked`)?.dataset.category;
    const isAsked = ({ classList }) => {
      if (classList.contains("for") && !classList.contains(form.dataset.category)) return false;
      if (!classList.contains("competitor") || !form.querySelector(".preference")) return true;
      return ["promoter", "detractor"].includes(chosen(".preference"));
    };
    const asked = () => steps.filter(isAsked);
    const isWrong = (step) => step.querySelector(".error") !== null;
    let now = steps.find(isWrong) ?? steps[form.dataset.score ? 1 : 0];
    if (!isAsked(now)) now = asked()[1];

    const show = () => {
      const all = asked();
      const at = all.indexOf(now);
      form.classList.toggle("stepped", phone.matches);
      for (const step of steps) step.classList.toggle("now", step === now);
      way.hidden = far.hidden = !phone.matches;
      far.max = all.length;
      far.value = at + 1;
      back.hidden = at === 0;
      next.hidden = at === all.length - 1;
      progress.textContent = words.replace("{number}", digits(at + 1)).replace("{count}", digits(all.length));
    };
    const go = (by) => {
      const all = asked();
      now = all[Math.min(all.length - 1, Math.max(0, all.indexOf(now) + by))];
      show();
      now.focus({ preventScroll: true });
      scrollTo(0, 0);
    };
    // A question that others are not asked must not stop them from sending.
    const demand = () => {
      for (const step of form.querySelectorAll("[data-required]")) {
        for (const field of step.querySelectorAll("input:not([type=checkbox]),textarea")) field.required = isAsked(step);
      }
    };
    const isFilled = () => [...now.querySelectorAll("input,textarea")].every((field) => field.reportValidity());
    next.addEventListener("click", () => isFilled() && go(1));
    back.addEventListener("click", () => go(-1));
    form.addEventListener("submit", (event) => {
      if (!phone.matches || now === asked().at(-1)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (isFilled()) go(1);
    });
    form.addEventListener("change", () => {
      demand();
      show();
    });
    // The list of what is wrong leads to fields that may be out of sight.
    for (const link of document.querySelectorAll("#errors a")) {
      link.addEventListener("click", () => {
        const field = document.getElementById(link.hash.slice(1));
        now = field?.closest("[data-step]") ?? now;
        show();
      });
    }
    phone.addEventListener("change", show);
    addEventListener("pageshow", () => {
      demand();
      show();
    });
    demand();
    show();
  };

  // The server knows neither the reader's time zone nor calendar.
  for (const time of document.querySelectorAll("time")) {
    const detail = "day" in time.dataset ? {} : { timeStyle: "short" };
    // A mere day is the same everywhere; at its noon no time zone makes another of it.
    const moment = time.dateTime.length > 10 ? time.dateTime : `${time.dateTime}T12:00`;
    time.textContent = new Date(moment).toLocaleString(language, { dateStyle: "long", ...detail });
  }

  const errors = document.getElementById("errors");
  if (errors) errors.focus();

  // Browsers lend the clipboard and their sharing sheet to some pages only; whoever has neither has the links.
  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    const told = button.closest("section").querySelector("[data-copied]");
    const label = button.textContent;
    const show = (isCopied) => {
      button.textContent = isCopied ? `${told.dataset.copied} \u2713` : label;
      told.textContent = isCopied ? told.dataset.copied : "";
    };
    field.addEventListener("focus", () => field.select());
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(field.value).then(
        () => {
          show(true);
          setTimeout(show, 3000, false);
        },
        () => field.focus(),
      );
    });
  }
  for (const button of document.querySelectorAll("[data-share]")) {
    const { share: text, url } = button.dataset;
    button.hidden = !navigator.share;
    button.addEventListener("click", () => navigator.share(url ? { text, url } : { text }).catch(() => {}));
  }

  const form = document.querySelector("form[data-category]");
  const noteCategory = () => {
    const score = form.querySelector("[name=score]:checked");
    if (score) form.dataset.category = score.dataset.category;
  };
  if (form) {
    form.addEventListener("change", noteCategory);
    // Browsers fill in again what was chosen before somebody left and came back.
    addEventListener("pageshow", noteCategory);
  }
  // First, so that a form of which more is to come is not taken for sent.
  if (form) showInSteps(form);
  for (const form of document.querySelectorAll("form[data-category],form[data-once]")) sendOnce(form);
  if (!form) return;

  // A score that came with the e-mail's link counts once a human acts here. Link scanners run scripts too, but do not touch.
  if (form.dataset.seen) {
    const acts = ["pointerdown", "pointermove", "touchstart", "keydown", "wheel", "scroll"];
    const tell = (event) => {
      if (!event.isTrusted) return;
      for (const act of acts) removeEventListener(act, tell, true);
      const body = new URLSearchParams({ score: form.dataset.score });
      fetch(form.dataset.seen, { method: "POST", body, keepalive: true, credentials: "omit" }).catch(() => {});
    };
    for (const act of acts) addEventListener(act, tell, { capture: true, passive: true });
  }

  const comment = document.getElementById("comment");
  const count = document.getElementById("count");
  const limit = Number(comment.dataset.limit);
  const template = count.textContent;
  const show = () => {
    const length = [...comment.value].length;
    count.hidden = length < limit * 0.8;
    count.classList.toggle("over", length > limit);
    count.textContent = template.replace("{count}", digits(length)).replace("{limit}", digits(limit));
  };
  // Late, so that a screen reader is not interrupted by every letter.
  let waiting;
  comment.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 400);
  });
  show();
})();
