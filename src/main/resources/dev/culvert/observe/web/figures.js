// Numbers as people read them, and what becomes of counters: rates.

/** How many seconds are remembered of each link. */
export const SPAN = 120;

/** Milliseconds without an answer that are a gap, and no line. */
const GAP = 5000;

const PREFIXES = ['', 'k', 'M', 'G', 'T'];

/** A number with three digits that count and a unit. */
export function short(value, unit) {
  if (!Number.isFinite(value)) {
    return '–';
  }
  let scaled = value;
  let prefix = 0;
  while (scaled >= 999.5 && prefix < PREFIXES.length - 1) {
    scaled /= 1000;
    prefix++;
  }
  const digits = scaled >= 99.5 || (prefix === 0 && Number.isInteger(scaled)) ? 0 : scaled >= 9.95 ? 1 : 2;
  return `${scaled.toFixed(digits)} ${PREFIXES[prefix]}${unit}`;
}

export const bits = value => short(value, 'b/s');

export const count = value => Number(value).toLocaleString('en');

/** Microseconds as a time. */
export function trip(micros) {
  return !Number.isFinite(micros) ? '–' : micros < 999.5 ? `${micros.toFixed(0)} µs` : `${(micros / 1000).toFixed(2)} ms`;
}

export function seconds(value) {
  return value < 0 ? 'never' : value < 10 ? `${value.toFixed(1)} s` : `${Math.round(value)} s`;
}

/** What one port has carried, second by second. */
export class History {
  constructor() {
    this.samples = []; // {at, in, out, trip}: seconds of the switch's clock, bits a second, microseconds
    this.last = null;
  }

  /** Takes counters of a moment; a switch that has begun anew counts from zero. */
  add(millis, received, sent, roundTrip) {
    const last = this.last;
    if (last && millis <= last.millis) {
      if (millis < last.millis) {
        this.last = null;
        this.samples = [];
      }
      return;
    }
    this.last = { millis, received, sent };
    if (last && millis - last.millis > GAP) {
      this.samples.push({ at: last.millis / 1000, in: NaN, out: NaN, trip: NaN });
    } else if (last) {
      const span = (millis - last.millis) / 1000;
      const rate = (now, then) => Math.max(0, now - then) * 8 / span;
      this.samples.push({
        at: millis / 1000,
        in: rate(received, last.received),
        out: rate(sent, last.sent),
        trip: roundTrip,
      });
    }
    while (this.samples.length > 0 && this.samples[0].at < millis / 1000 - SPAN) {
      this.samples.shift();
    }
  }

  get now() {
    return this.samples.at(-1) ?? { at: 0, in: NaN, out: NaN, trip: undefined };
  }
}
