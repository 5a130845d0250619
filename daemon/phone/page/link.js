// The way to the daemon: shows the key, comes back by itself, and never says what it had before.
const BEAT_MS = 350;      // how often each side hears of the other
const SILENT_MS = 850;    // after this the page is grey
const FIRST_MS = 3000;    // how long a connection may take to come about
const AGAIN_MS = [150, 300, 600, 1000, 1500];
const LOOK_MS = 120;
const WHY = { 4401: "nokey", 4403: "nokey", 4429: "full" };

export function rememberedKeys() {
  let kept = "";
  try { kept = localStorage.getItem("semeq key") || ""; } catch { /* a browser may forbid it */ }
  const said = decodeURIComponent(location.hash.slice(1));
  return [...new Set([said, kept])].filter(Boolean);
}

function remember(key) {
  try { localStorage.setItem("semeq key", key); } catch { /* the address still has it */ }
  // A page on the home screen begins at this address, and some give it no memory of the browser's.
  if (decodeURIComponent(location.hash.slice(1)) !== key) history.replaceState(null, "", "#" + key);
}

export class Link {
  constructor(hear, changed) {
    this.hear = hear;         // takes what the daemon says
    this.changed = changed;   // told "live", "lost", "nokey" or "full"
    this.keys = rememberedKeys();
    this.state = "";
    this.waiting = new Map();
    this.spent = new Set();
    this.tries = 0;
    this.beat = 0;
    addEventListener("online", () => this.open());
    addEventListener("offline", () => this.lose());
    addEventListener("hashchange", () => { this.keys = rememberedKeys(); this.open(); });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.look(true); });
    setInterval(() => this.look(false), LOOK_MS);
  }

  open() {
    this.close();
    if (!this.keys.length) { this.become("nokey"); return; }
    const socket = new WebSocket(`ws${location.protocol === "https:" ? "s" : ""}://${location.host}/page`);
    this.socket = socket;
    this.key = this.keys[0];
    this.since = this.heard = performance.now();
    this.isIn = false;
    socket.onopen = () => socket.send(JSON.stringify({ key: this.key }));
    socket.onmessage = (event) => {
      if (this.socket !== socket) return;
      this.heard = performance.now();
      if (!this.isIn) {
        this.isIn = true;
        this.tries = 0;
        remember(this.key);
        this.keys = [this.key];
        this.become("live");
      }
      this.hear(JSON.parse(event.data));
    };
    socket.onclose = (event) => { if (this.socket === socket) this.ended(event.code); };
  }

  ended(code) {
    this.socket = null;
    if (WHY[code] === "nokey" && this.keys.length > 1) { this.keys.shift(); this.open(); return; }
    if (WHY[code] === "nokey") { this.become("nokey"); return; }
    this.become(WHY[code] || "lost");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), AGAIN_MS[Math.min(this.tries++, AGAIN_MS.length - 1)]);
  }

  close() {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    if (socket) { socket.onclose = null; socket.close(); }
    this.waiting.clear();
  }

  lose() {
    if (!this.socket) return;
    this.close();
    this.ended(0);
  }

  look(isBack) {
    const socket = this.socket, now = performance.now(), late = now - (this.looked || now) - 2 * LOOK_MS;
    this.looked = now;
    if (late > 0) this.heard += late; // it was this page that did not listen
    if (!socket || document.hidden) return;
    if (isBack) this.heard = Math.max(this.heard, now - SILENT_MS + 3 * BEAT_MS / 2);
    if (now - this.heard > (this.isIn ? SILENT_MS : FIRST_MS)) { this.lose(); return; }
    if (this.isIn && (isBack || now - (this.beaten || 0) >= BEAT_MS)) {
      this.beaten = now;
      this.tell({ here: this.beat = (this.beat + 1) % 1e6, at: Date.now() });
    }
  }

  become(state) {
    if (state === this.state) return;
    this.state = state;
    this.changed(state);
  }

  tell(said) {
    if (this.state === "live" && this.socket && this.socket.readyState === 1) this.socket.send(JSON.stringify(said));
  }

  // An order of which each counts. It says when it was given: one that was long on its way is not carried out.
  order(address, ...values) { this.tell({ do: [[address, ...values]], at: Date.now() }); }

  // A value of which only the newest counts: the first at once, then one in each frame.
  set(address, ...values) {
    if (this.spent.has(address)) { this.waiting.set(address, values); return; }
    this.spent.add(address);
    this.order(address, ...values);
    this.nextFrame();
  }

  nextFrame() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.spent.clear();
      const due = [...this.waiting].map(([address, values]) => [address, ...values]);
      this.waiting.clear();
      if (!due.length) return;
      for (const [address] of due) this.spent.add(address);
      this.tell({ do: due, at: Date.now() });
      this.nextFrame();
    });
  }
}
