// Lines over time. A plot has a text that says the same, for whoever does not see it.

import { svg } from './dom.js';
import { SPAN } from './figures.js';

const WIDTH = 600;
const HEIGHT = 150;
const LEFT = 70;
const BELOW = 20;
const ABOVE = 10;

/** The next 1, 2 or 5 of its power of ten: what an axis ends with. */
export function ceiling(value) {
  if (!(value > 0)) {
    return 1;
  }
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].find(step => step * power >= value) * power;
}

function path(samples, key, end, most, width, height, left, above) {
  let text = '';
  let pen = 'M';
  for (const sample of samples) {
    const value = sample[key];
    if (!Number.isFinite(value)) {
      pen = 'M'; // a gap is a gap
      continue;
    }
    const x = left + (1 - (end - sample.at) / SPAN) * width;
    const y = above + (1 - value / most) * height;
    text += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = 'L';
  }
  return text;
}

function greatest(samples, keys) {
  return Math.max(0, ...samples.flatMap(sample => keys.map(key => sample[key])).filter(Number.isFinite));
}

/** A small one without axes, for a table. */
export function spark(element, history) {
  const samples = history.samples;
  const most = greatest(samples, ['in', 'out']) || 1;
  const end = history.now.at;
  element.replaceChildren(...['in', 'out'].map(key =>
    svg('path', { class: key, d: path(samples, key, end, most, 118, 18, 1, 2) })));
}

/** What a line says, in words. */
function words(samples, key, name, format) {
  const values = samples.map(sample => sample[key]).filter(Number.isFinite);
  if (values.length === 0) {
    return `${name}: nothing yet`;
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return `${name}: least ${format(Math.min(...values))}, mean ${format(mean)}, most ${format(Math.max(...values))}`;
}

/** One with axes; series is [[key, name], …], format makes text of a value. */
export function plot(element, history, series, format, title) {
  const samples = history.samples;
  const keys = series.map(([key]) => key);
  const label = `${title}. ${series.map(([key, name]) => words(samples, key, name, format)).join('. ')}.`;
  const most = ceiling(greatest(samples, keys));
  const width = WIDTH - LEFT - 8;
  const height = HEIGHT - BELOW - ABOVE;
  const picture = element.firstChild ?? svg('svg', { class: 'plot', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img' });
  picture.setAttribute('aria-label', label);
  const shapes = [];
  for (const part of [0, 0.5, 1]) {
    const y = ABOVE + (1 - part) * height;
    shapes.push(svg('path', { class: 'grid', d: `M${LEFT} ${y} H${LEFT + width}` }));
    shapes.push(svg('text', { class: 'dim', x: LEFT - 6, y: y + 4, 'text-anchor': 'end' }, format(most * part)));
  }
  for (const [ago, anchor] of [[SPAN, 'start'], [SPAN / 2, 'middle'], [0, 'end']]) {
    const x = LEFT + (1 - ago / SPAN) * width;
    shapes.push(svg('text', { class: 'dim', x, y: HEIGHT - 5, 'text-anchor': anchor }, ago ? `${ago} s ago` : 'now'));
  }
  for (const key of keys) {
    shapes.push(svg('path', { class: key, d: path(samples, key, history.now.at, most, width, height, LEFT, ABOVE) }));
  }
  picture.replaceChildren(...shapes);
  if (!element.firstChild) {
    element.append(picture);
  }
}
