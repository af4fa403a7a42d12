// Asks each box once a second how it is, its events as they come, and the tables of the chosen bridge. A page that nobody sees asks
// nothing.

import { byId, setText } from './dom.js';
import { Events } from './events.js';
import { Links } from './links.js';
import { Tables } from './tables.js';
import { Topology } from './topology.js';

const STATE_MILLIS = 1000;
const TABLES_MILLIS = 2000;
const AGAIN_MILLIS = 2000;
const PATIENCE_MILLIS = 25000;
const SILENT_MILLIS = 3000;

const pause = millis => new Promise(done => setTimeout(done, millis));

async function ask(path) {
  const answer = await fetch(path, { signal: AbortSignal.timeout(PATIENCE_MILLIS) });
  if (!answer.ok) {
    throw new Error((await answer.text()).trim());
  }
  return answer.json();
}

/** Waits until somebody sees the page and wants it to go on. */
async function wanted() {
  while (document.visibilityState !== 'visible' || byId('pause').getAttribute('aria-pressed') === 'true') {
    await new Promise(done => {
      document.addEventListener('visibilitychange', done, { once: true });
      byId('pause').addEventListener('click', done, { once: true });
    });
  }
}

/** Does something again and again, at least so many milliseconds apart. */
async function repeat(millis, task) {
  for (;;) {
    await wanted();
    const start = performance.now();
    let rest = millis;
    try {
      await task();
    } catch (error) {
      rest = AGAIN_MILLIS;
      console.warn(error.message);
    }
    await pause(Math.max(50, rest - (performance.now() - start)));
  }
}

class Page {
  constructor(names, token) {
    this.boxes = names.map(name => ({ name, state: null, error: '', answered: performance.now() }));
    this.chosen = '';
    const choose = key => this.choose(key);
    this.links = new Links(choose);
    this.topology = new Topology(byId('drawing'), choose);
    this.tables = new Tables();
    this.tables.changed = () => this.showTables().catch(error => this.tables.clear(error));
    this.events = new Events(names.length > 1);
    document.title = `Culvert: ${names.join(', ')}`;
    byId('capture-refused').hidden = token !== undefined;
    byId('capture-token').value = token ?? '';
    for (const field of byId('capture-form').elements) {
      field.disabled = token === undefined;
    }
    byId('capture-form').addEventListener('submit', event => this.capturing(event));
    byId('layers').addEventListener('load', () => this.captured());
    byId('pause').addEventListener('click', () => this.pause());
  }

  pause() {
    const pressed = byId('pause').getAttribute('aria-pressed') !== 'true';
    byId('pause').setAttribute('aria-pressed', pressed);
    this.show();
  }

  run() {
    this.boxes.forEach((box, i) => {
      repeat(STATE_MILLIS, () => this.state(box, i));
      let after = 0;
      repeat(0, async () => {
        const batch = await ask(`/api/events?box=${i}&after=${after}`);
        after = batch.next;
        this.events.add(box.name, batch);
      });
    });
    repeat(TABLES_MILLIS, () => this.showTables());
  }

  async state(box, i) {
    try {
      box.state = await ask(`/api/state?box=${i}`);
      box.answered = performance.now();
      box.error = '';
      this.links.take(i, box.state);
    } catch (error) {
      box.error = error.name === 'TypeError' || error.name === 'TimeoutError' ? `${box.name} does not answer` : error.message;
      if (performance.now() - box.answered > SILENT_MILLIS) {
        box.state = null; // nobody knows how it is now
      }
      throw error;
    } finally {
      this.show();
    }
  }

  show() {
    const wrong = this.boxes.map(box => box.error).filter(Boolean);
    const without = this.boxes.filter(box => box.state && !box.state.databaseConnected).map(box => box.name);
    if (without.length > 0) {
      wrong.push(`no database: ${without.join(', ')}`);
    }
    const asked = this.boxes.every(box => box.state || box.error);
    const paused = byId('pause').getAttribute('aria-pressed') === 'true';
    setText(byId('status'), wrong.length > 0 ? `${wrong.join('; ')}.`
      : paused ? 'Paused.' : asked ? 'Live.' : 'Asking the switch …');
    byId('status').classList.toggle('bad', wrong.length > 0);
    this.topology.show(this.boxes, key => this.links.rate(key), this.chosen);
    this.links.show(this.boxes, this.chosen);
    this.tables.offer(this.boxes);
  }

  choose(key) {
    this.chosen = this.chosen === key ? '' : key;
    this.show();
  }

  async showTables() {
    const { box, bridge } = this.tables.chosen;
    if (bridge) {
      const tables = await ask(`/api/tables?box=${box}&bridge=${encodeURIComponent(bridge)}`);
      if (this.tables.chosen.box === box && this.tables.chosen.bridge === bridge) {
        this.tables.show(tables);
      }
    } else {
      this.tables.clear();
    }
    this.tables.offer(this.boxes);
  }

  capturing(event) {
    const file = event.submitter?.value === 'pcapng';
    const limit = `up to ${byId('capture-seconds').value} s`;
    setText(byId('capture-status'), file ? `Capturing for ${limit}; the browser saves the file.` : `Capturing for ${limit} …`);
  }

  /** Layers are there, or what is wrong. */
  captured() {
    const page = byId('layers').contentWindow.location.href;
    if (page !== 'about:blank') {
      byId('layers').hidden = false;
      setText(byId('capture-status'), 'What was captured is below.');
    }
  }
}

async function begin() {
  for (;;) {
    try {
      const { boxes, token } = await ask('/api/boxes');
      new Page(boxes, token).run();
      return;
    } catch (error) {
      setText(byId('status'), `The page's server does not answer: ${error.message}`);
      await pause(AGAIN_MILLIS);
    }
  }
}

begin();
