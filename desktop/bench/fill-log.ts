/** Writes a long history into a database: orders placed, started, bumped and completed. */
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import type { ClientId, Command, LineId, OrderId, ProductId, TableId } from '@fynlo/domain';
import { v7 as uuidv7 } from 'uuid';
import { hubSession } from '../hub/pairing/sessions.ts';
import { startHub } from '../hub/start-hub.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '' },
    events: { type: 'string', default: '1000' },
    /** Spreads the history over so many days, the last of them today. */
    days: { type: 'string', default: '1' },
  },
});
const events = Number(values.events);
const dayMs = 86_400_000;
const began = Date.now() - (Number(values.days) - 1) * dayMs;
const openOrders = 200;
const together = 500;

/** The hub's clock goes as far as its log has come. */
let told = 0;
const now = () => began + Math.min(1, told / events) * (Number(values.days) - 1) * dayMs;
const hub = await startHub(
  {
    dataFolder: dirname(values.data),
    host: '127.0.0.1',
    port: 0,
    beginWith: 'sample',
    announce: false,
    connectionsMax: 1,
    connectionsPerDeviceMax: 1,
    logLevel: 'error',
  },
  { now },
);
const { road, log } = hub.context;
const clientId = randomUUID() as ClientId;
let no = 0;

const before = log.head().seq;
while (log.head().seq < before + events) {
  told = log.head().seq - before;
  await Promise.all(Array.from({ length: together / 4 }, () => oneEvening(true)).flat());
}
told = events;
await Promise.all(Array.from({ length: openOrders }, () => oneEvening(false)).flat());
await hub.close();
process.stdout.write(`listening ${log.head().seq}\n`);

function oneEvening(isOver: boolean): Promise<unknown>[] {
  const orderId = uuidv7() as OrderId;
  const lineIds = Array.from({ length: 5 }, () => uuidv7() as LineId);
  const lines = lineIds.map((lineId) => ({
    lineId,
    productId: 'chips' as ProductId,
    quantity: 1,
    options: [],
  }));
  const commands: Command[] = [
    { type: 'order.place', orderId, channel: 'dine-in', tableId: '7' as TableId, lines },
    { type: 'kitchen.start', orderId, lineIds },
    { type: 'kitchen.bump', orderId, lineIds },
    ...(isOver ? ([{ type: 'order.complete', orderId }] as const) : []),
  ];
  return commands.map((command) =>
    road.submit({ clientId, no: ++no, command, session: hubSession }),
  );
}
