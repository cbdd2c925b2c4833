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
    const told = button.closest(".share").querySelector("[data-copied]");
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

  for (const form of document.querySelectorAll("form[data-category],form[data-once]")) sendOnce(form);

  const form = document.querySelector("form[data-category]");
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

  form.addEventListener("change", (event) => {
    if (event.target.name === "score") form.dataset.category = event.target.dataset.category;
  });

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
