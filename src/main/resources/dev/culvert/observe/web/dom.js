// Elements with their content. Everything that comes from a switch becomes text, never markup.

const SVG = 'http://www.w3.org/2000/svg';

/** An HTML element. */
export function html(tag, attributes = {}, ...content) {
  return fill(document.createElement(tag), attributes, content);
}

/** An SVG element. */
export function svg(tag, attributes = {}, ...content) {
  return fill(document.createElementNS(SVG, tag), attributes, content);
}

function fill(element, attributes, content) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...content);
  return element;
}

export const byId = id => document.getElementById(id);

/** Sets text where it differs, so that what a reader has selected or a screen reader reads stays. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/**
 * Makes a table's body show rows. Rows stay what they are as long as their keys do, with whatever has the focus.
 * make(key) gives a new row; update(row, item) brings one up to date.
 */
export function showRows(body, items, keyOf, make, update) {
  const old = new Map([...body.children].map(row => [row.dataset.key, row]));
  const kept = new Set(items.map(keyOf));
  // first those that go, so that no other has to be moved, which would take the focus from it
  for (const [key, row] of old) {
    if (!kept.has(key)) {
      leave(row);
      old.delete(key);
    }
  }
  let before = null;
  for (const item of items) {
    const key = keyOf(item);
    let row = old.get(key);
    if (!row) {
      row = make(item);
      row.dataset.key = key;
    }
    update(row, item);
    const next = before ? before.nextSibling : body.firstChild;
    if (row !== next) {
      body.insertBefore(row, next);
    }
    before = row;
  }
}

/** Removes a row; what had the focus in it gives it to the next one. */
function leave(row) {
  if (row.contains(document.activeElement)) {
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    neighbour?.querySelector('button')?.focus({ preventScroll: true });
  }
  row.remove();
}
