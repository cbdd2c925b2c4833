(() => {
  const language = document.documentElement.lang;
  const digits = (number) => number.toLocaleString(language, { useGrouping: false });

  // The server knows neither the reader's time zone nor calendar.
  for (const time of document.querySelectorAll("time")) {
    time.textContent = new Date(time.dateTime).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
  }

  const form = document.querySelector("form[data-category]");
  if (!form) return;

  const errors = document.getElementById("errors");
  if (errors) errors.focus();

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
})();
