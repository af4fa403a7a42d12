// Ports and tunnels as rows, the chosen one at large, and the datapath's figures.

import { byId, html, svg, setText, showRows } from './dom.js';
import { bits, count, trip, History } from './figures.js';
import { plot, spark } from './plots.js';

export const keyOf = (box, bridge, port) => `${box}/${bridge}/${port}`;

export class Links {
  constructor(choose) {
    this.choose = choose;
    this.histories = new Map();
    this.busy = new Map();
  }

  /** Takes a box's counters of this moment. */
  take(box, state) {
    const here = new Set();
    for (const bridge of state.bridges) {
      for (const port of bridge.ports) {
        const key = keyOf(box, bridge.name, port.name);
        here.add(key);
        if (!this.histories.has(key)) {
          this.histories.set(key, new History());
        }
        this.histories.get(key).add(state.millis, port.rx.bytes, port.tx.bytes, state.roundTrips[port.tunnel?.remote]);
      }
    }
    for (const key of this.histories.keys()) {
      if (key.startsWith(`${box}/`) && !here.has(key)) {
        this.histories.delete(key);
      }
    }
    const busy = state.datapath.busyMillis.reduce((sum, each) => sum + each, 0);
    const last = this.busy.get(box);
    if (!last || state.millis !== last.millis) {
      const share = last && state.millis > last.millis ? (busy - last.busy) / (state.millis - last.millis) / state.datapath.busyMillis.length : NaN;
      this.busy.set(box, { millis: state.millis, busy, share });
    }
  }

  /** What a port carries in the way in which it carries more, bits a second. */
  rate(key) {
    const now = this.histories.get(key)?.now;
    return now ? Math.max(now.in, now.out) : NaN;
  }

  show(boxes, chosen) {
    const items = boxes.flatMap((box, i) => (box.state?.bridges ?? []).flatMap(bridge =>
      bridge.ports.map(port => ({ key: keyOf(i, bridge.name, port.name), box, bridge, port }))));
    showRows(byId('link-rows'), items, item => item.key, item => this.make(item), (row, item) => this.update(row, item, chosen));
    const untold = boxes.flatMap(box => box.state?.bridges ?? [])
      .reduce((sum, bridge) => sum + bridge.portCount - bridge.ports.length, 0);
    byId('links-more').hidden = untold === 0;
    setText(byId('links-more'), `These have carried the most, or have an error; ${count(untold)} more ports are not shown.`);
    this.showChosen(items.find(item => item.key === chosen));
    showRows(byId('datapath-rows'), boxes.filter(box => box.state), box => box.name, () => html('tr', {},
      html('th', { scope: 'row' }), ...Array.from({ length: 6 }, () => html('td', { class: 'number' })), html('td', { class: 'wrap' })),
    (row, box) => this.updateDatapath(row, box, boxes.indexOf(box)));
  }

  make({ key, box, bridge, port }) {
    const name = html('button', { type: 'button', class: 'name', 'aria-controls': 'chosen',
      'aria-label': `${port.name} of ${bridge.name}, ${box.name}: details` }, port.name);
    name.addEventListener('click', () => this.choose(key));
    const picture = svg('svg', { class: 'spark', viewBox: '0 0 120 22', 'aria-hidden': 'true' });
    return html('tr', {}, html('th', { scope: 'row' }, `${box.name} ${bridge.name} `, name),
      html('td'), html('td'), html('td', { class: 'wrap' }), html('td', { class: 'number' }), html('td', { class: 'number' }),
      html('td', { class: 'number' }), html('td', {}, picture), html('td', { class: 'number' }));
  }

  update(row, { key, port }, chosen) {
    const history = this.histories.get(key);
    const now = history.now;
    const [, type, end, state, received, sent, dropped, picture, time] = row.children;
    row.querySelector('button').setAttribute('aria-pressed', key === chosen);
    if (key === chosen) {
      row.setAttribute('aria-current', 'true');
    } else {
      row.removeAttribute('aria-current');
    }
    setText(type, port.type);
    setText(end, otherEnd(port));
    setText(state, condition(port));
    state.classList.toggle('bad', isWrong(port));
    setText(received, bits(now.in));
    setText(sent, bits(now.out));
    setText(dropped, count(droppedBy(port)));
    setText(time, port.tunnel ? trip(now.trip) : '');
    spark(picture.firstChild, history);
  }

  showChosen(item) {
    byId('chosen').hidden = !item;
    if (!item) {
      return;
    }
    const { key, box, bridge, port } = item;
    const history = this.histories.get(key);
    const now = history.now;
    setText(byId('chosen-title'), `${port.name} of ${bridge.name}, ${box.name}`);
    const reasons = Object.entries(port.drops).map(([reason, times]) => `${reason} ${count(times)}`).join(', ');
    const peer = box.state.peers.find(each => each.name === port.tunnel?.peer);
    setText(byId('chosen-facts'), [
      `${port.type}, ${condition(port)}`,
      port.tunnel && `to ${otherEnd(port)}${port.tunnel.key === '' ? '' : `, key ${port.tunnel.key}`}`,
      port.tunnel?.mtu ? `path MTU ${port.tunnel.mtu}` : '',
      peer && `IPsec ${peer.state.toLowerCase()}, ${peer.suite || peer.error}, rekeyed ${peer.rekeys} times`,
      `${count(port.rx.packets)} packets in, ${count(port.tx.packets)} out`,
      port.rx.errors + port.tx.errors > 0 && `${count(port.rx.errors + port.tx.errors)} errors`,
      reasons && `dropped: ${reasons}`,
    ].filter(Boolean).join('; '));
    setText(byId('rate-caption'), `Rate: in ${bits(now.in)} (line), out ${bits(now.out)} (dashes)`);
    plot(byId('rate-plot'), history, [['in', 'In'], ['out', 'Out']], bits, `Rate of ${port.name} over two minutes`);
    byId('trip-caption').closest('figure').hidden = !port.tunnel || port.tunnel.remote === 'flow';
    setText(byId('trip-caption'), `Round trip of the underlay to ${otherEnd(port)}: ${trip(now.trip)}`);
    plot(byId('trip-plot'), history, [['trip', 'Round trip']], trip, `Round trip to ${otherEnd(port)} over two minutes`);
  }

  updateDatapath(row, box, i) {
    const { datapath, drops } = box.state;
    const [name, flows, kernel, hits, misses, lost, busy, dropped] = row.children;
    const share = this.busy.get(i)?.share;
    setText(name, box.name);
    setText(flows, `${count(datapath.flows)} of ${count(datapath.flowLimit)}`);
    setText(kernel, count(datapath.kernelFlows));
    setText(hits, count(datapath.hits));
    setText(misses, count(datapath.misses));
    setText(lost, count(datapath.lost));
    setText(busy, Number.isFinite(share) ? `${Math.round(100 * Math.min(1, Math.max(0, share)))} %` : '–');
    setText(dropped, Object.entries(drops).map(([reason, times]) => `${reason} ${count(times)}`).join(', ') || 'none');
  }
}

function otherEnd(port) {
  const { tunnel } = port;
  if (!tunnel) {
    return '';
  }
  return tunnel.remote !== 'flow' ? tunnel.remote : tunnel.remotes.map(end => end.address).join(', ') || 'any';
}

function condition(port) {
  const { tunnel } = port;
  if (port.error) {
    return port.error;
  }
  return !port.up ? 'down' : tunnel?.protected && tunnel.associations === 0 ? 'IPsec not established' : 'up';
}

/** A bridge's own port is down until somebody gives this host an address on it. */
export const isWrong = port => condition(port) !== 'up' && (port.type !== 'internal' || port.error !== '');

function droppedBy(port) {
  const named = Object.values(port.drops).reduce((sum, times) => sum + times, 0);
  return Math.max(named, port.rx.dropped + port.tx.dropped);
}
