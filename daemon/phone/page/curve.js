// The response of five bands, and how it is drawn.
// Source: R. Bristow-Johnson, Audio EQ Cookbook: the analogue prototypes on the bilinear transform's own frequency axis.
import { Glide } from "./glide.js";

const LOW_HZ = 20, HIGH_HZ = 20000, POINTS = 160, RATE_HZ = 48000;
const SCALES_DB = [6, 12, 18, 24, 36, 48];
const TICKS = [[50, "50"], [100, "100"], [200, "200"], [500, "500"], [1000, "1k"], [2000, "2k"], [5000, "5k"], [10000, "10k"]];
const KINDS = { low_shelf: "low shelf", peaking: "bell", high_shelf: "high shelf" };
const HZ = Array.from({ length: POINTS }, (_, at) => LOW_HZ * (HIGH_HZ / LOW_HZ) ** (at / (POINTS - 1)));

export function responseDb([kind, hz, gain, q], at) {
  const w = Math.tan(Math.PI * at / RATE_HZ) / Math.tan(Math.PI * Math.min(hz, 0.499 * RATE_HZ) / RATE_HZ);
  const a = 10 ** (gain / 40), s = w * w;
  if (kind === "peaking") {
    const away = (1 - s) ** 2;
    return 10 * Math.log10((away + s * (a / q) ** 2) / (away + s / (a * q) ** 2));
  }
  const slope = a * s / q ** 2, low = (a - s) ** 2 + slope, high = (1 - a * s) ** 2 + slope;
  return 10 * Math.log10(kind === "low_shelf" ? low / high : high / low) + gain / 2;
}

const sum = (bands, at) => bands.reduce((total, band) => total + responseDb(band, at), 0);
const numbers = (bands) => bands.flatMap(([, hz, gain, q]) => [Math.log(hz), gain, Math.log(q)]);

export class Curve {
  constructor(canvas) {
    this.canvas = canvas;
    this.kinds = [];
    this.bands = [];
    this.own = null;
    this.glide = new Glide((now) => { this.bands = this.kinds.map((kind, at) => [kind, Math.exp(now[3 * at]), now[3 * at + 1], Math.exp(now[3 * at + 2])]); this.draw(); }, 0.01);
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => this.draw());
  }

  told(bands) {
    this.kinds = bands.map(([kind]) => kind);
    this.glide.to(numbers(bands));
    const said = bands.map(([kind, hz, gain]) => `${KINDS[kind] || kind} ${hz < 1000 ? hz.toFixed(0) + " Hz" : (hz / 1000).toFixed(1) + " kHz"} ${gain >= 0 ? "+" : "−"}${Math.abs(gain).toFixed(1)} dB`);
    this.canvas.setAttribute("aria-label", `the curve: ${said.join(", ")}`);
  }

  standing(own) {
    this.own = own;
    this.draw();
  }

  draw() {
    const canvas = this.canvas, ratio = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
    if (width < 20 || height < 20) return;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const pen = canvas.getContext("2d"), style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const asked = HZ.map((hz) => sum(this.bands, hz)), own = this.own && HZ.map((hz) => sum(this.own, hz));
    const peak = Math.max(...asked.map(Math.abs), ...(own || []).map(Math.abs));
    const scale = SCALES_DB.find((db) => peak <= db * 0.96) || 48;
    const foot = height > 70 ? 16 : 0, left = 30, middle = (height - foot) / 2;
    const x = (hz) => left + (width - left - 4) * Math.log(hz / LOW_HZ) / Math.log(HIGH_HZ / LOW_HZ);
    const y = (db) => middle - db / scale * (middle - 5);
    pen.font = "12px system-ui, sans-serif";
    pen.textBaseline = "middle";
    pen.lineWidth = 1;
    pen.strokeStyle = colour("--line");
    pen.fillStyle = colour("--quiet");
    for (const db of height > 110 ? [scale / 2, 0, -scale / 2] : [0]) {
      pen.globalAlpha = db ? 0.4 : 1;
      pen.beginPath(); pen.moveTo(left, y(db)); pen.lineTo(width - 4, y(db)); pen.stroke();
      pen.globalAlpha = 1;
      pen.textAlign = "right";
      pen.fillText(`${db > 0 ? "+" : db < 0 ? "−" : ""}${Math.abs(db)}`, left - 5, y(db));
    }
    pen.textAlign = "center";
    if (foot) for (const [hz, text] of TICKS) if (width > 420 || !text.startsWith("2") && !text.startsWith("5")) pen.fillText(text, x(hz), height - 7);
    const line = (values, weight, name, alpha) => {
      pen.beginPath();
      values.forEach((db, at) => pen[at ? "lineTo" : "moveTo"](x(HZ[at]), y(Math.max(Math.min(db, scale), -scale))));
      pen.lineWidth = weight; pen.strokeStyle = colour(name); pen.globalAlpha = alpha; pen.lineJoin = "round"; pen.stroke();
      pen.globalAlpha = 1;
    };
    if (own) line(own, 2, "--quiet", 0.8);
    line(asked, 3, "--moves", 1);
    for (const band of this.bands) {
      pen.beginPath();
      pen.arc(x(band[1]), y(sum(this.bands, band[1])), 5, 0, 7);
      pen.fillStyle = colour("--text");
      pen.fill();
    }
  }
}
