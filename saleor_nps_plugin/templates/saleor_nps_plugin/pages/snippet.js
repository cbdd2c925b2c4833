(() => {
  const own = document.currentScript;
  const { id, percent, days } = "SETTINGS";
  const base = own.src.replace(/\.js(\?.*)?$/, "/");
  const place = `nps-${id}`;
  const { into, language, after } = own.dataset;

  // Whoever may not be remembered would be asked on every page, so they are asked on none.
  const stored = (name) => JSON.parse(localStorage.getItem(place + name));
  const store = (name, value) => localStorage.setItem(place + name, JSON.stringify(value));

  const post = (body) => fetch(`${base}answers`, { method: "POST", body: new URLSearchParams(body), credentials: "omit", keepalive: true });
  const send = (body) => {
    store("-wait", { body, at: Date.now() });
    post(body).then((answer) => answer.status < 500 && answer.status !== 429 && localStorage.removeItem(`${place}-wait`), () => {});
  };
  const uuid = () => {
    const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})/, "$1-$2-4$3-8$4-");
  };

  const el = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key in made && typeof value !== "string") made[key] = value;
      else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  };

  const STYLE = `:host{all:initial;color-scheme:light dark;--b:COLOR;--a:var(--b);--on:#fff;--s:#fff;--t:#1c2024;--q:#59606b;--l:#868d99;--e:#b3261e}
@media(prefers-color-scheme:dark){:host{--a:#fff;--on:var(--b);--s:#1c1e22;--t:#eceef1;--q:#a9afb9;--l:#7c838f;--e:#ffb4ab}}
*{box-sizing:border-box}
section{position:relative;padding:20px;border:1px solid var(--l);border-top:4px solid var(--b);border-radius:14px;background:var(--s);color:var(--t);font:16px/1.5 system-ui,"Noto Sans",Arial,sans-serif;text-align:start}
.corner{position:fixed;z-index:2147483000;inset-block-end:16px;inset-inline-end:16px;width:min(420px,calc(100vw - 32px));max-height:calc(100vh - 32px);display:flex;flex-direction:column;box-shadow:0 12px 40px -12px rgb(0 0 0/.35)}
h2,legend,.label{display:block;margin:0;padding:0;font-size:1rem;font-weight:650}
h2{font-size:1.0625rem;padding-inline-end:36px;overflow-wrap:anywhere}
fieldset{margin:16px 0 0;padding:0;border:0;min-width:0}
form{container-type:inline-size;min-height:0}
.corner form{overflow:auto;margin:0 -20px -20px;padding:0 20px 20px}
@media(max-width:600px){.corner{max-height:60vh}}
.n{display:grid;grid-template-columns:repeat(6,1fr);gap:5px;margin-top:12px}
.n5{grid-template-columns:repeat(5,1fr)}.n7{grid-template-columns:repeat(7,1fr)}
@container(min-width:560px){.n11{grid-template-columns:repeat(11,1fr)}}
.n label{position:relative;min-height:44px}
.n input{position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;cursor:pointer}
.n span{display:grid;place-items:center;height:100%;border:1.5px solid var(--l);border-radius:9px;font-weight:600}
.n input:hover+span{border-color:var(--a)}
.n input:checked+span{background:var(--a);border-color:var(--a);color:var(--on)}
:focus-visible,.n input:focus-visible+span{outline:3px solid var(--t);outline-offset:2px}
.ends{display:flex;justify-content:space-between;gap:16px;margin:8px 0 0;color:var(--q);font-size:.8125rem}
.ends span+span{text-align:end}
.c label{display:flex;gap:10px;align-items:center;min-height:44px}
.c input{width:20px;height:20px;margin:0;accent-color:var(--b);flex:none}
textarea,.x{display:block;width:100%;margin-top:8px;padding:10px 12px;border:1.5px solid var(--l);border-radius:9px;background:var(--s);color:inherit;font:inherit}
button{min-height:44px;padding:8px 20px;border:2px solid transparent;border-radius:10px;background:var(--a);color:var(--on);font:inherit;font-weight:650;cursor:pointer}
.go{margin-top:16px}
.shut{position:absolute;inset-block-start:4px;inset-inline-end:4px;width:44px;padding:0;background:var(--s);color:inherit;font-size:1.375rem;font-weight:400}
.hint{margin:4px 0 0;color:var(--q)}
.wrong{margin:8px 0 0;color:var(--e);font-weight:600}
[hidden],.later{display:none!important}
@media(forced-colors:active){.n input:checked+span{forced-color-adjust:none;background:Highlight;color:HighlightText}button{border-color:ButtonText}}`;

  const numbers = (name, row) => [
    el("div", { class: `n n${row.numbers.length}` }, ...row.numbers.map(([value, label, category]) => el("label", {}, el("input", { type: "radio", name, value: `${value}`, "data-c": category }), el("span", {}, label)))),
    ...(row.ends ? [el("p", { class: "ends" }, ...row.ends.map((text) => el("span", {}, text)))] : []),
  ];

  const field = (one, words) => {
    const head = el("legend", { dir: "auto" }, one.text);
    const made = el("fieldset", { "data-name": one.name }, head);
    if (one.multiple) made.append(el("p", { class: "hint" }, words.several));
    if (one.numbers) made.append(...numbers(one.name, one.numbers));
    else if (one.choices.length) {
      const type = one.multiple ? "checkbox" : "radio";
      made.append(el("div", { class: "c" }, ...one.choices.map(([value, label]) => el("label", {}, el("input", { type, name: one.name, value }), el("span", { dir: "auto" }, label)))));
    } else if (one.kind === "number") made.append(el("input", { class: "x", name: one.name, inputmode: "decimal", "aria-label": one.text }));
    else made.append(el("textarea", { name: one.name, rows: "2", dir: "auto", maxlength: "5000", "aria-label": one.text }));
    return made;
  };

  const open = (card) => {
    const { words } = card;
    const key = uuid();
    const began = Date.now();
    let isSent = false;
    const host = el("div", { lang: card.language, dir: card.direction });
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE.replace("COLOR", card.color));
    root.adoptedStyleSheets = [sheet];
    const title = el("h2", { id: "t", dir: "auto" }, card.question);
    const more = card.fields.map((one) => field(one, words));
    const comment = el("textarea", { name: "comment", rows: "3", dir: "auto", maxlength: "5000", "aria-labelledby": "k" });
    const asks = el("span", { class: "label", id: "k", dir: "auto" });
    const wrong = el("p", { class: "wrong", role: "alert" });
    const last = el("fieldset", {}, asks, comment);
    const go = el("button", { class: "go" }, words.send);
    const rest = el("div", { hidden: true }, ...more, last, wrong, go);
    const first = el("fieldset", { "aria-labelledby": "t" }, ...numbers("score", card.scale));
    const form = el("form", { noValidate: true }, first, rest);
    const phone = matchMedia("(max-width:600px)").matches;
    let at = 0;
    let steps, next;
    const shut = el("button", { class: "shut", type: "button", "aria-label": words.close }, "\u00d7");
    const box = el("section", { "aria-labelledby": "t" }, title, shut, form);
    const target = into && document.querySelector(into);
    if (!target) box.classList.add("corner");
    root.append(box);
    const before = document.activeElement;

    const body = () => {
      const data = new URLSearchParams(new FormData(form));
      more.forEach((made) => made.hidden && data.delete(made.dataset.name));
      data.set("key", key);
      data.set("version", card.version);
      data.set("language", card.language);
      data.set("seconds", ((Date.now() - began) / 1000).toFixed(1));
      return data.toString();
    };
    const finish = () => {
      isSent = true;
      send(body());
    };
    const close = () => {
      const had = root.activeElement;
      removeEventListener("keydown", escape);
      isSent = true;
      host.remove();
      if (had && before) before.focus();
    };
    const escape = (event) => event.key === "Escape" && !event.defaultPrevented && close();

    const sort = () => {
      const chosen = form.querySelector("[name=score]:checked");
      if (!chosen) return;
      const { c } = chosen.dataset;
      const judged = (name) => form.querySelector(`[name=${name}]:checked`)?.dataset.c;
      card.fields.forEach((one, at) => {
        const fits = !one.categories.length || one.categories.includes(c);
        more[at].hidden = !fits || (!!one.unless && [undefined, "passive"].includes(judged(one.unless)));
      });
      asks.textContent = card.comment[c];
      rest.hidden = false;
      steps = [first, ...more.filter((made) => !made.hidden), last];
      draw();
    };
    // On a phone several questions come one after another; a single one stands below the numbers.
    const draw = () => {
      const isOneByOne = phone && steps.length > 2;
      steps.forEach((step, number) => step.classList.toggle("later", isOneByOne && number !== at));
      title.hidden = isOneByOne && at > 0;
      next = isOneByOne && steps[at + 1];
      go.textContent = next ? words.next : words.send;
    };
    const fault = (made) => {
      const one = card.fields[more.indexOf(made)];
      if (!one || made.closest(".later")) return "";
      const text = made.querySelector("textarea,.x")?.value.trim();
      if (!text) return one.required && !made.querySelector(":checked") ? words.missing : "";
      return one.kind === "number" && !/^[-+]?\p{Nd}{1,15}([.,]\p{Nd}{1,15})?$/u.test(text) ? words.number : "";
    };
    form.addEventListener("change", sort);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const gap = steps.find(fault);
      wrong.textContent = gap ? fault(gap) : "";
      if (gap) {
        gap.after(wrong);
        return gap.querySelector("input,textarea").focus();
      }
      if (next) {
        const step = next;
        at++;
        draw();
        step.tabIndex = -1;
        return step.focus();
      }
      title.hidden = false;
      finish();
      form.remove();
      title.textContent = card.thanks;
      title.tabIndex = -1;
      title.focus();
    });
    shut.addEventListener("click", close);
    addEventListener("keydown", escape);
    // Whoever has chosen a number and goes on has answered.
    addEventListener("pagehide", () => !isSent && !rest.hidden && finish());
    (target || document.body).append(host);
  };

  try {
    const waits = stored("-wait");
    if (waits) send(`${waits.body.replace(/&waited=.*/, "")}&waited=${Math.round((Date.now() - waits.at) / 1000)}`);
    if (Date.now() - (stored("") || 0) < days * 864e5) return;
    if (Math.random() * 100 >= percent) return store("", Date.now());
    const wanted = language || document.documentElement.lang || navigator.language;
    setTimeout(
      () =>
        fetch(`${base}card?language=${encodeURIComponent(wanted)}`, { credentials: "omit" })
          .then((answer) => (answer.ok ? answer.json() : null))
          .then((card) => {
            if (!card) return;
            store("", Date.now());
            open(card);
          })
          .catch(() => {}),
      (after ?? 5) * 1000,
    );
  } catch {}
})();
