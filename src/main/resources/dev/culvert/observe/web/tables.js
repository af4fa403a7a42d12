// The MAC table and the flow cache of the bridge that is chosen, and with it the ports that can be captured.

import { byId, html, setText, showRows } from './dom.js';
import { count, seconds } from './figures.js';

const cells = (...classes) => html('tr', {}, ...classes.map(each => html('td', { class: each })));

function fill(row, ...texts) {
  texts.forEach((text, i) => setText(row.children[i], text));
}

const total = (shown, all) => shown === all ? `(${count(all)})` : `(${count(shown)} of ${count(all)})`;

/** Brings a select's options up to date. What somebody has wished for is chosen as soon as it is there, and before the first one. */
function offer(select, values, wish) {
  const now = [...select.options].map(option => `${option.value} ${option.text}`);
  if (now.join('\n') !== values.map(([value, text]) => `${value} ${text}`).join('\n')) {
    select.replaceChildren(...values.map(([value, text]) => html('option', { value }, text)));
    if (values.some(([value]) => value === wish)) {
      select.value = wish;
    }
  }
}

export class Tables {
  constructor() {
    this.select = byId('bridge');
    this.wishes = {};
    byId('capture-port').addEventListener('change', event => {
      this.wishes.port = event.target.value;
    });
    this.select.addEventListener('change', () => {
      this.wishes.bridge = this.select.value;
      this.clear();
      this.changed();
    });
    this.changed = () => {};
  }

  /** Offers the bridges that there are. */
  offer(boxes) {
    offer(this.select, boxes.flatMap((box, i) => (box.state?.bridges ?? []).map(bridge =>
      [`${i}/${bridge.name}`, boxes.length > 1 ? `${box.name} ${bridge.name}` : bridge.name])),
    this.wishes.bridge);
    const { box, bridge } = this.chosen;
    const ports = boxes[box]?.state?.bridges.find(each => each.name === bridge)?.ports ?? [];
    offer(byId('capture-port'), [['', 'all'], ...ports.filter(port => port.number >= 0 && port.type !== 'patch')
      .map(port => [port.name, port.name])], this.wishes.port);
    byId('capture-box').value = box;
    byId('capture-bridge').value = bridge;
  }

  /** The bridge that is chosen; an empty name for none. */
  get chosen() {
    const value = this.select.value;
    const slash = value.indexOf('/');
    return slash < 0 ? { box: 0, bridge: '' } : { box: Number(value.slice(0, slash)), bridge: value.slice(slash + 1) };
  }

  show(tables) {
    setText(byId('station-count'), total(tables.stations.length, tables.stationCount));
    setText(byId('flow-count'), total(tables.flows.length, tables.flowCount));
    showRows(byId('station-rows'), tables.stations, station => `${station.vlan} ${station.mac}`,
      () => cells('', 'number', 'code', 'number'),
      (row, station) => fill(row, station.port, String(station.vlan), station.mac,
        station.age < 0 ? 'static' : `${station.age} s`));
    showRows(byId('flow-rows'), tables.flows, flow => flow.match,
      () => cells('number', 'number', 'number', 'wrap', 'code wrap', 'code wrap'),
      (row, flow) => {
        fill(row, count(flow.packets), count(flow.bytes), seconds(flow.idle), flow.kernel ? 'the kernel' : flow.why === '' ? 'Culvert' : `Culvert (${flow.why})`, flow.match, flow.actions);
      });
  }

  /** Shows nothing, which is not another bridge's. */
  clear() {
    this.show({ stations: [], stationCount: 0, flows: [], flowCount: 0 });
  }
}
