// Keeps what was pressed in the telephone until the hall's page has it; lets the clocks run.
"use strict";
(() => {
  const main = document.querySelector("main[data-version]");
  if (!main) return;
  document.documentElement.classList.add("js");
  const here = location.pathname;
  const box = "press:" + here.slice(here.lastIndexOf("/") + 1);
  const ahead = Number(main.dataset.now) - Date.now() / 1000; // the hall's clock, not ours
  let version = main.dataset.version;
  let sending = false;
  let again = 0;

  const stored = () => {
    try { return JSON.parse(localStorage.getItem(box)) || []; } catch { return []; }
  };
  let queue = stored();
  const save = () => {
    try {
      if (queue.length) localStorage.setItem(box, JSON.stringify(queue));
      else localStorage.removeItem(box);
    } catch {
      // no room, most likely for the photo: the press matters more
      for (const item of queue) delete item.photo;
      try { localStorage.setItem(box, JSON.stringify(queue)); } catch { /* kept while open */ }
    }
  };

  // -- what is said --

  const words = {
    answered: "应哨", en_route: "出发", reported_in: "报到", working: "开始处置",
    finished: "处置完成", refused: "拒哨",
  };
  const net = document.getElementById("net");
  const tell = (text) => {
    net.textContent = text;
    net.hidden = !text;
  };
  const tellWaiting = (why) => {
    if (!queue.length) return tell("");
    const names = queue.map((item) => words[item.status]).join("、");
    tell(`${why}：已保存在手机（${names}），网络恢复后自动报送，请勿关闭页面`);
  };

  // -- sending --

  const id = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const send = async () => {
    if (sending || !queue.length) return;
    sending = true;
    clearTimeout(again);
    try {
      while (queue.length) {
        const { at, ...press } = queue[0];
        press.ago_s = Math.max(0, (Date.now() - at) / 1000);
        const answer = await fetch(here, {
          method: "POST",
          headers: { "content-type": "application/json", accept: "application/json" },
          body: JSON.stringify(press),
          signal: AbortSignal.timeout ? AbortSignal.timeout(30000) : undefined,
        });
        if (answer.status === 429 || answer.status === 408 || answer.status >= 500) {
          throw new Error("later");
        }
        const said = await answer.json().catch(() => ({}));
        queue.shift();
        save();
        if (!answer.ok) tell(`「${words[press.status]}」没有送达。${said.refused || ""}`);
        else if (said.photo_left_out) tell("已收到，但照片无法使用，没有保存。");
        else if (!queue.length) tell("");
      }
      sending = false;
      await look();
    } catch {
      sending = false;
      tellWaiting("暂未送达");
      again = setTimeout(send, 5000);
    }
  };

  const position = () => new Promise((done) => {
    if (!navigator.geolocation || !window.isSecureContext) return done({});
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({
        lon: coords.longitude, lat: coords.latitude, accuracy_m: Math.min(coords.accuracy, 1e7),
      }),
      () => done({}),
      { enableHighAccuracy: true, timeout: 8000, maximumAge: 60000 },
    );
  });

  // a photo is drawn anew at a moderate size: small enough to wait, and nothing but the picture
  const shrunk = async (file) => {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, 1280 / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", 0.8).split(",")[1];
  };

  const press = async (form, status) => {
    const given = Object.fromEntries(new FormData(form));
    const item = { id: id(), status, at: Date.now() };
    for (const name of ["who", "words", "reason", "duty_item"]) {
      if (given[name]) item[name] = given[name].slice(0, 2000);
    }
    const buttons = form.querySelectorAll("button");
    for (const button of buttons) button.disabled = true;
    tell(status === "reported_in" ? "正在取得位置…" : "正在报送…");
    try {
      if (given.who) localStorage.setItem("who", given.who);
    } catch { /* then it is typed again */ }
    const file = form.querySelector("#photo")?.files[0];
    if (file && ["reported_in", "working", "finished"].includes(status)) {
      try { item.photo = await shrunk(file); } catch { tell("照片无法读取，不附照片报送。"); }
    }
    if (["reported_in", "working", "finished"].includes(status)) {
      Object.assign(item, await position());
    }
    queue.push(item);
    save();
    form.reset(); // or what was typed would be kept from being drawn anew
    document.getElementById("photo-said")?.replaceChildren();
    remember();
    tellWaiting("正在报送");
    await send();
    for (const button of buttons) button.disabled = false;
  };

  document.addEventListener("submit", (event) => {
    const status = event.submitter?.value;
    if (!status || !(status in words)) return;
    event.preventDefault();
    press(event.target, status);
  });

  document.addEventListener("change", (event) => {
    if (event.target.id !== "photo") return;
    const said = document.getElementById("photo-said");
    const file = event.target.files[0];
    said.textContent = file ? "已选照片，将随「报到」「开始处置」或「处置完成」报送" : "";
  });

  // -- what has changed meanwhile --

  const busy = () => {
    const typed = document.querySelectorAll("#deeds input:not([type=hidden])");
    return [...typed].some((field) => field === document.activeElement
      || (field.type === "file" ? field.files.length : field.value && field.name !== "who"));
  };
  const remember = () => {
    let who = "";
    try { who = localStorage.getItem("who") || ""; } catch { /* none */ }
    for (const field of document.querySelectorAll("input[name=who]")) field.value ||= who;
  };

  const look = async () => {
    let answer;
    try {
      answer = await fetch(here, { headers: { "if-none-match": `"${version}"` }, cache: "no-store" });
    } catch {
      tellWaiting("没有网络");
      return;
    }
    if (answer.status === 304 || answer.status === 429 || answer.status >= 500) return;
    if (!answer.ok) {
      if (!queue.length) location.reload(); // over, expired: the page itself says so
      return;
    }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = fresh.querySelector("main[data-version]");
    if (!found) return;
    version = found.dataset.version;
    const parts = busy() ? ["said", "sheet", "past"] : ["said", "sheet", "past", "deeds"];
    for (const part of parts) {
      const before = document.getElementById(part);
      const after = fresh.getElementById(part);
      if (before && after) before.replaceWith(after);
    }
    remember();
    tick();
  };

  const tick = () => {
    const now = Date.now() / 1000 + ahead;
    for (const clock of document.querySelectorAll("[data-by]")) {
      const left = Math.floor(clock.dataset.by - now);
      const span = Math.abs(left);
      const hours = Math.floor(span / 3600);
      const minutes = Math.floor(span % 3600 / 60);
      const rest = String(span % 60).padStart(2, "0");
      const said = hours ? `${hours} 小时 ${minutes} 分` : `${minutes} 分 ${rest} 秒`;
      clock.textContent = (left < 0 ? "已超 " : "剩 ") + said;
      clock.parentElement.classList.toggle("over", left < 0);
    }
  };

  remember();
  tick();
  setInterval(tick, 1000);
  setInterval(() => document.visibilityState === "visible" && look(), 5000);
  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") { look(); send(); }
  });
  if (queue.length) { tellWaiting("正在报送"); send(); }
})();
