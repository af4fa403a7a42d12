// What is logged and what changes in the database, as it happens. Each list keeps its last lines.

import { byId, html } from './dom.js';

const KEPT = 300;

export class Events {
  constructor(several) {
    this.several = several; // whether lines say which box
    this.waiting = [];
  }

  add(box, batch) {
    if (batch.missed > 0) {
      this.waiting.push({ box, event: { kind: 'log', time: batch.events[0]?.time ?? '', source: '', level: '',
        text: `${batch.missed} earlier events are not remembered any more` } });
    }
    this.waiting.push(...batch.events.map(event => ({ box, event })));
    this.waiting.splice(0, this.waiting.length - 2 * KEPT);
    this.flush();
  }

  flush() {
    for (const list of [byId('database'), byId('log')]) {
      const mine = this.waiting.filter(({ event }) => event.kind === list.id);
      if (mine.length > 0) {
        const frame = list.parentElement;
        const atEnd = frame.scrollHeight - frame.scrollTop - frame.clientHeight < 30;
        list.append(...mine.map(({ box, event }) => this.line(box, event)));
        while (list.children.length > KEPT) {
          list.firstChild.remove();
        }
        if (atEnd) {
          frame.scrollTop = frame.scrollHeight;
        }
      }
    }
    this.waiting = [];
  }

  line(box, event) {
    const time = html('time', { datetime: event.time, title: event.time }, event.time.slice(11, 23));
    const source = html('span', { class: 'source' },
      [this.several ? box : '', event.source, event.level].filter(Boolean).join(' '));
    const bad = event.level === 'WARN' || event.level === 'ERR' || event.level === 'EMER';
    return html('li', bad ? { class: 'bad' } : {}, time, source, event.text);
  }
}
