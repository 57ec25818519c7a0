import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Client } from '@fynlo/client/connection';
import type { RecordedEvent } from '@fynlo/domain';
import { partsOf, RestaurantState } from '@fynlo/domain/restaurant';
import type { ClientMessage, HubMessage, Position, WireCommand } from '@fynlo/protocol/wire';
import type { CommittedGroup } from '../../hub/commands/command-road.ts';
import type { WritableDb } from '../../hub/db/open-database.ts';
import type { EventLog, LoggedEvent } from '../../hub/event-log/event-log.ts';
import { parseWireEvent, wireJson, type EventRow } from '../../hub/event-log/wire-event.ts';
import type { DeviceNode } from './device-node.ts';

/** A promise that was not kept. The name is the invariant's in the design. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly invariant: string;
  constructor(invariant: string, what: string) {
    super(`${invariant}: ${what}`);
    this.invariant = invariant;
  }
}

/** More than a group holds: what may be on the disk and was never published. */
const rowsAtRisk = 300;

type Answer = { readonly seq: number } | { readonly refused: string };

interface Heard {
  readonly key: string;
  answer: Answer | undefined;
}

/**
 * Watches from outside: what travelled, what was shown, and at the end the rows on the hub's disk.
 * It believes nothing that the code under test says of itself.
 */
export class Judge {
  /** What any device was ever told: by client and number. */
  readonly #answers = new Map<string, Answer>();
  /** Every command the hub heard, by device, text and time of the tap. */
  readonly #heard = new Map<string, Heard>();
  /** Where a transaction ended, in any history. */
  readonly #ends = new Set<string>(['0:']);
  readonly #kept: { readonly device: string; readonly json: string }[] = [];
  readonly #clientIds = new Map<string, string>();
  readonly #shown = new Map<string, Position>();
  /** Commands whose effect was taken away by putting an older copy in place. */
  readonly #lost = new Set<string>();
  /** Places in what an older copy took away. */
  readonly #orphans = new Set<string>();

  /** The most that one group of commands made, which is never cut. */
  largestGroupBytes = 0;

  get commandsKept(): number {
    return this.#kept.length;
  }

  kept(device: DeviceNode, command: WireCommand): void {
    this.#kept.push({ device: device.name, json: JSON.stringify(command) });
  }

  published({ events }: CommittedGroup): void {
    this.#addEnds(events);
    const bytes = events.reduce((sum, { json }) => sum + json.length, 0);
    this.largestGroupBytes = Math.max(this.largestGroupBytes, bytes);
  }

  #addEnds(events: readonly LoggedEvent[]): void {
    events.forEach(({ row, hash: at }, i) => {
      const next = events[i + 1]?.row;
      const isEnd = next?.client_id !== row.client_id || next.command_no !== row.command_no;
      if (isEnd) this.#ends.add(`${row.seq}:${at}`);
    });
  }

  /** The hub has opened its log: whatever anybody saw must be in it. */
  opened(log: EventLog): void {
    const { seq } = log.head();
    this.#addEnds(log.readWireSince(Math.max(0, seq - rowsAtRisk), rowsAtRisk));
    for (const [device, shown] of this.#shown) {
      if (!this.#isOrphan(shown) && log.hashAt(shown.seq) !== shown.hash) {
        throw new Violation('I7', `${device} was shown event ${shown.seq}, which is gone.`);
      }
    }
    for (const [key, answer] of this.#answers) {
      if ('seq' in answer && answer.seq > seq) {
        throw new Violation('I1', `command ${key} was acknowledged and is not in the log.`);
      }
    }
  }

  /** An older copy was put in place: what it does not hold is lost, and that is no fault of the hub's. */
  restored(db: WritableDb): void {
    const rows = readRows(db);
    const held = new Set(
      rows.map(({ seq, hash: at }) => `${seq}:${at.toString('hex')}`).concat('0:'),
    );
    this.#orphans.clear();
    for (const end of this.#ends) if (!held.has(end)) this.#orphans.add(end);
    const results = resultsIn(db, rows);
    for (const [identity, { key, answer }] of this.#heard) {
      if (answer && !results.stands(key, answer)) this.#lost.add(identity);
    }
    for (const [key, answer] of this.#answers) {
      if (!results.stands(key, answer)) this.#answers.delete(key);
    }
  }

  heard(device: string, text: string): void {
    const message = JSON.parse(text) as ClientMessage;
    if (message.type === 'hello') this.#clientIds.set(device, message.clientId);
    if (message.type !== 'command') return;
    const key = `${this.#clientIds.get(device)}/${message.no}`;
    const identity = `${device}|${JSON.stringify(message.command)}|${message.at}`;
    const before = this.#heard.get(identity);
    this.#heard.set(identity, { key, answer: before?.key === key ? before.answer : undefined });
    this.#byKey.set(key, identity);
  }
  readonly #byKey = new Map<string, string>();

  sent(device: string, text: string): void {
    if (!text.startsWith('{"type":"ack"') && !text.startsWith('{"type":"refused"')) return;
    const message = JSON.parse(text) as Extract<HubMessage, { type: 'ack' | 'refused' }>;
    const answer = message.type === 'ack' ? { seq: message.seq } : { refused: message.refused };
    const key = `${this.#clientIds.get(device)}/${message.no}`;
    const before = this.#answers.get(key);
    if (before && !isDeepStrictEqual(before, answer)) {
      throw new Violation(
        'I2',
        `command ${key} was answered twice: ${say(before)}, ${say(answer)}.`,
      );
    }
    this.#answers.set(key, answer);
    const heard = this.#heard.get(this.#byKey.get(key) ?? '');
    if (heard) heard.answer = answer;
  }

  /** After every step: what a device shows is a whole state of the past, and never goes back. */
  look(device: DeviceNode, client: Client): void {
    const position = client.position();
    const before = this.#shown.get(device.name);
    if (!position || position === before) return;
    if (!this.#ends.has(`${position.seq}:${position.hash}`)) {
      throw new Violation('I16', `${device.name} shows half a transaction at ${position.seq}.`);
    }
    const isSameHistory = before?.historyId === position.historyId && !this.#isOrphan(before);
    if (before && isSameHistory && position.seq < before.seq) {
      throw new Violation('I14', `${device.name} went back from ${before.seq} to ${position.seq}.`);
    }
    this.#shown.set(device.name, position);
  }

  #isOrphan({ seq, hash: at }: Position): boolean {
    return this.#orphans.has(`${seq}:${at}`);
  }

  /** A device that starts again reads what it stored: it never runs ahead of its data. */
  startedAgain(device: DeviceNode): void {
    this.#shown.delete(device.name);
  }

  /** Everything that must hold once it is quiet. */
  verdict(db: WritableDb, live: RestaurantState, devices: readonly DeviceNode[]): void {
    const rows = readRows(db);
    const replayed = replay(rows);
    expectSame('I10', 'the hub’s live state', live, replayed);
    const head = rows.at(-1);
    const headHash = head?.hash.toString('hex') ?? '';
    for (const device of devices) this.#isCurrent(device, replayed, head?.seq ?? 0, headHash);
    this.#answersStand(db, rows);
    this.#everyKeptCommandEnded(rows);
    numbersAreUnique(rows);
  }

  #isCurrent(device: DeviceNode, replayed: RestaurantState, seq: number, headHash: string): void {
    const { name, client } = device;
    if (!client) throw new Violation('I17', `${name} did not come back.`);
    const { connection, current, unsent, problem } = client.status();
    if (connection !== 'CONNECTED' || !current || unsent > 0 || problem) {
      const state = JSON.stringify({ connection, current, unsent, problem });
      throw new Violation('I17', `${name} is not done ten seconds after the last fault: ${state}.`);
    }
    const isWhole = device.subscribe.includes('*');
    const position = client.position();
    if (position?.seq !== seq || position.hash !== headHash) {
      throw new Violation('I8', `${name} is at ${position?.seq}, the log at ${seq}.`);
    }
    if (!isWhole) return expectSameLines(device, client, replayed);
    expectSame('I8', `what ${name} was told`, client.confirmed(), replayed);
    expectSame('I15', `what ${name} shows`, client.view(), replayed);
  }

  #answersStand(db: WritableDb, rows: readonly Row[]): void {
    const results = resultsIn(db, rows);
    for (const [key, answer] of this.#answers) {
      if (results.stands(key, answer)) continue;
      throw new Violation('I1', `${key} was told ${say(answer)}; the log differs.`);
    }
  }

  #everyKeptCommandEnded(rows: readonly Row[]): void {
    const ended = new Map<string, number>();
    for (const [identity, { answer }] of this.#heard) {
      if (!answer && !this.#lost.has(identity)) continue;
      const withoutTime = identity.slice(0, identity.lastIndexOf('|'));
      ended.set(withoutTime, (ended.get(withoutTime) ?? 0) + 1);
    }
    const wanted = new Map<string, number>();
    for (const { device, json } of this.#kept) {
      const identity = `${device}|${json}`;
      wanted.set(identity, (wanted.get(identity) ?? 0) + 1);
    }
    for (const [identity, count] of wanted) {
      if ((ended.get(identity) ?? 0) < count) {
        throw new Violation('I3', `a command that was kept never had its answer: ${identity}.`);
      }
    }
    this.#effectsAreThereOnce(rows);
  }

  #effectsAreThereOnce(rows: readonly Row[]): void {
    const times = new Map<string, number>();
    const count = (id: string) => times.set(id, (times.get(id) ?? 0) + 1);
    for (const { event } of rows) {
      if (event.type === 'order.opened' || event.type === 'order.placed') count(event.stream);
      if (event.type === 'order.placed' || event.type === 'order.lines-added') {
        for (const { lineId } of event.payload.lines) count(lineId);
      }
    }
    for (const [id, n] of times) {
      if (n > 1) throw new Violation('I2', `${id} happened ${n} times.`);
    }
    for (const [identity, { answer }] of this.#heard) {
      if (!answer || !('seq' in answer) || this.#lost.has(identity)) continue;
      const command = JSON.parse(identity.split('|')[1] ?? '{}') as WireCommand;
      const missing = effectsOf(command).find((id) => !times.has(id));
      if (missing) throw new Violation('I1', `${missing} was acknowledged and is not in the log.`);
    }
  }
}

type Row = EventRow & { readonly hash: Buffer; readonly event: RecordedEvent };

/** The log as it stands on the disk, each row checked against the one before it. */
function readRows(db: WritableDb): Row[] {
  const stored = db
    .prepare(
      `SELECT event.*, client.client_id FROM event JOIN client ON client.ref = client_ref ORDER BY seq`,
    )
    .all() as (EventRow & { hash: Buffer })[];
  let previous = '';
  let epoch = 0;
  return stored.map((row, i) => {
    const json = wireJson(row);
    if (row.seq !== i + 1 || row.epoch < epoch) {
      throw new Violation('I5', `event ${row.seq} of epoch ${row.epoch} stands at place ${i + 1}.`);
    }
    previous = hash('sha256', previous + json, 'hex');
    epoch = row.epoch;
    if (previous !== row.hash.toString('hex')) {
      throw new Violation('I5', `the chain breaks at ${row.seq}.`);
    }
    return { ...row, event: parseWireEvent(json) };
  });
}

/** Whether what a client was told is what the disk says. */
function resultsIn(db: WritableDb, rows: readonly Row[]) {
  const ends = new Map(rows.map((row) => [`${row.client_id}/${row.command_no}`, row.seq]));
  const recorded = db
    .prepare(
      `SELECT client_id || '/' || command_no AS key, seq, refusal
       FROM recorded_result JOIN client ON client.ref = client_ref`,
    )
    .all() as { key: string; seq: number; refusal: string | null }[];
  const withoutEvent = new Map(recorded.map((result) => [result.key, result]));
  return {
    stands(key: string, answer: Answer): boolean {
      const result = withoutEvent.get(key);
      if ('refused' in answer) return result?.refusal?.includes(`"${answer.refused}"`) === true;
      return ends.get(key) === answer.seq || (result?.seq === answer.seq && !result.refusal);
    },
  };
}

function replay(rows: readonly Row[]): RestaurantState {
  const state = new RestaurantState();
  for (const { event } of rows) state.apply(event);
  return state;
}

function expectSame(
  invariant: string,
  what: string,
  found: Parameters<typeof partsOf>[0],
  replayed: RestaurantState,
): void {
  const [a, b] = [sorted(partsOf(found)), sorted(partsOf(replayed))];
  if (isDeepStrictEqual(a, b)) return;
  const part = (Object.keys(b) as (keyof typeof b)[]).find(
    (name) => !isDeepStrictEqual(a[name], b[name]),
  );
  throw new Violation(invariant, `${what} is not what the log says, in ${part}.`);
}

/** Order of arrival is no part of what is said. */
function sorted(parts: ReturnType<typeof partsOf>) {
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  return {
    ...parts,
    orders: parts.orders?.toSorted(byId),
    tables: parts.tables?.toSorted(byId),
    devices: parts.devices?.toSorted(byId),
  };
}

/** A screen of one station: the lines it cooks are where the log says, none missing, none too many. */
function expectSameLines(device: DeviceNode, client: Client, replayed: RestaurantState): void {
  const station = device.subscribe.find((each) => each.startsWith('station:'))?.slice(8);
  const linesOf = (state: Pick<RestaurantState, 'openOrders'>) =>
    [...state.openOrders()]
      .flatMap(({ lines }) => lines)
      .filter(({ stationId, status }) => stationId === station && status !== 'draft')
      .map(({ lineId, status }) => `${lineId} ${status}`)
      .toSorted();
  if (!isDeepStrictEqual(linesOf(client.confirmed()), linesOf(replayed))) {
    throw new Violation('I8', `${device.name} does not show what its station has to cook.`);
  }
}

function numbersAreUnique(rows: readonly Row[]): void {
  const seen = new Set<string>();
  for (const { event } of rows) {
    if (event.type !== 'order.opened' && event.type !== 'order.placed') continue;
    const number = `${event.payload.businessDay} ${event.payload.number}`;
    if (seen.has(number)) throw new Violation('I21', `two orders have the number ${number}.`);
    seen.add(number);
  }
}

function effectsOf(command: WireCommand): string[] {
  switch (command.type) {
    case 'order.open':
      return [`order:${command.orderId}`];
    case 'order.place':
      return [`order:${command.orderId}`, ...command.lines.map(({ lineId }) => lineId)];
    case 'order.add-lines':
      return command.lines.map(({ lineId }) => lineId);
    default:
      return [];
  }
}

function say(answer: Answer): string {
  return 'seq' in answer ? `accepted at ${answer.seq}` : `refused, ${answer.refused}`;
}
