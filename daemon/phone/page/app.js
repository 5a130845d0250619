// The desk: what the daemon says is shown, what is touched is said.
import { Curve } from "./curve.js";
import { Drag } from "./drag.js";
import { Link } from "./link.js";
import { Sheets } from "./sheets.js";

const find = (id) => document.getElementById(id);
const SCENES = 9, BANDS = 5, ANSWER_MS = 8000;
const SIGNS = { answers: "●", silent: "✕", unknown: "○" };
const STATES = {
  "": "connecting …",
  lost: "no connection; trying again …",
  nokey: "This phone has no key that counts: semeq phone draws a code for it.",
  full: "too many are here; waiting …",
};

// -- what is known: each value by its address, and who shows it --

class Seen {
  constructor() { this.values = new Map(); this.shown = new Map(); }
  on(address, show) { this.shown.set(address, [...(this.shown.get(address) || []), show]); }
  take(address, values) { this.values.set(address, values); for (const show of this.shown.get(address) || []) show(...values); }
  get(address) { return (this.values.get(address) || [])[0]; }
}

const seen = new Seen();
let sight = {}, words = null, call = "", storing = false, refused = "", answerTimer = 0;

const link = new Link(hear, became);
const curve = new Curve(find("curve"));
const sheets = new Sheets(link, seen);

function hear(said) {
  for (const [address, ...values] of said.v || []) seen.take(address, values);
  if (said.v && said.v.some(([address]) => address.startsWith("/semeq/band/"))) showBands();
  if (said.sight) look(said.sight);
  if (said.found) sheets.found(said);
  if (said.map) sheets.places(said.map);
  if (said.news) news(...said.news);
}

function became(state) {
  document.body.classList.toggle("waits", state === "" || state === "nokey" || state === "full");
  document.body.classList.toggle("lost", state === "lost");
  document.body.dataset.state = state;
  find("desk").inert = state !== "live";
  if (state !== "live") {
    words = null;
    storing = false;
    for (const drag of drags) if (drag.isHeld) drag.letGo();
    sheets.closeAll();
  }
  showState();
}

// -- the line at the top --

function showState() {
  const state = link.state;
  const needs = state !== "live" || Boolean(call);
  document.body.classList.toggle("needs", needs && state !== "");
  let text = STATES[state] || call;
  if (state === "live" && !call) {
    const place = [sight.host || "no DAW is steered", sight.place, sight.more ? `and ${sight.more} more` : ""].filter(Boolean).join(" · ");
    text = sight.life === "waiting" ? `${place} · waiting for your first move` : place;
  }
  find("said").textContent = text || "connecting …";
  find("sign").textContent = needs ? "!" : SIGNS[sight.presence] || "○";
}

function look(now) {
  sight = now;
  const [a, b] = now.terms;
  show("a", a, "where it was");
  show("b", b);
  find("course").textContent = now.course;
  for (const side of ["A", "B"]) find(`side-${side.toLowerCase()}`).setAttribute("aria-pressed", String(now.side === side));
  find("match").querySelector("small").textContent = now.level === null ? "" : now.matched ? `${now.level > 0 ? "+" : now.level < 0 ? "−" : ""}${Math.abs(now.level).toFixed(1)} dB` : "cannot";
  curve.standing(now.own);
  if (words !== now.words) { words = now.words; link.tell({ map: true }); }
  showState();
}

function show(side, { term, language, rests }) {
  const button = find(`word-${side}`);
  button.querySelector(".term").textContent = term;
  button.querySelector(".term").lang = language;
  button.querySelector("small").textContent = rests;
  button.setAttribute("aria-label", `${side === "a" ? "first" : "second"} word: ${term}, ${rests}; choose another`);
  morph.named(`morph from ${sight.terms[0].term} to ${sight.terms[1].term}`);
}

// -- the large controls --

const morph = new Drag({ element: find("morph"), label: "morph", middle: 0.5, moved: (value) => link.set("/semeq/morph", value) });
const strength = new Drag({
  element: find("strength"), label: "strength", low: -1, high: 2, step: 0.05, middle: 1,
  says: (value) => `${value < 0 && Math.round(value * 100) ? "−" : ""}${Math.abs(Math.round(value * 100))} %`,
  moved: (value) => link.set("/semeq/strength", value),
});
const drags = [morph, strength];
seen.on("/semeq/morph", (value) => morph.told(value));
seen.on("/semeq/strength", (value) => strength.told(value));

function showBands() {
  const bands = [];
  for (let number = 1; number <= BANDS; number++) bands.push(seen.values.get(`/semeq/band/${number}`));
  if (bands.every(Boolean)) curve.told(bands);
}

// -- buttons --

function toggle(id, address) {
  find(id).addEventListener("click", () => {
    const on = find(id).getAttribute("aria-pressed") === "true" ? 0 : 1;
    seen.take(address, [on]); // what one's own hand does is not told back
    link.order(address, on);
  });
  seen.on(address, (on) => find(id).setAttribute("aria-pressed", String(Boolean(on))));
}

toggle("bypass", "/semeq/bypass");
toggle("match", "/semeq/level-match");
find("side-a").addEventListener("click", () => link.order("/semeq/ab", 0));
find("side-b").addEventListener("click", () => link.order("/semeq/ab", 1));
for (const [id, address] of [["swap", "/semeq/swap"], ["undo", "/semeq/undo"], ["restore", "/semeq/restore"]]) find(id).addEventListener("click", () => link.order(address));

// -- requests, and answers to them --

find("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = find("request").value.trim();
  if (!text) return;
  link.order("/semeq/say", text);
  find("request").value = "";
});
seen.on("/semeq/said", (text) => { if (text !== refused) answer(text); });
seen.on("/semeq/call", (text) => { call = text; showState(); });

function answer(text, isBad = false) {
  const line = find("answer");
  refused = isBad ? text : "";
  clearTimeout(answerTimer);
  line.textContent = text;
  line.classList.toggle("bad", isBad);
  if (isBad) answerTimer = setTimeout(() => answer(seen.get("/semeq/said") || ""), ANSWER_MS);
}

function news(address, first, second) {
  const isBad = address === "/semeq/error";
  if (isBad && first === "/semeq/teach") { sheets.says(second, true); return; }
  if (isBad) { answer(second, true); return; }
  const text = `${first} ${second} is kept`;
  if (first.startsWith("word")) sheets.says(text);
  answer(text);
}

// -- scenes --

const scenes = [];
for (let number = 1; number <= SCENES; number++) {
  const button = document.createElement("button");
  button.type = "button";
  button.hidden = true;
  button.addEventListener("click", () => {
    link.order(storing ? "/semeq/scene/store" : "/semeq/scene/recall", number);
    storing = false;
    showScenes();
  });
  scenes.push(button);
  seen.on(`/semeq/scene/${number}/name`, () => showScenes());
}
const keep = document.createElement("button");
keep.type = "button";
keep.id = "keep";
keep.addEventListener("click", () => { storing = !storing; showScenes(); });
find("scenes").append(...scenes, keep);

function showScenes() {
  const names = scenes.map((_, at) => seen.get(`/semeq/scene/${at + 1}/name`) || "");
  scenes.forEach((button, at) => {
    const name = names[at], number = String(at + 1);
    button.hidden = !name && !storing;
    button.classList.toggle("empty", !name);
    button.textContent = name && name !== number ? `${number} ${name}` : number;
    button.setAttribute("aria-label", `${storing ? "store" : "recall"} scene ${number}${name && name !== number ? ` ${name}` : ""}`);
  });
  keep.textContent = storing ? "cancel" : names.some(Boolean) ? "+" : "+ scene";
  keep.setAttribute("aria-label", storing ? "cancel storing" : "store a scene");
  keep.setAttribute("aria-pressed", String(storing));
}
showScenes();
showState();
link.open();
