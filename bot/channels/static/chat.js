// The web chat with scripts: forms are sent without leaving the page, news comes by itself.
// Everything here may fail: the page works as plain forms too.
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const chat = $("chat"), log = $("log"), status = $("status"), composer = $("composer");
  const text = $("text"), tools = $("tools"), bar = $("progress"), recorder = $("recorder");
  const say = chat.dataset, root = document.documentElement;
  if (!window.fetch || !window.EventSource || !window.FormData) return;
  root.classList.add("js");

  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const tell = (line, quiet) => { status.classList.toggle("calm", !!quiet); status.textContent = line || ""; };
  const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
  const language = encodeURIComponent(say.language);

  // --- News -----------------------------------------------------------------------------------
  let last = Number(say.last), source = null, wait = 1000, timer = 0, cut = false, arrived = [];
  let heldTools = "", offTimer = 0;

  function connect() {
    clearTimeout(timer);
    if (source) source.close();
    source = new EventSource(`${say.url}/events?after=${last}&language=${language}`);
    source.onopen = () => { wait = 1000; clearTimeout(offTimer); offTimer = 0; if (cut) { cut = false; tell(""); } };
    source.onerror = () => {
      source.close(); source = null;
      if (document.hidden) return;
      // A short break is nobody's business; a longer one is told.
      if (!cut && !offTimer) offTimer = setTimeout(() => { cut = true; tell(say.offline); }, 3000);
      timer = setTimeout(connect, wait * (0.7 + Math.random() * 0.6));
      wait = Math.min(wait * 2, 30000);
    };
    source.addEventListener("entry", (event) => {
      const number = Number(event.lastEventId);
      last = Math.max(last, number);
      if ($(`e${number}`)) return;
      if ($("empty")) $("empty").remove();
      log.insertAdjacentHTML("beforeend", event.data);
      const entry = $(`e${number}`);
      if (entry) { entry.classList.add("new"); arrived.push(entry); }
    });
    source.addEventListener("state", (event) => settle(JSON.parse(event.data)));
    source.addEventListener("reset", () => { source.close(); location.reload(); });
  }

  function settle(state) {
    let lostFocus = false;
    for (const entry of log.querySelectorAll("[data-open]")) {
      if (state.open.includes(Number(entry.dataset.n))) continue;
      const form = entry.querySelector(".answers");
      if (form) { lostFocus = lostFocus || form.contains(document.activeElement) || form.hasAttribute("aria-busy"); form.remove(); }
      delete entry.dataset.open;
    }
    for (const entry of log.querySelectorAll("[data-fleeting]"))
      if (!state.fleeting.includes(Number(entry.dataset.n))) entry.remove();
    text.inputMode = state.mode;
    heldTools = state.tools;
    placeTools();
    const words = text.value.trim();
    if (state.language && state.language !== say.language && !words && !busy(composer)) { again(); return; }
    const shown = arrived.filter((entry) => entry.isConnected);
    arrived = [];
    if (shown.length) show(shown, lostFocus);
  }

  // Another page, at what was said last and not where the old one stood.
  function again() {
    history.replaceState(null, "", "#end");
    history.scrollRestoration = "manual";
    location.reload();
  }

  function show(entries, lostFocus) {
    const news = entries.find((entry) => entry.classList.contains("bot")) || entries[0];
    const newest = entries[entries.length - 1];
    log.insertBefore($("end"), news);
    if (lostFocus) newest.focus({ preventScroll: true });
    const above = document.querySelector(".top").offsetHeight, below = document.querySelector(".below").offsetHeight;
    const room = innerHeight - above - below;
    root.style.scrollPaddingTop = `${above + 8}px`;
    const height = newest.getBoundingClientRect().bottom - news.getBoundingClientRect().top;
    const behavior = calm ? "auto" : "smooth";
    if (height > room) news.scrollIntoView({ block: "start", behavior });
    else scrollTo({ top: document.body.scrollHeight, behavior });
  }

  // New tools wait while the old ones are in use.
  function placeTools() {
    if (heldTools === null || recording || busy(composer)) return;
    const focused = tools.contains(document.activeElement);
    tools.innerHTML = heldTools;
    heldTools = null;
    dressTools();
    if (focused) text.focus({ preventScroll: true });
  }

  function dressTools() {
    const recordable = window.isSecureContext && window.MediaRecorder && navigator.mediaDevices;
    for (const button of tools.querySelectorAll("[data-record]")) button.hidden = !recordable;
    for (const input of tools.querySelectorAll("[data-instead]")) input.hidden = !!recordable;
    for (const button of tools.querySelectorAll("[data-locate]")) button.hidden = !(window.isSecureContext && navigator.geolocation);
  }

  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    // A hidden tab lets its line go: browsers allow six, and a battery is a battery.
    if (document.hidden) timer = setTimeout(() => { if (document.hidden && source) { source.close(); source = null; } }, 30000);
    else if (!source) { wait = 1000; connect(); }
  });
  addEventListener("online", () => { wait = 1000; connect(); });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // --- Sending --------------------------------------------------------------------------------
  const busy = (form) => form.hasAttribute("aria-busy");

  function post(url, body, withBar) {
    return new Promise((done, fail) => {
      const request = new XMLHttpRequest();
      request.open("POST", url);
      request.setRequestHeader("X-Chat", "1");
      request.timeout = withBar ? 300000 : 45000;
      if (withBar) {
        bar.hidden = false; bar.value = 0;
        request.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; };
      }
      request.onload = () => done(request);
      request.onerror = request.ontimeout = request.onabort = () => fail(new Error("connection"));
      request.send(body);
    });
  }

  // The same body, with the same nonce, until it arrived: sent twice it still counts once.
  async function deliver(form, body) {
    if (busy(form)) return false;
    form.setAttribute("aria-busy", "true");
    const url = form.getAttribute("action");
    const files = [...body.values()].some((value) => value instanceof Blob && value.size);
    const slow = setTimeout(() => tell(say.sending, true), 400);
    let sent = false;
    try {
      for (let attempt = 0; ; attempt++) {
        try {
          const answer = await post(url, body, files);
          if (answer.status === 401) { location.reload(); return false; }
          if (answer.status < 300) { sent = true; tell(""); break; }
          if (answer.status < 500) { tell(/^text\/plain/.test(answer.getResponseHeader("content-type")) ? answer.responseText : say.failed); break; }
        } catch (error) { /* told below */ }
        if (attempt === 4) { tell(say.failed); break; }
        clearTimeout(slow);
        tell(say.retrying);
        await pause(Math.min(1000 * 2 ** attempt, 8000));
      }
    } finally {
      clearTimeout(slow);
      bar.hidden = true;
      form.removeAttribute("aria-busy");
    }
    if (sent) {
      const nonce = form.elements.nonce;
      if (nonce) nonce.value = fresh();
      if (!source || source.readyState === 2) connect();
    }
    return sent;
  }

  async function send(form, submitter) {
    if (busy(form)) return;
    const body = new FormData(form);
    if (submitter && submitter.name) body.append(submitter.name, submitter.value);
    if (form !== composer) {
      // Kept busy for the eye until the answer puts the question out.
      if (await deliver(form, body)) pressed(form);
      return;
    }
    const words = text.value;
    const day = tools.querySelector("[name=day]");
    const files = [...tools.querySelectorAll("[type=file]")].flatMap((input) => [...input.files]);
    if (!words.trim() && !files.length && !(day && day.value)) { text.focus(); return; }
    text.readOnly = true;
    const sent = await deliver(form, await shrunk(body));
    text.readOnly = false;
    if (sent) {
      if (text.value === words) text.value = "";
      if (day) day.value = "";
      grow();
    }
    // A file that was refused would be refused again with the next words.
    for (const input of tools.querySelectorAll("[type=file]")) if (sent || status.textContent) input.value = "";
    if (heldTools !== null) placeTools();
    if (matchMedia("(pointer: fine)").matches) text.focus({ preventScroll: true });
  }

  function pressed(form) {
    // What a link came for is opened once, and not offered again when the page comes again.
    if (form.classList.contains("came")) { form.remove(); history.replaceState(null, "", location.pathname); }
    if (!form.classList.contains("answers") || !form.isConnected) return;
    form.setAttribute("aria-busy", "true");
    setTimeout(() => form.removeAttribute("aria-busy"), 4000);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-send")) return;
    event.preventDefault();
    send(form, event.submitter);
  });

  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    // Enter that picks a word in an input method is not "send" (229: Safari ends composing first).
    if (event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send(composer);
  });

  function grow() {
    if (CSS.supports("field-sizing", "content")) return;
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight + 3}px`;
  }
  text.addEventListener("input", () => { grow(); if (status.textContent === say.failed) tell(""); });

  // --- Photos, voice, place -------------------------------------------------------------------
  // A photo of 1,600 pixels says as much as one of 6,000 and is sent in a tenth of the time.
  async function smaller(file) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < 300000 || !window.createImageBitmap) return file;
    try {
      const image = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, 1600 / Math.max(image.width, image.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(image.width * scale);
      canvas.height = Math.round(image.height * scale);
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      return blob && blob.size < file.size ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
    } catch (error) { return file; }
  }

  async function shrunk(body) {
    const photos = body.getAll("photo").filter((file) => file.size);
    if (!photos.length) return body;
    body.delete("photo");
    for (const photo of photos) body.append("photo", await smaller(photo));
    return body;
  }

  tools.addEventListener("change", async (event) => {
    const input = event.target;
    if (input.type !== "file" || !input.files.length) return;
    const most = Number(input.dataset.max);
    const light = await Promise.all([...input.files].map((file) => (input.name === "photo" ? smaller(file) : file)));
    if (light.some((file) => file.size > most)) { input.value = ""; tell(say.toolarge); return; }
    send(composer);
  });

  let recording = null;
  async function record(seconds) {
    let stream;
    try { stream = await navigator.mediaDevices.getUserMedia({ audio: true }); } catch (error) { tell(say.nomicrophone); swap(); return; }
    const media = new MediaRecorder(stream), parts = [], begun = Date.now();
    recording = { media, keep: true };
    const tick = setInterval(() => {
      const gone = Math.floor((Date.now() - begun) / 1000);
      $("clock").textContent = `${Math.floor(gone / 60)}:${String(gone % 60).padStart(2, "0")}`;
      if (gone >= seconds && media.state === "recording") media.stop();
    }, 250);
    media.ondataavailable = (event) => parts.push(event.data);
    media.onstop = async () => {
      clearInterval(tick);
      stream.getTracks().forEach((track) => track.stop());
      recorder.hidden = true;
      const kept = recording.keep;
      recording = null;
      if (kept) {
        const body = new FormData(composer);
        body.delete("voice");
        body.append("voice", new Blob(parts, { type: media.mimeType.split(";")[0] }), "voice");
        const sent = await deliver(composer, body);
        if (sent) { text.value = ""; grow(); }
      }
      placeTools();
      text.focus({ preventScroll: true });
    };
    $("clock").textContent = "0:00";
    recorder.hidden = false;
    media.start();
    recorder.querySelector("[data-stop]").focus();
  }
  function swap() {
    for (const button of tools.querySelectorAll("[data-record]")) button.hidden = true;
    for (const input of tools.querySelectorAll("[data-instead]")) input.hidden = false;
  }
  recorder.addEventListener("click", (event) => {
    if (!recording) return;
    if (event.target.closest("[data-discard]")) recording.keep = false;
    else if (!event.target.closest("[data-stop]")) return;
    if (recording.media.state === "recording") recording.media.stop();
  });

  function locate() {
    tell(say.sending, true);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const body = new FormData(composer);
        for (const name of ["text", "photo", "voice", "day"]) body.delete(name);
        body.append("lat", coords.latitude);
        body.append("lon", coords.longitude);
        deliver(composer, body).then(() => heldTools !== null && placeTools());
      },
      () => tell(say.noplace),
      { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 },
    );
  }
  tools.addEventListener("click", (event) => {
    const record_ = event.target.closest("[data-record]");
    if (record_ && !recording) record(Number(record_.dataset.record));
    if (event.target.closest("[data-locate]")) locate();
  });

  heldTools = null;
  dressTools();
  grow();
  connect();
  $("end").scrollIntoView({ block: "start" });
})();
