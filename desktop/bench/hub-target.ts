import { randomUUID } from 'node:crypto';
import type { Menu } from '@fynlo/domain/menu';
import type { RestaurantParts } from '@fynlo/domain/restaurant';
import {
  livePath,
  protocolVersion,
  type HubMessage,
  type JoinResponse,
  type Position,
} from '@fynlo/protocol/wire';
import { v7 as uuidv7 } from 'uuid';
import { WebSocket } from 'ws';
import { opened } from './open-socket.ts';
import {
  placeKey,
  spawnServer,
  updateKey,
  type OnArrival,
  type RunningTarget,
  type Target,
  type Writer,
} from './target.ts';

interface Address {
  readonly http: string;
  readonly ws: string;
  readonly token: string;
}

/** What every order of the load is made of. */
interface Dishes {
  readonly products: readonly string[];
  readonly tables: readonly string[];
}

export const hubTarget: Target = { name: 'hub', start: () => startHubOn() };

/** A hub on a folder that may hold a history already. */
export async function startHubOn(folder?: string): Promise<RunningTarget> {
  const server = await spawnServer('./hub-server.ts', [], folder);
  const [port = '', code = ''] = server.said;
  const http = `http://127.0.0.1:${port}`;
  const token = await join(http, code);
  const address = { http, ws: `ws://127.0.0.1:${port}${livePath}`, token };
  const dishes = await readDishes(address);
  return {
    pid: server.pid,
    connectWriter: () => connectWriter(address, dishes),
    connectReader: (onArrival) => connectReader(address, onArrival),
    markPosition: async () => {
      const { position } = await currentAt(address, null);
      return async () => void (await currentAt(address, position));
    },
    stop: () => server.stop(),
  };
}

async function join(http: string, code: string): Promise<string> {
  const response = await fetch(`${http}/api/v1/join`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, name: 'Load', kind: 'till' }),
  });
  if (!response.ok) throw new Error(`Joining failed: ${response.status} ${await response.text()}`);
  return ((await response.json()) as JoinResponse).token;
}

async function say(
  { ws: url, token }: Address,
  position: Position | null,
  subscribe: readonly string[],
): Promise<WebSocket> {
  const ws = await opened(new WebSocket(url, { perMessageDeflate: false }));
  const clientId = randomUUID();
  const hello = { type: 'hello', protocol: protocolVersion, token, clientId, build: 'bench' };
  ws.send(JSON.stringify({ ...hello, position, subscribe }));
  return ws;
}

async function connectWriter(address: Address, { products, tables }: Dishes): Promise<Writer> {
  // A writer watches nothing: what it does is seen by the readers.
  const ws = await say(address, null, []);
  const waiting = new Map<number, () => void>();
  const lineIds = new Map<string, string[]>();
  const ready = Promise.withResolvers<void>();
  let no = 0;
  ws.on('message', (data) => {
    const message = JSON.parse((data as Buffer).toString()) as HubMessage;
    if (message.type === 'snapshot' && !message.more) ready.resolve();
    if (message.type === 'ping') ws.send(JSON.stringify({ type: 'pong', n: message.n }));
    if (message.type === 'refused') throw new Error(`Refused: ${message.because}`);
    if (message.type !== 'ack') return;
    waiting.get(message.no)?.();
    waiting.delete(message.no);
  });
  await ready.promise;
  const send = (command: object) =>
    new Promise<void>((resolve) => {
      waiting.set(++no, resolve);
      ws.send(JSON.stringify({ type: 'command', no, command, at: Date.now() }));
    });
  return {
    place: (orderId) => {
      const lines = Array.from({ length: 5 }, (_, i) => ({
        lineId: uuidv7(),
        productId: products[(no + i) % products.length],
        quantity: 1,
        options: [],
      }));
      lineIds.set(
        orderId,
        lines.map(({ lineId }) => lineId),
      );
      const tableId = tables[no % tables.length];
      return send({ type: 'order.place', orderId, channel: 'dine-in', tableId, lines });
    },
    update: (orderId) => {
      const ids = lineIds.get(orderId);
      lineIds.delete(orderId);
      return send({ type: 'kitchen.start', orderId, lineIds: ids });
    },
    close: () => ws.terminate(),
  };
}

async function connectReader(address: Address, onArrival: OnArrival) {
  const ws = await say(address, null, ['order.*']);
  const ready = Promise.withResolvers<void>();
  ws.on('message', (data) => {
    const text = (data as Buffer).toString('latin1');
    if (text.startsWith('{"type":"events"')) eachKey(text, onArrival);
    else if (text.startsWith('{"type":"ping"')) {
      ws.send(JSON.stringify({ type: 'pong', n: (JSON.parse(text) as { n: number }).n }));
    } else if (text.startsWith('{"type":"snapshot"')) ready.resolve();
  });
  await ready.promise;
  return { close: () => ws.terminate() };
}

/** Connects from a position and resolves once everything up to now has been read. */
async function currentAt(address: Address, from: Position | null): Promise<{ position: Position }> {
  const ws = await say(address, from, ['*']);
  return new Promise((resolve) => {
    ws.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString()) as HubMessage;
      if (message.type !== 'snapshot' && message.type !== 'events') return;
      if (message.more) return;
      ws.terminate();
      resolve({ position: message.position });
    });
  });
}

async function readDishes({ http, token }: Address): Promise<Dishes> {
  const headers = { authorization: `Bearer ${token}` };
  const get = async (path: string) => (await fetch(`${http}${path}`, { headers })).json();
  const { menu } = (await get('/api/v1/menu')) as { menu: Menu };
  const { floor } = (await get('/api/v1/floor')) as NonNullable<RestaurantParts['floor']>;
  const groups = new Map(menu.modifierGroups.map((group) => [group.id, group]));
  const products = menu.products
    .filter(({ active, variants, availability, modifierGroupIds }) => {
      const asksNothing = modifierGroupIds.every((id) => groups.get(id)?.min === 0);
      return active && variants.length === 0 && availability.length === 0 && asksNothing;
    })
    .map(({ id }) => id);
  return { products, tables: floor.tables.map(({ id }) => id) };
}

/** Finds what arrived without parsing: fifty readers share one process here. */
function eachKey(text: string, onArrival: OnArrival): void {
  eachOfType(text, 'order.placed', (id) => onArrival(placeKey(id)));
  eachOfType(text, 'order.lines-started', (id) => onArrival(updateKey(id)));
}

function eachOfType(text: string, type: string, found: (orderId: string) => void): void {
  const mark = `"type":"${type}"`;
  const stream = '"stream":"order:';
  const idLength = 36;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length)) {
    const start = text.lastIndexOf(stream, at) + stream.length;
    found(text.slice(start, start + idLength));
  }
}
