// The drawing: boxes with their bridges, ports at the outside, tunnels towards each other. It is drawn anew only when something
// comes or goes; widths and texts follow what the tunnels carry.

import { svg, setText } from './dom.js';
import { bits } from './figures.js';
import { isWrong } from './links.js';

const BOX = 300;
const BETWEEN = 280;
const MARGIN = 16;
const ROW = 34;
const PORT = 124;
const PORT_HEIGHT = 24;
const TITLE = 34;
const REMOTE = 170;
const SHOWN = 16; // of each bridge's ports and tunnels

const isTunnel = port => port.tunnel !== undefined;

const kind = port => ({ gre: 'gre', ip6gre: 'gre', vxlan: 'vxlan', geneve: 'geneve' })[port.type] ?? 'other';

const fit = (text, most) => text.length > most ? `${text.slice(0, most - 1)}…` : text;

/** Which of the boxes has an address; -1 for none. */
function owner(boxes, address, except) {
  return boxes.findIndex((box, i) => i !== except && box.state?.addresses.includes(address));
}

const isIpv6 = address => address.includes(':');

/** Whether two tunnels are each other's ends, as far as their configuration says. */
function meet(one, other, addressesOfOne, addressesOfOther) {
  const leads = (from, to, addresses) => from.remote === 'flow'
    || (addresses.includes(from.remote) && (to.local === '' || to.local === 'flow' || to.local === from.remote));
  const keys = (sent, expected) => sent === expected || sent === 'flow' || expected === 'flow';
  const families = one.remote === 'flow' || other.remote === 'flow' || isIpv6(one.remote) === isIpv6(other.remote);
  return families && one.port === other.port && keys(one.outKey, other.key) && keys(other.outKey, one.key)
    && leads(one, other, addressesOfOther) && leads(other, one, addressesOfOne);
}

/** The tunnel in another box that is this one's other end, and that no other tunnel has; one from anywhere may have several. */
function counterpart(boxes, here, port, there, taken) {
  for (const bridge of boxes[there].state.bridges) {
    for (const other of bridge.ports) {
      const key = `${there}/${bridge.name}/${other.name}`;
      if (isTunnel(other) && kind(other) === kind(port) && !taken.has(key)
        && meet(port.tunnel, other.tunnel, boxes[here].state.addresses, boxes[there].state.addresses)) {
        return { key, several: other.tunnel.remote === 'flow' };
      }
    }
  }
  return null;
}

/** What is to be drawn, with names for keys. */
function plan(boxes) {
  const places = [];
  const cables = new Map();
  const remotes = new Set();
  const joined = new Map();
  boxes.forEach((box, i) => {
    for (const bridge of box.state?.bridges ?? []) {
      const tunnels = bridge.ports.filter(isTunnel).slice(0, SHOWN);
      const plain = bridge.ports.filter(port => !isTunnel(port)).slice(0, SHOWN);
      const left = bridge.portCount - tunnels.length - plain.length;
      places.push({ box: i, bridge, tunnels, plain, left });
    }
  });
  const shown = new Set(places.flatMap(place => place.tunnels.map(port => `${place.box}/${place.bridge.name}/${port.name}`)));
  for (const { box, bridge, tunnels } of places) {
    for (const port of tunnels) {
      const from = `${box}/${bridge.name}/${port.name}`;
      const flow = port.tunnel.remote === 'flow';
      const ends = flow ? port.tunnel.remotes.map(end => end.address).sort() : [port.tunnel.remote];
      for (const address of ends) {
        const there = owner(boxes, address, box);
        const known = flow ? undefined : joined.get(from);
        const other = known || there < 0 ? null : counterpart(boxes, box, port, there, flow ? new Map() : joined);
        let to = known ?? other?.key;
        if (!to || !shown.has(to)) {
          to = address;
          remotes.add(address);
        } else if (!flow) {
          joined.set(from, to);
          if (other && !other.several) {
            joined.set(to, from);
          }
        }
        const key = [from, to].sort().join(' ');
        if (!cables.has(key)) {
          cables.set(key, { key, from, to, kind: kind(port), link: from, port });
        }
      }
    }
  }
  return { places, cables: [...cables.values()], remotes: [...remotes] };
}

const signature = drawn => JSON.stringify([
  drawn.places.map(place => [place.box, place.bridge.name, place.left,
    [...place.plain, ...place.tunnels].map(port => [port.name, port.type])]),
  drawn.cables.map(cable => [cable.key, cable.port.type, cable.port.tunnel.key, cable.port.tunnel.protected]),
]);

export class Topology {
  /** choose(key) is called with the key of a tunnel's port, box/bridge/port. */
  constructor(element, choose) {
    this.element = element;
    this.choose = choose;
    this.signature = '';
    this.cables = [];
    this.ports = new Map();
  }

  /** Shows boxes as they are now; rate(key) has bits a second of a port. */
  show(boxes, rate, chosen) {
    const drawn = plan(boxes);
    const now = JSON.stringify(boxes.map(box => [box.name, Boolean(box.state)])) + signature(drawn);
    if (now !== this.signature) {
      this.draw(boxes, drawn);
      this.signature = now;
    }
    for (const { box, bridge, plain, tunnels } of drawn.places) {
      for (const port of [...plain, ...tunnels]) {
        const shape = this.ports.get(`${box}/${bridge.name}/${port.name}`);
        shape.rect.classList.toggle('down', !port.up);
        shape.rect.classList.toggle('wrong', isWrong(port));
        setText(shape.text, `${isWrong(port) ? '⚠ ' : ''}${fit(port.name, 14)}`);
        setText(shape.title, `${port.name}, ${port.type}, ${port.error || (port.up ? 'up' : 'down')}`);
      }
    }
    drawn.cables.forEach((cable, i) => this.update(this.cables[i], cable, rate(cable.link), chosen));
  }

  update(shape, cable, rate, chosen) {
    const { port } = cable;
    const { tunnel } = port;
    const safe = !tunnel.protected || tunnel.associations > 0;
    const up = port.up && safe;
    const megabits = (Number.isFinite(rate) ? rate : 0) / 1e6;
    shape.path.setAttribute('stroke-width', (2 + Math.min(14, 1.5 * Math.log2(1 + megabits))).toFixed(1));
    shape.path.classList.toggle('off', !up);
    shape.lock?.classList.toggle('open', !safe);
    setText(shape.text, Number.isFinite(rate) ? bits(rate) : '');
    const picked = cable.from === chosen || cable.to === chosen;
    shape.group.classList.toggle('chosen', picked);
    shape.group.setAttribute('aria-pressed', picked);
    const lock = tunnel.protected ? (safe ? ', protected by IPsec' : ', IPsec not established') : '';
    shape.group.setAttribute('aria-label',
      `${port.type} tunnel ${port.name} to ${cable.to.split('/').at(-1)}${lock}, ${up ? 'up' : 'not up'}`);
  }

  draw(boxes, { places, cables, remotes }) {
    const focused = document.activeElement?.dataset?.link;
    const ends = new Map();
    const nodes = [];
    this.ports = new Map();
    const bottoms = boxes.map(box => MARGIN + TITLE + (box.state ? 8 : 24));
    const tunnelsLeft = i => boxes.length > 1 && i === boxes.length - 1;
    const left = i => MARGIN + i * (BOX + BETWEEN);
    for (const { box, bridge, tunnels, plain, left: more } of places) {
      const x = left(box) + 18;
      const y = bottoms[box];
      const rows = Math.max(tunnels.length, plain.length, 1);
      const height = TITLE + rows * ROW + (more > 0 ? 20 : 4);
      nodes.push(svg('rect', { class: 'bridge', x, y, width: BOX - 36, height, rx: 6 }));
      nodes.push(svg('text', { class: 'middle strong', x: x + BOX / 2 - 18, y: y + 22 }, fit(bridge.name, 32)));
      if (more > 0) {
        nodes.push(svg('text', { class: 'dim middle', x: x + BOX / 2 - 18, y: y + height - 7 }, `and ${more} more ports`));
      }
      const atLeft = x - 10;
      const atRight = x + BOX - 36 - PORT + 10;
      const column = (ports, toTheLeft) => ports.forEach((port, k) => {
        const px = toTheLeft ? atLeft : atRight;
        const py = y + TITLE + k * ROW;
        const title = svg('title');
        const rect = svg('rect', { class: 'port', x: px, y: py, width: PORT, height: PORT_HEIGHT, rx: 4 });
        const text = svg('text', { class: 'middle', x: px + PORT / 2, y: py + 16.5 });
        nodes.push(svg('g', {}, title, rect, text));
        const key = `${box}/${bridge.name}/${port.name}`;
        this.ports.set(key, { rect, title, text });
        ends.set(key, { x: toTheLeft ? px : px + PORT, y: py + PORT_HEIGHT / 2, way: toTheLeft ? -1 : 1 });
      });
      column(tunnels, tunnelsLeft(box));
      column(plain, !tunnelsLeft(box));
      bottoms[box] = y + height + 14;
    }
    const frames = boxes.map((box, i) => {
      const height = bottoms[i] - MARGIN + 4;
      if (!box.state) {
        nodes.push(svg('text', { class: 'dim', x: left(i) + 14, y: MARGIN + 44 }, 'does not answer'));
      }
      return svg('g', {},
        svg('rect', { class: 'box', x: left(i), y: MARGIN, width: BOX, height, rx: 8 }),
        svg('text', { class: 'strong', x: left(i) + 14, y: MARGIN + 24 }, fit(box.name, 34)));
    });
    const bottom = Math.max(...bottoms) + 20;
    const size = this.placeRemotes(boxes, remotes, ends, nodes, bottom);
    this.cables = cables.map(cable => this.cable(cable, ends.get(cable.from), ends.get(cable.to)));
    const names = boxes.map(box => box.name).join(' and ');
    const picture = svg('svg', { width: size.width, height: size.height, viewBox: `0 0 ${size.width} ${size.height}`,
      role: 'group', 'aria-label': `Bridges, ports and tunnels of ${names}` },
    ...frames, ...this.cables.map(shape => shape.group), ...nodes);
    this.element.replaceChildren(picture);
    if (focused) {
      // a tunnel whose other end has been found since has another cable now
      const heir = cables.findIndex(cable => cable.from === focused || cable.to === focused);
      this.cables[heir]?.group.focus({ preventScroll: true });
    }
  }

  /** Other ends that are none of the boxes: beside the only one, or below several. */
  placeRemotes(boxes, remotes, ends, nodes, bottom) {
    const beside = boxes.length === 1;
    remotes.forEach((address, k) => {
      const x = beside ? MARGIN + BOX + BETWEEN : MARGIN + 20 + k * (REMOTE + 24);
      const y = beside ? MARGIN + TITLE + 8 + TITLE + k * ROW : bottom + 60;
      nodes.push(svg('rect', { class: 'remote', x, y, width: REMOTE, height: PORT_HEIGHT, rx: 12 }));
      nodes.push(svg('text', { class: 'middle', x: x + REMOTE / 2, y: y + 16.5 }, fit(address, 22)));
      ends.set(address, beside ? { x, y: y + PORT_HEIGHT / 2, way: -1 } : { x: x + REMOTE / 2, y, way: 0 });
    });
    const row = remotes.length * (REMOTE + 24) + 20;
    const boxesWidth = boxes.length * BOX + (boxes.length - 1) * BETWEEN;
    return beside
      ? { width: 2 * MARGIN + BOX + (remotes.length ? BETWEEN + REMOTE : 0),
        height: Math.max(bottom, MARGIN + 2 * TITLE + 8 + remotes.length * ROW + MARGIN) }
      : { width: 2 * MARGIN + Math.max(boxesWidth, remotes.length ? row : 0), height: bottom + (remotes.length ? 104 : 0) };
  }

  cable(cable, from, to) {
    const reach = Math.max(70, Math.abs(to.x - from.x) / 2.2);
    const second = to.way === 0 ? `${to.x} ${to.y - 60}` : `${to.x + to.way * reach} ${to.y}`;
    const d = `M${from.x} ${from.y} C${from.x + from.way * reach} ${from.y} ${second} ${to.x} ${to.y}`;
    const path = svg('path', { class: `cable ${cable.kind}`, d, 'stroke-width': 2 });
    const group = svg('g', { class: 'link', role: 'button', tabindex: 0, 'data-link': cable.link },
      svg('path', { class: 'hit', d }), path);
    const choose = () => this.choose(cable.link);
    group.addEventListener('click', choose);
    group.addEventListener('keydown', event => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        choose();
      }
    });
    const shape = { group, path };
    this.label(shape, cable, { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 });
    return shape;
  }

  label(shape, cable, at) {
    const { tunnel } = cable.port;
    const name = `${cable.port.type}${tunnel.key === '' ? '' : ` ${tunnel.key}`}`;
    const width = Math.max(84, name.length * 7.4 + 18) + (tunnel.protected ? 22 : 0);
    shape.text = svg('text', { class: 'dim middle', x: at.x, y: at.y + 13 });
    shape.plate = svg('g', { 'aria-hidden': 'true' },
      svg('rect', { class: 'plate', x: at.x - width / 2, y: at.y - 16, width, height: 34, rx: 5 }),
      svg('text', { class: 'middle', x: at.x, y: at.y - 1 }, name), shape.text);
    if (tunnel.protected) {
      shape.lock = svg('g', { class: 'lock', transform: `translate(${at.x - width / 2 + 13} ${at.y + 1})` },
        svg('path', { d: 'M-5 -1 H5 V7 H-5 Z M-3 -1 V-4 A3 3 0 0 1 3 -4 V-1' }));
      shape.plate.append(shape.lock);
    }
    shape.group.append(shape.plate);
  }
}
