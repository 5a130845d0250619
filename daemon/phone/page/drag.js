// A control that is dragged, from where it is and not to where the finger lands; by keys, too; a slider to screen readers.
import { Glide } from "./glide.js";

const TAP_MS = 350, TAP_PX = 12;

export class Drag {
  // {element, label, low, high, step, says(value) -> text, moved(value), tapped()}
  constructor(options) {
    Object.assign(this, { low: 0, high: 1, step: 0.02, travel: 0.9, says: (value) => value.toFixed(2) }, options);
    this.number = this.element.querySelector(".number");
    this.fill = this.element.querySelector(".fill");
    this.isHeld = false;
    this.value = null;
    this.glide = new Glide(([value]) => this.show(value), (this.high - this.low) * 0.001);
    const element = this.element;
    element.tabIndex = 0;
    element.setAttribute("role", "slider");
    element.setAttribute("aria-valuemin", this.low);
    element.setAttribute("aria-valuemax", this.high);
    element.setAttribute("aria-valuenow", this.low);
    this.named(this.label);
    element.addEventListener("pointerdown", (event) => this.down(event));
    element.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) element.addEventListener(end, (event) => this.up(event));
    element.addEventListener("keydown", (event) => this.key(event));
  }

  named(label) { this.element.setAttribute("aria-label", label); }

  // What the daemon says; a finger that is down goes on showing its own.
  told(value) {
    this.value = value;
    if (!this.isHeld) this.glide.to([value]);
    this.element.setAttribute("aria-valuenow", Math.round(value * 1000) / 1000);
    this.element.setAttribute("aria-valuetext", this.says(value));
  }

  show(value) {
    const part = Math.min(Math.max((value - this.low) / (this.high - this.low), 0), 1);
    this.fill.style.transform = `translateX(${(part - 1) * 100}%) scaleX(1)`;
    this.number.textContent = this.says(value);
  }

  go(value) {
    value = Math.min(Math.max(value, this.low), this.high);
    this.own = value;
    this.told(value);
    this.glide.jump([value]);
    this.moved(value);
  }

  down(event) {
    if (this.value === null || this.isHeld || event.button) return;
    this.isHeld = true;
    this.pointer = event.pointerId;
    this.own = this.glide.shown ? this.glide.shown[0] : this.value;
    this.glide.jump([this.own]);
    this.at = this.from = event.clientX;
    this.path = 0;
    this.downAt = event.timeStamp;
    this.element.classList.add("held");
    try { this.element.setPointerCapture(event.pointerId); } catch { /* a pointer that is gone already */ }
  }

  move(event) {
    if (!this.isHeld || event.pointerId !== this.pointer) return;
    const way = event.clientX - this.at;
    if (!way) return;
    this.at = event.clientX;
    this.path += Math.abs(way);
    this.go(this.own + way / (this.element.clientWidth * this.travel) * (this.high - this.low));
  }

  up(event) {
    if (!this.isHeld || event.pointerId !== this.pointer) return;
    this.letGo();
    const isTap = event.type === "pointerup" && this.path < TAP_PX && event.timeStamp - this.downAt < TAP_MS;
    const isSecond = isTap && event.timeStamp - (this.tappedAt || -1e9) < TAP_MS;
    this.tappedAt = isTap && !isSecond ? event.timeStamp : -1e9;
    if (isSecond && this.middle !== undefined) { this.go(this.middle); this.glide.jump([this.middle]); }
  }

  letGo() {
    this.isHeld = false;
    this.element.classList.remove("held");
    if (this.value !== null) this.glide.to([this.value]);
  }

  key(event) {
    const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5 };
    if (this.value === null || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in steps) this.go(Math.round((this.value + steps[event.key] * this.step) * 1e4) / 1e4);
    else if (event.key === "Home") this.go(this.low);
    else if (event.key === "End") this.go(this.high);
    else return;
    event.preventDefault();
  }
}
