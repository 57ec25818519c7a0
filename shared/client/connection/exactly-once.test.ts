import { addLine, openOrder, orderId, sendOrder, wantedLine } from '@fynlo/testing/builders';
import { buildWorld, type World } from '@fynlo/testing/hub-double';
import { seededRandom } from '@fynlo/testing/surroundings';
import { partsOf } from '@fynlo/domain/restaurant';
import type { HubMessage, WireCommand } from '@fynlo/protocol/wire';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MemoryStorage } from '../memory/index.ts';
import type { Client } from './client.ts';

const orders = 4;
const runs = 60;

test('[H5] a welcome that comes again, late, makes nobody ask a second time', async () => {
  const { around, hub, open } = buildWorld();
  const welcomes: HubMessage[] = [];
  hub.fate = (message) => {
    if (message.type === 'welcome') welcomes.push(message);
    return 'deliver';
  };
  const client = await open();
  await around.pass(100);
  const { clientId } = client;
  client.dispatch(openOrder(1));
  await around.pass(100);
  hub.answersCommands = false;
  client.dispatch(addLine(1, 1));
  await around.pass(100);
  for (const socket of hub.sockets) socket.deliver(JSON.stringify(welcomes[0]));
  await around.pass(100);
  expect(client.clientId).toBe(clientId);
  expect(client.status().connection).toBe('CONNECTED');
  await client.close();
});

test('[H5] [H12] through any faults every command takes effect exactly once and in order', async () => {
  const faults = { cut: 0, lose: 0, twice: 0, restarts: 0, away: 0, muted: 0 };
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const random = seededRandom(seed);
      const world = buildWorld(seed);
      const { around, hub } = world;
      hub.fate = ({ type }) => {
        const dice = random();
        if (dice < 0.04) return count(faults, 'cut');
        // A socket is a stream: it ends, but it never leaves one message out. Answers may go
        // missing all the same, when a hub dies between its disk and its socket.
        const isAnswer = type === 'ack' || type === 'refused' || type === 'resync';
        if (isAnswer && dice < 0.12) return count(faults, 'lose');
        return dice < 0.2 ? count(faults, 'twice') : 'deliver';
      };
      const device = new Device(world);
      await device.start();
      for (const command of tableOfFour(random)) {
        device.dispatch(command);
        await around.pass(Math.floor(random() * 400));
        const dice = random();
        if (dice < 0.08) {
          hub.cutAll();
          hub.reachable = false;
          faults.away++;
        } else if (dice < 0.12) {
          hub.muteAll();
          faults.muted++;
        } else if (dice < 0.2) {
          await device.restart();
          faults.restarts++;
        } else if (dice < 0.25) {
          hub.cannotNowTimes = 2;
        } else if (dice < 0.5) {
          hub.reachable = true;
        }
      }
      hub.reachable = true;
      hub.fate = () => 'deliver';
      // The longest back-off, a silence and a late answer, one after another.
      await around.pass(120_000);

      expect(device.client.status()).toMatchObject({ connection: 'CONNECTED', unsent: 0 });
      expect(hub.results.get(device.client.clientId)).toHaveLength(device.dispatched.length);
      const opened = hub.log.filter(({ type }) => type === 'order.opened');
      expect(opened).toHaveLength(orders);
      for (let n = 1; n <= orders; n++) {
        const lines = hub.state.order(orderId(n))?.lines.map(({ lineId }) => lineId);
        expect(lines).toEqual(linesOf(device.dispatched, n));
      }
      const numbers = hub.log.map(({ commandNo }) => commandNo);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      expect(partsOf(device.client.view())).toEqual(partsOf(hub.state));
      expect(device.client.position()).toEqual(hub.head);
      await device.client.close();
    }),
    { numRuns: runs },
  );
  // A test of faults proves that they happened.
  for (const times of Object.values(faults)) expect(times).toBeGreaterThan(runs / 4);
}, 600_000);

class Device {
  readonly dispatched: WireCommand[] = [];
  readonly #world: World;
  readonly #storage = new MemoryStorage();
  #client: Client | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  get client(): Client {
    if (!this.#client) throw new Error('The device was not started.');
    return this.#client;
  }

  async start(): Promise<void> {
    this.#client = await this.#world.open({ storage: this.#storage });
  }

  async restart(): Promise<void> {
    await this.client.close();
    await this.start();
  }

  dispatch(command: WireCommand): void {
    this.dispatched.push(command);
    void this.client.dispatch(command);
  }
}

/** Four orders filled and sent, in an order that the rules depend on. */
function* tableOfFour(random: () => number): Iterable<WireCommand> {
  let line = 0;
  for (let n = 1; n <= orders; n++) {
    yield openOrder(n);
    for (let i = 0; i < 1 + random() * 5; i++) yield addLine(n, ++line);
    yield sendOrder(n);
  }
}

function linesOf(commands: readonly WireCommand[], n: number): string[] {
  return commands.flatMap((command) =>
    command.type === 'order.add-lines' && command.orderId === orderId(n)
      ? command.lines.map((line) => wantedLine(0, line).lineId)
      : [],
  );
}

function count<Fate extends string>(counts: Record<Fate, number>, fate: Fate): Fate {
  counts[fate]++;
  return fate;
}
