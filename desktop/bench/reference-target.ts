import { WebSocket } from 'ws';
import { opened } from './open-socket.ts';
import {
  placeKey,
  spawnServer,
  updateKey,
  type RunningTarget,
  type Target,
  type Writer,
} from './target.ts';

/** Five lines as a thin system would send them: names and prices included, 1.6 kB in all. */
const lines = Array.from({ length: 5 }, (_, i) => ({
  lineId: `00000000-0000-7000-8000-00000000000${i}`,
  productId: `product-number-${i}`,
  name: `A dish with an ordinary name ${i}`,
  quantity: 1,
  unitPriceMinor: 1450,
  options: [{ groupId: 'side', optionId: 'chips', name: 'Chips', priceMinor: 0 }],
  vatRateBps: 2000,
  stationId: 'kitchen',
  allergens: ['milk', 'gluten:wheat'],
}));

export function referenceTarget(writer: 'main' | 'worker' = 'main'): Target {
  return {
    name: writer === 'main' ? 'reference' : 'reference (worker)',
    start: async (): Promise<RunningTarget> => {
      const server = await spawnServer('./reference-server.ts', ['--writer', writer]);
      const url = `ws://127.0.0.1:${server.said[0]}`;
      let lastSeq = 0;
      const connectReader = async (since: number, onRows: (text: string) => void) => {
        const ws = await opened(new WebSocket(url, { perMessageDeflate: false }));
        ws.on('message', (data) => onRows((data as Buffer).toString('latin1')));
        ws.send(JSON.stringify({ since }));
        return ws;
      };
      return {
        pid: server.pid,
        connectWriter: () => connectWriter(url),
        connectReader: async (onArrival) => {
          const ws = await connectReader(0, (text) => {
            lastSeq = seqOf(text);
            eachKey(text, onArrival);
          });
          return { close: () => ws.terminate() };
        },
        markPosition: async () => {
          const from = lastSeq;
          return async () => {
            const until = lastSeq;
            const done = Promise.withResolvers<void>();
            const ws = await connectReader(from, (text) => {
              // As the hub's client does: a change counts when it has been read.
              const { seq } = JSON.parse(text) as { seq: number };
              if (seq >= until) done.resolve();
            });
            await done.promise;
            ws.terminate();
          };
        },
        stop: () => server.stop(),
      };
    },
  };
}

async function connectWriter(url: string): Promise<Writer> {
  const ws = await opened(new WebSocket(url, { perMessageDeflate: false }));
  const waiting = new Map<number, () => void>();
  let no = 0;
  ws.on('message', (data) => {
    const { ack } = JSON.parse((data as Buffer).toString()) as { ack: number };
    waiting.get(ack)?.();
    waiting.delete(ack);
  });
  const send = (row: object) =>
    new Promise<void>((resolve) => {
      waiting.set(++no, resolve);
      ws.send(JSON.stringify({ w: no, ...row }));
    });
  return {
    place: (id) => send({ id, k: 'p', table: 'table-7', lines }),
    update: (id) => send({ id, k: 'u', status: 'started' }),
    close: () => ws.terminate(),
  };
}

function seqOf(text: string): number {
  return Number(text.slice('{"seq":'.length, text.indexOf(',')));
}

/** Finds what arrived without parsing: fifty readers share one process here. */
function eachKey(text: string, onArrival: (key: string) => void): void {
  const mark = '"id":"';
  const idLength = 36;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + idLength)) {
    const start = at + mark.length;
    const id = text.slice(start, start + idLength);
    const kind = text[start + idLength + '","k":"'.length];
    onArrival(kind === 'p' ? placeKey(id) : updateKey(id));
  }
}
