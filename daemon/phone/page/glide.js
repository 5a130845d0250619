// What is shown of a value: at once what one's own finger does, and a short way to what others do.
const TAU_MS = 70;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const moving = new Set();
let last = 0;

function frame(now) {
  const part = 1 - Math.exp(-Math.min(now - last, 100) / TAU_MS);
  last = now;
  for (const glide of [...moving]) glide.step(part);
  if (moving.size) requestAnimationFrame(frame);
}

export class Glide {
  // `draw` takes the numbers to show; `near` is the distance at which they are there.
  constructor(draw, near = 0.0005) {
    this.draw = draw;
    this.near = near;
    this.shown = this.goal = null;
  }

  jump(numbers) {
    moving.delete(this);
    this.shown = this.goal = [...numbers];
    this.draw(this.shown);
  }

  to(numbers) {
    if (!this.shown || still.matches || document.hidden || this.shown.length !== numbers.length) { this.jump(numbers); return; }
    this.goal = [...numbers];
    if (!moving.size) { last = performance.now(); requestAnimationFrame(frame); }
    moving.add(this);
  }

  step(part) {
    this.shown = this.shown.map((value, at) => value + (this.goal[at] - value) * part);
    if (this.shown.every((value, at) => Math.abs(value - this.goal[at]) <= this.near)) this.jump(this.goal);
    else this.draw(this.shown);
  }
}
