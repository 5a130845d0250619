// The sheets over the desk: words, blend, map, teach.
import { Drag } from "./drag.js";
import { Plane } from "./plane.js";

const find = (id) => document.getElementById(id);
const BLENDED = 8;

export class Sheets {
  constructor(link, seen) {
    this.link = link;
    for (const sheet of document.querySelectorAll("dialog")) {
      sheet.querySelector(".close").addEventListener("click", () => sheet.close());
      sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
    }
    for (const button of document.querySelectorAll("[data-sheet]")) button.addEventListener("click", () => this.open(button.dataset.sheet));
    this.words();
    this.blend(seen);
    this.map(seen);
    find("teaching").addEventListener("submit", (event) => {
      event.preventDefault();
      const word = find("lesson").value.trim();
      this.says("");
      if (word) link.order("/semeq/teach", word);
    });
  }

  open(name) {
    find(name).showModal();
    if (name === "map") this.plane.draw();
  }

  closeAll() { for (const sheet of document.querySelectorAll("dialog[open]")) sheet.close(); }

  // -- words --

  words() {
    for (const side of ["a", "b"]) find(`word-${side}`).addEventListener("click", () => {
      this.side = side;
      find("words-title").textContent = side === "a" ? "first word" : "second word";
      find("search").value = "";
      find("found").replaceChildren();
      this.typed = null;
      this.takesFirst = false;
      this.link.tell({ find: "", side });
      this.open("words");
    });
    find("search").addEventListener("input", () => this.link.tell({ find: find("search").value, side: this.side }));
    find("search").addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      this.takesFirst = true; // of what belongs to what is typed, which may be still on its way
      if (this.typed === find("search").value) this.takeFirst();
    });
  }

  takeFirst() {
    const first = find("found").querySelector("button");
    this.takesFirst = false;
    if (first) first.click();
  }

  found({ found, typed }) {
    if (typed !== find("search").value.slice(0, 100)) return;
    this.typed = typed;
    const rows = found.map(({ term, language, rests, remarks }) => {
      const row = document.createElement("li"), button = document.createElement("button"), small = document.createElement("small");
      button.type = "button";
      button.textContent = term;
      button.lang = language;
      small.lang = "en";
      small.textContent = [rests, ...remarks.slice(0, 1)].filter(Boolean).join(" · ");
      button.append(small);
      button.addEventListener("click", () => { this.link.order(`/semeq/term/${this.side}`, term); find("words").close(); });
      row.append(button);
      return row;
    });
    if (!rows.length) { const row = document.createElement("li"); row.textContent = "nothing like it"; rows.push(row); }
    find("found").replaceChildren(...rows);
    if (this.takesFirst) this.takeFirst();
  }

  // -- blend --

  blend(seen) {
    for (let number = 1; number <= BLENDED; number++) {
      const bar = document.createElement("div");
      bar.className = "drag bar";
      bar.id = `weight-${number}`;
      bar.innerHTML = '<span class="fill"></span><span class="name"></span><span class="number">·</span>';
      bar.hidden = true;
      find("weights").append(bar);
      const address = `/semeq/blend/${number}`;
      const drag = new Drag({ element: bar, label: `blend ${number}`, says: (value) => `${Math.round(value * 100)} %`, moved: (value) => this.link.set(address, value) });
      seen.on(address, (value) => drag.told(value));
      seen.on(`${address}/term`, (term) => { bar.hidden = !term; bar.style.display = term ? "" : "none"; bar.querySelector(".name").textContent = term; drag.named(term || address); });
    }
  }

  // -- map --

  map(seen) {
    const go = (place) => { seen.take("/semeq/map", place); this.link.set("/semeq/map", ...place); };
    this.plane = new Plane(find("plane"), go);
    const drags = [["x", "across"], ["y", "up and down"]].map(([axis, label], at) => new Drag({
      element: find(`map-${axis}`), label: `map: ${label}`, says: (value) => `${Math.round(value * 100)}`,
      moved: (value) => go(this.plane.value.map((part, axis) => axis === at ? value : part)),
    }));
    seen.on("/semeq/map", (...place) => { this.plane.told(place); drags.forEach((drag, at) => drag.told(place[at])); });
  }

  places(words) { this.plane.words = words; this.plane.draw(); }

  says(text, isBad = false) {
    find("taught").textContent = text;
    find("taught").classList.toggle("bad", isBad);
  }
}
