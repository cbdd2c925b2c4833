// The page's talk with the Dashboard around it, and with our server. Charts are in drawing.js, keys and forms in manners.js.
(() => {
  "use strict";
  const root = document.documentElement, body = document.body, page = document.getElementById("page");
  const { base, kind, app, query } = body.dataset;
  const framed = window.parent !== window, byCookie = body.dataset.cookie === "yes";
  // Opened by a form of the Dashboard, which then hears of our height only.
  const isDeaf = framed && kind === "widget" && body.dataset.shell === "no";
  const word = (name) => document.getElementById("words").dataset[name];
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  // ---- The Dashboard. Nobody but our parent is listened to, and it keeps the origin that it had when it first spoke.
  let dashboard = "*", version = "";
  const unanswered = new Map();

  // Resolves to whether the Dashboard did it; false also where nobody listens, as around widgets.
  function tell(type, payload = {}) {
    if (!framed) return Promise.resolve(false);
    const actionId = `nps-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
    const answer = new Promise((resolve) => unanswered.set(actionId, resolve));
    window.parent.postMessage({ type, payload: { ...payload, actionId } }, dashboard);
    return Promise.race([answer, pause(700).then(() => false)]).finally(() => unanswered.delete(actionId));
  }

  const hears = {
    handshake({ token, dashboardVersion }) {
      version = dashboardVersion || version;
      hear(token);
    },
    tokenRefresh: ({ token }) => hear(token),
    response: ({ actionId, ok }) => unanswered.get(actionId)?.(ok === true),
    theme: ({ theme }) => wear(theme),
    localeChanged: ({ locale: spoken }) => speak(spoken),
  };
  window.addEventListener("message", (event) => {
    const { type, payload } = event.data ?? {};
    if (event.source === window.parent && framed) {
      if (dashboard === "*" && Object.hasOwn(hears, type)) dashboard = event.origin;
      if (event.origin === dashboard && Object.hasOwn(hears, type)) hears[type](payload ?? {});
    } else if (event.origin === location.origin) {
      relate(event.source, event.data);
    }
  });

  function wear(theme) {
    if (theme !== "light" && theme !== "dark") return;
    root.dataset.theme = theme;
    body.dispatchEvent(new Event("nps:theme"));
  }

  // Widgets that the Dashboard opens with a form are never told the language, so the others leave it for them.
  let locale = "";
  try { locale = localStorage.getItem("nps-locale") ?? ""; } catch { /* not allowed in this browser */ }
  function speak(spoken) {
    if (typeof spoken !== "string" || !/^[A-Za-z0-9-]{2,20}$/.test(spoken) || spoken === locale) return;
    locale = spoken;
    try { localStorage.setItem("nps-locale", spoken); } catch { /* not allowed in this browser */ }
    if (loaded && !window.nps.isUnsent(page)) load();
  }

  // ---- The pass that lets requests in.
  let pass = body.dataset.pass, token = "", ageing = 0, isOld = false, renewal = null;
  const waiting = new Set();
  delete body.dataset.pass;

  async function exchange(authorization) {
    try {
      const answer = await fetch(`${base}session/`, { method: "POST", headers: { Authorization: authorization }, credentials: "omit" });
      if (!answer.ok) return false;
      const given = await answer.json();
      take(given.pass, given.expires_in);
      return true;
    } catch {
      return false;
    }
  }
  function take(given, seconds) {
    pass = given;
    isOld = false;
    clearTimeout(ageing);
    ageing = setTimeout(() => { isOld = true; }, (seconds * 1000) / 2);
  }
  async function hear(heard) {
    if (!heard) return loaded || deny();
    if (heard === token) return;
    token = heard;
    const isGiven = await exchange(`Bearer ${heard}`);
    if (!isGiven && token === heard) token = "";
    waiting.forEach((resolve) => resolve(isGiven));
    if (isGiven) start(); else if (!loaded) fill(word("signedOut"));
  }

  // Resolves to whether there is a new pass: by the token that we have, by one that the Dashboard has now, or by whoever opened us.
  function renew() {
    renewal ??= (async () => {
      if (token && (await exchange(`Bearer ${token}`))) return true;
      token = "";
      if (isDeaf || (!framed && !window.opener)) return false;
      const heard = new Promise((resolve) => waiting.add(resolve));
      if (framed) tell("notifyReady"); else askOpener();
      return Promise.race([heard, pause(8000).then(() => false)]);
    })().finally(() => { waiting.clear(); renewal = null; });
    return renewal;
  }

  // The Dashboard never renews the token of a popup. While somebody works in it, its pass begets the next.
  const keepWorking = () => {
    if (isOld && pass && !renewal) { isOld = false; exchange(`Pass ${pass}`); }
  };
  for (const sign of ["pointerdown", "keydown"]) window.addEventListener(sign, keepWorking, { passive: true });

  // ---- A tab that a widget opened: it asks the widget for the pass, as nobody else is there to ask.
  const opened = new WeakSet();
  function askOpener() {
    try { window.opener.postMessage({ type: "nps:ready" }, location.origin); } catch { /* it is closed */ }
  }
  function relate(source, data) {
    if (data?.type === "nps:ready" && opened.has(source) && pass) {
      source.postMessage({ type: "nps:pass", pass, locale, theme: root.dataset.theme ?? "" }, location.origin);
    } else if (data?.type === "nps:pass" && !framed && source === window.opener && typeof data.pass === "string") {
      take(data.pass, body.dataset.lifetime);
      wear(data.theme);
      locale = data.locale || locale;
      waiting.forEach((resolve) => resolve(true));
      start();
    }
  }

  // ---- What is in the page.
  let loaded = body.dataset.shell === "no";
  const here = () => location.pathname + (location.search || (query && `?${query}`));
  const load = (address = here()) => htmx.ajax("GET", address, { target: "#page", swap: "innerHTML" });

  async function start() {
    if (loaded) return;
    loaded = true;
    // The Dashboard tells its language a moment after the token.
    if (framed && !locale) await pause(150);
    load();
  }
  function go(address) {
    return htmx.ajax("GET", address, { target: "#page", swap: "innerHTML", push: address });
  }
  // In the place of a page that never came.
  function fill(text) {
    page.replaceChildren(Object.assign(document.createElement("p"), { className: "empty", textContent: text }));
    page.setAttribute("aria-busy", "false");
  }
  function deny() {
    const words = document.getElementById("no-access");
    if (words) page.replaceChildren(words.content.cloneNode(true));
    page.setAttribute("aria-busy", "false");
  }
  const isPlain = (xhr) => (xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain");

  body.addEventListener("htmx:configRequest", ({ detail }) => {
    if (pass) detail.headers.Authorization = `Bearer ${pass}`;
    if (locale) detail.headers["Accept-Language"] = locale;
    if (detail.verb !== "get") return;
    // Filters that are not set have no place in the address.
    for (const name of new Set(detail.formData.keys())) {
      const values = detail.formData.getAll(name).filter((value) => value !== "");
      detail.formData.delete(name);
      values.forEach((value) => detail.formData.append(name, value));
    }
  });
  body.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { xhr, requestConfig, target, etc } = detail;
    if (xhr.status < 400) return;
    // A refusal is an answer, told here; htmx would write it to the console as a fault of the page.
    detail.isError = false;
    detail.shouldSwap = false;
    if (xhr.status === 401) {
      renew().then((isRenewed) => {
        if (!isRenewed) return signedOut();
        const { verb, path, elt, formData, triggeringEvent } = requestConfig;
        htmx.ajax(verb.toUpperCase(), path, {
          source: elt, event: triggeringEvent, target, values: formData, headers: etc.headers, swap: etc.swapOverride, push: etc.push,
        });
      });
    } else if (xhr.status < 500 && !isPlain(xhr)) {
      // A form with its faults, a newer state, a page without access.
      detail.shouldSwap = true;
    } else {
      const text = isPlain(xhr) && xhr.status < 500 && xhr.responseText ? xhr.responseText : word("failed");
      if (page.getAttribute("aria-busy") === "true") fill(text); else say(text, "error");
    }
  });
  for (const fault of ["htmx:sendError", "htmx:timeout"]) body.addEventListener(fault, () => say(word("failed"), "error"));
  body.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target.id !== "page") return;
    const words = document.getElementById("words");
    root.lang = words.lang;
    root.dir = words.dir;
    page.setAttribute("aria-busy", "false");
  });

  // ---- Where we are. The Dashboard's address follows by an entry in the history that its frame shares. It never tells of its
  // Back, and a sandboxed frame may not go on by itself. So our own entry comes after its: Back changes what is seen at once,
  // and the address with it or, where a browser skips no entries, by a second Back. Otherwise the page would stay behind.
  let shown = here(), turn = Promise.resolve();
  body.addEventListener("htmx:beforeHistoryUpdate", ({ detail: { history: wanted } }) => {
    shown = wanted.path;
    if (!framed) return;
    const { path } = wanted, newRoute = path.replace(base, "/"), state = { htmx: true };
    Object.assign(wanted, { type: "replace", path: location.pathname + location.search });
    if (kind === "page") turn = turn.then(() => tell("updateRouting", { newRoute })).then(() => history.pushState(state, "", path));
  });
  window.addEventListener("popstate", async (event) => {
    event.stopImmediatePropagation();
    const wanted = here();
    if (wanted === shown) return;
    if (await window.nps.mayLeave()) {
      shown = wanted;
      load(wanted);
    } else {
      history.pushState({ htmx: true }, "", shown);
    }
  }, { capture: true });

  // ---- What is said.
  function notice(text, status = "info", link = null) {
    const line = document.createElement("div");
    line.className = `notice ${status}`;
    line.setAttribute("role", status === "error" ? "alert" : "status");
    line.append(text, ...(link ? [" ", link] : []));
    document.getElementById("notices").append(line);
    if (link) return;
    setTimeout(() => line.remove(), status === "error" ? 12000 : 5000);
  }
  async function say(text, status) {
    // The Dashboard's errors stay until somebody closes them, over the buttons of whatever page comes next.
    const told = { title: text, status: status === "error" ? "warning" : status };
    const isTold = framed && !isDeaf && (await tell("notification", told));
    if (!isTold) notice(text, status);
  }
  function signedOut() {
    if (!byCookie) return notice(word("signedOut"), "error");
    const link = document.createElement("a");
    link.href = loginAddress();
    link.target = "_blank";
    link.textContent = word("signIn");
    notice(word("signedOut"), "error", link);
  }
  body.addEventListener("nps:notify", async ({ detail: { text, status, close } }) => {
    await say(text, status);
    if (close && kind === "popup") tell("popupClose");
  });

  // ---- Links out of the frame, and downloads, which need the pass too.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href],a[data-dashboard-path]");
    if (!link || event.defaultPrevented) return;
    const address = link.getAttribute("href") ?? "";
    const isPage = address.startsWith(base) && (!link.hasAttribute("hx-get") || link.hasAttribute("hx-push-url"));
    let follow = null;
    if (link.hasAttribute("data-download")) follow = () => download(link);
    else if (framed && link.dataset.dashboardPath) follow = () => tell("redirect", { to: link.dataset.dashboardPath, newContext: true });
    else if (framed && isPage && kind !== "page") follow = () => openPage(address, event.ctrlKey || event.metaKey);
    if (!follow) return;
    event.preventDefault();
    event.stopPropagation();
    follow();
  }, { capture: true });

  // A page of ours, asked for in a widget or popup: the Dashboard goes there, or else a tab of its own opens.
  async function openPage(address, inNewTab) {
    const place = version.startsWith("3.21.") ? `/apps/${encodeURIComponent(app)}/app` : `/extensions/app/${encodeURIComponent(app)}`;
    const to = `${place}/${address.slice(base.length)}`;
    if (app && !isDeaf && (await tell("redirect", { to, newContext: inNewTab }))) return kind === "popup" && tell("popupClose");
    const tab = window.open(address, "_blank");
    if (tab) opened.add(tab);
  }
  async function download(link, isSecondTry = false) {
    const headers = { "HX-Request": "true", ...(pass && { Authorization: `Bearer ${pass}` }), ...(locale && { "Accept-Language": locale }) };
    const answer = await fetch(link.href, { headers }).catch(() => null);
    if (answer?.status === 401 && !isSecondTry) return (await renew()) ? download(link, true) : signedOut();
    if (!answer?.ok) return say((answer?.status < 500 && (await answer.text())) || word("failed"), "error");
    const name = /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition") ?? "");
    const file = document.createElement("a");
    file.href = URL.createObjectURL(await answer.blob());
    file.download = link.dataset.download || name?.[1] || "export.csv";
    file.click();
    setTimeout(() => URL.revokeObjectURL(file.href), 60000);
  }

  const loginAddress = () => `${base}login/?next=${encodeURIComponent(location.pathname + location.search)}`;
  window.nps = { word, load, go, notice, say, tell, renew, mayLeave: async () => true, isUnsent: () => false };

  if (pass) take(pass, body.dataset.lifetime);
  if (framed) {
    if (!isDeaf) tell("notifyReady");
    const isOther = locale && locale.split("-")[0].toLowerCase() !== root.lang;
    if (loaded && isOther) window.addEventListener("DOMContentLoaded", () => load());
  } else if (!loaded) {
    if (window.opener) askOpener();
    pause(window.opener ? 1500 : 0).then(() => loaded || location.replace(loginAddress()));
  }
})();
