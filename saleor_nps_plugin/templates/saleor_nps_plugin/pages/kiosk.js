(() => {
  const form = document.getElementById("kiosk");
  const { door, language, idle, stays } = form.dataset;
  const place = `nps-kiosk-${door}`;
  const WEEK = 7 * 24 * 3600 * 1000;
  const screens = [...form.querySelectorAll("[data-screen]")];
  let shown = "score";
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

  const show = (name) => {
    shown = name;
    for (const screen of screens) screen.hidden = screen.dataset.screen !== name;
    scrollTo(0, 0);
    const head = form.querySelector(`[data-screen=${name}] [tabindex="-1"]`);
    if (head) head.focus({ preventScroll: true });
    wait();
  };

  const start = () => {
    form.reset();
    form.dataset.category = "none";
    document.getElementById("missing").textContent = "";
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

  const visible = (element) => element.offsetParent !== null;
  const missing = () =>
    [...form.querySelectorAll("[data-required]")].find(
      (field) => visible(field) && !field.querySelector(":checked") && ![...field.querySelectorAll("textarea,input:not([type])")].some((one) => one.value.trim()),
    );

  const finish = (isLeft) => {
    const gap = isLeft ? null : missing();
    if (gap) {
      const told = document.getElementById("missing");
      told.textContent = told.dataset.text;
      gap.append(told);
      gap.scrollIntoView({ block: "center" });
      gap.focus();
      return;
    }
    const body = new URLSearchParams(new FormData(form));
    // What stands in questions that this score is not asked belongs to another one.
    for (const field of form.querySelectorAll("[data-screen=more] [name]")) if (!visible(field) && !visible(field.parentElement)) body.delete(field.name);
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
    if (target.name !== "score") return;
    began = began && shown === "more" ? began : Date.now();
    form.dataset.category = target.dataset.category;
    // Long enough to see what was chosen.
    setTimeout(() => shown === "score" && show("more"), 350);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (shown === "more") finish(false);
  });
  document.getElementById("again").addEventListener("click", () => {
    for (const one of form.elements.score) one.checked = false;
    show("score");
  });
  for (const act of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(act, () => shown === "more" && wait(), { capture: true, passive: true });
  addEventListener("contextmenu", (event) => event.preventDefault());
  addEventListener("online", send);
  setInterval(send, 15 * 1000);

  form.hidden = false;
  show("score");
  keep(waiting());
  send();
})();
