(() => {
  const form = document.getElementById("kiosk");
  const { door, language, idle, stays } = form.dataset;
  const place = `nps-kiosk-${door}`;
  const WEEK = 7 * 24 * 3600 * 1000;
  // As the server reads numbers: digits of any script.
  const NUMBER = /^[-+]?\p{Nd}{1,15}([.,]\p{Nd}{1,15})?$/u;
  const screens = [...form.querySelectorAll("[data-screen]")];
  const steps = [...form.querySelectorAll("[data-step]")];
  const [back, progress, next, last, wrong] = ["back", "progress", "next", "send", "wrong"].map((id) => document.getElementById(id));
  const words = progress.textContent;
  const digits = (number) => number.toLocaleString(document.documentElement.lang, { useGrouping: false });
  let shown = "score";
  let now = null;
  let timer;
  let began = 0;
  let loaded = Date.now();
  let isSending = false;
  let spare = [];

  const uuid = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };

  // What waits for the network outlives the page; where nothing may be stored, it lasts as long as the page does.
  const waiting = () => {
    try {
      return JSON.parse(localStorage.getItem(place)) || [];
    } catch {
      return spare;
    }
  };
  const keep = (answers) => {
    spare = answers;
    try {
      localStorage.setItem(place, JSON.stringify(answers));
    } catch {}
    const told = document.getElementById("waiting");
    const many = answers.length;
    const count = many.toLocaleString(document.documentElement.lang);
    told.textContent = !many || navigator.onLine && isSending ? "" : many === 1 ? told.dataset.one : told.dataset.many.replace("{count}", count);
  };

  const fits = ({ classList }) => !classList.contains("for") || classList.contains(form.dataset.category);
  const isAsked = (step) => {
    if (!fits(step)) return false;
    const preference = form.querySelector(".preference");
    if (!step.classList.contains("competitor") || !preference) return true;
    return fits(preference) && ["promoter", "detractor"].includes(preference.querySelector(":checked")?.dataset.category);
  };
  const asked = () => steps.filter(isAsked);

  // The score was the first question.
  const paint = () => {
    const all = asked();
    const at = all.indexOf(now);
    for (const step of steps) step.classList.toggle("now", step === now);
    next.hidden = at === all.length - 1;
    last.hidden = !next.hidden;
    progress.textContent = words.replace("{number}", digits(at + 2)).replace("{count}", digits(all.length + 1));
  };
  const ask = (step) => {
    now = step;
    say("");
    paint();
    show("more");
  };

  const show = (name) => {
    shown = name;
    for (const screen of screens) screen.hidden = screen.dataset.screen !== name;
    scrollTo(0, 0);
    const head = name === "more" ? now : form.querySelector(`[data-screen=${name}] [tabindex="-1"]`);
    if (head) head.focus({ preventScroll: true });
    wait();
  };

  const start = () => {
    form.reset();
    form.dataset.category = "none";
    say("");
    show("score");
    renew();
  };

  // What staff have changed meanwhile comes with a new page, which nobody is to notice.
  const renew = () => {
    if (Date.now() - loaded < 3600 * 1000 || waiting().length) return;
    loaded = Date.now();
    fetch(location.href, { cache: "no-store", credentials: "omit" }).then(
      (answer) => answer.ok && shown === "score" && location.reload(),
      () => {},
    );
  };

  const wait = () => {
    clearTimeout(timer);
    if (shown === "thanks") timer = setTimeout(start, stays * 1000);
    // Whoever walked away after the score has answered.
    if (shown === "more") timer = setTimeout(finish, idle * 1000, true);
    if (shown === "closed") timer = setTimeout(start, 60 * 1000);
  };

  const typed = (step) => step.querySelector("textarea,input[inputmode]");
  const fault = (step) => {
    const field = typed(step);
    const text = field ? field.value.trim() : "";
    if (field?.inputMode && text && !NUMBER.test(text)) return "number";
    return "required" in step.dataset && !text && !step.querySelector(":checked") ? "missing" : "";
  };
  const say = (what) => {
    wrong.textContent = what && wrong.dataset[what];
    for (const step of steps) typed(step)?.toggleAttribute("aria-invalid", false);
    if (!what) return;
    typed(now)?.setAttribute("aria-invalid", "true");
    (typed(now) ?? now).focus({ preventScroll: true });
    wrong.scrollIntoView({ block: "nearest" });
  };

  const finish = (isLeft) => {
    // What was answered last may have brought up a question that was passed by before.
    const gap = isLeft ? null : asked().find(fault);
    if (gap) {
      ask(gap);
      say(fault(gap));
      return;
    }
    const body = new URLSearchParams(new FormData(form));
    // What stands in questions that this score is not asked belongs to another one.
    for (const step of steps) if (!isAsked(step)) for (const field of step.querySelectorAll("[name]")) body.delete(field.name);
    body.set("key", uuid());
    body.set("language", language);
    body.set("seconds", ((Date.now() - began) / 1000).toFixed(1));
    keep([...waiting(), { at: Date.now(), body: body.toString() }]);
    if (isLeft) start();
    else show("thanks");
    send();
  };

  const send = async () => {
    if (isSending) return;
    isSending = true;
    try {
      for (let [next] = waiting(); next; [next] = waiting()) {
        const waited = Math.min(Math.max(0, Date.now() - next.at), WEEK);
        const answer = await fetch("answers", {
          method: "POST",
          body: new URLSearchParams(`${next.body}&waited=${(waited / 1000).toFixed(1)}`),
          credentials: "omit",
        });
        if (answer.status === 410) {
          show("closed");
          // It may be opened again; what is a week old is not waited for any longer.
          keep(waiting().filter((one) => Date.now() - one.at < WEEK));
          break;
        }
        if (answer.status >= 500 || [404, 408, 429].includes(answer.status)) break;
        keep(waiting().filter((one) => one.body !== next.body));
      }
    } catch {
      // No network: the timer below tries again.
    }
    isSending = false;
    keep(waiting());
  };

  form.addEventListener("change", ({ target }) => {
    if (target.name !== "score") {
      if (now) paint();
      return;
    }
    began = began && shown === "more" ? began : Date.now();
    form.dataset.category = target.dataset.category;
    // Long enough to see what was chosen.
    setTimeout(() => shown === "score" && ask(asked()[0]), 350);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (shown !== "more") return;
    const all = asked();
    const told = fault(now);
    if (told) say(told);
    else if (now === all.at(-1)) finish(false);
    else ask(all[all.indexOf(now) + 1]);
  });
  form.addEventListener("input", () => wrong.textContent && say(""));
  back.addEventListener("click", () => {
    const all = asked();
    if (now !== all[0]) {
      ask(all[all.indexOf(now) - 1]);
      return;
    }
    for (const one of form.elements.score) one.checked = false;
    show("score");
  });
  for (const act of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(act, () => shown === "more" && wait(), { capture: true, passive: true });
  addEventListener("contextmenu", (event) => event.preventDefault());
  addEventListener("online", send);
  setInterval(send, 15 * 1000);

  for (const field of form.querySelectorAll("textarea")) field.maxLength = document.getElementById("comment").maxLength;
  form.hidden = false;
  show("score");
  keep(waiting());
  send();
})();
