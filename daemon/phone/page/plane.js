// Words on a map, and the place that counts: dragged from where it is, or a tap on a word.
import { Glide } from "./glide.js";

const TAP_PX = 10;

export class Plane {
  constructor(canvas, moved) {
    this.canvas = canvas;
    this.moved = moved;
    this.words = [];
    this.value = [0.5, 0.5];
    this.isHeld = false;
    this.glide = new Glide((place) => { this.place = place; this.draw(); }, 0.001);
    this.glide.jump(this.value);
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => this.draw());
    canvas.addEventListener("pointerdown", (event) => {
      if (this.isHeld || event.button) return;
      this.isHeld = true;
      this.pointer = event.pointerId;
      this.at = [event.clientX, event.clientY];
      this.path = 0;
      this.glide.jump(this.glide.shown);
      this.own = [...this.glide.shown];
      try { canvas.setPointerCapture(event.pointerId); } catch { /* gone already */ }
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!this.isHeld || event.pointerId !== this.pointer) return;
      const way = [event.clientX - this.at[0], event.clientY - this.at[1]];
      this.at = [event.clientX, event.clientY];
      this.path += Math.abs(way[0]) + Math.abs(way[1]);
      if (this.path < TAP_PX) return;
      this.go([this.own[0] + way[0] / canvas.clientWidth, this.own[1] - way[1] / canvas.clientHeight]);
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => {
      if (!this.isHeld || event.pointerId !== this.pointer) return;
      this.isHeld = false;
      if (end === "pointerup" && this.path < TAP_PX) this.tap(event.offsetX, event.offsetY);
      else this.glide.to(this.value);
    });
  }

  told(place) {
    this.value = place;
    if (!this.isHeld) this.glide.to(place);
  }

  go(place) {
    this.own = place.map((part) => Math.min(Math.max(part, 0), 1));
    this.value = this.own;
    this.glide.jump(this.own);
    this.moved(this.own);
  }

  tap(x, y) {
    const hit = (this.boxes || []).find(([left, top, right, bottom]) => x >= left && x <= right && y >= top && y <= bottom);
    if (hit) this.moved(hit[4]);
  }

  draw() {
    const canvas = this.canvas, ratio = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
    if (width < 20 || height < 20) return;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const pen = canvas.getContext("2d"), style = getComputedStyle(document.documentElement);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.font = "15px system-ui, sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillStyle = style.getPropertyValue("--text");
    const boxes = [];
    for (const [word, x, y] of this.words) {
      const half = pen.measureText(word).width / 2 + 6;
      const at = Math.min(Math.max(x * width, half), width - half), up = Math.min(Math.max((1 - y) * height, 22), height - 22);
      const box = [at - half, up - 22, at + half, up + 22, [x, y]];
      if (boxes.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
      boxes.push(box);
      pen.fillText(word, at, up);
    }
    this.boxes = boxes;
    const [x, y] = this.place;
    pen.beginPath();
    pen.arc(x * width, (1 - y) * height, 13, 0, 7);
    pen.lineWidth = 4;
    pen.strokeStyle = style.getPropertyValue("--moves");
    pen.stroke();
  }
}
