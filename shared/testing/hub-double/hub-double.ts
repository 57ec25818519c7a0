import {
  isRefusal,
  type ClientId,
  type EventId,
  type HistoryId,
  type RecordedEvent,
  type Refusal,
  type StreamId,
} from '@fynlo/domain';
import type { OpenSocket, Surroundings } from '@fynlo/client/connection';
import {
  businessDayOf,
  decide,
  localClock,
  partsOf,
  type RestaurantState,
  type RestaurantParts,
} from '@fynlo/domain/restaurant';
import {
  wireError,
  type ClientMessage,
  type CommandMessage,
  type Hello,
  type HubMessage,
  type Position,
  type WireError,
} from '@fynlo/protocol/wire';
import { buildRestaurant, theTill } from '../builders/index.ts';
import { SocketDouble, type FarEnd } from './socket-double.ts';

type Result = { readonly seq: number } | Refusal;
type Fate = 'deliver' | 'lose' | 'twice' | 'cut';

/**
 * Stands in for the hub at the other end of the wire: the same rules, no disk, and faults at a
 * test's wish. It keeps the promises of `sync.md`: results by number, tail, snapshot, reset.
 */
export class HubDouble implements FarEnd {
  readonly surroundings: Surroundings;
  historyId = 'history-1' as HistoryId;
  epoch = 1;
  state: RestaurantState;
  log: RecordedEvent[] = [];
  readonly results = new Map<ClientId, Result[]>();
  readonly sockets = new Set<SocketDouble>();
  readonly heardMessages: ClientMessage[] = [];

  reachable = true;
  /** Hears everything and says nothing. */
  silent = false;
  /** Says nothing to commands, and answers everything else. */
  answersCommands = true;
  turnAway: { readonly code: number; readonly error: WireError } | null = null;
  /** Refuses to decide until so many commands have been told so. */
  cannotNowTimes = 0;
  /** What happens concerns nobody who is subscribed. */
  isUninteresting = false;
  tailEventsMax = 1_000;
  snapshotPieces = 1;
  clockAheadMs = 0;
  /** What becomes of each message on its way to a device. */
  fate: (message: HubMessage) => Fate = () => 'deliver';

  readonly #joined = new Map<SocketDouble, ClientId>();
  /** Where the last frame ended that each was sent, also when it was lost on the way. */
  readonly #saidUpTo = new WeakMap<SocketDouble, number>();
  #hashes = new Map<number, string>([[0, '']]);

  constructor(surroundings: Surroundings, parts?: RestaurantParts) {
    this.surroundings = surroundings;
    this.state = buildRestaurant(parts);
  }

  readonly openSocket: OpenSocket = () => {
    const socket = new SocketDouble(this.surroundings, this, this.reachable);
    this.sockets.add(socket);
    return socket;
  };

  get head(): Position {
    const { historyId, epoch } = this;
    const seq = this.log.length;
    return { historyId, epoch, seq, hash: this.#hashes.get(seq) ?? '' };
  }

  get commandsHeard(): CommandMessage[] {
    return this.heardMessages.filter((message) => message.type === 'command');
  }

  /** The plug: every socket ends without a word. */
  cutAll(code = 1006): void {
    for (const socket of this.sockets) socket.cut(code);
  }

  /** The Wi-Fi is gone: nothing arrives and nobody is told. */
  muteAll(): void {
    for (const socket of this.sockets) socket.isMute = true;
  }

  /** Starts another history from an older backup: what came after `seq` never happened. */
  restoreBackup(seq: number): void {
    const events = this.log.slice(0, seq);
    this.historyId = `${this.historyId}+` as HistoryId;
    this.state = buildRestaurant();
    this.log = [];
    this.results.clear();
    this.#hashes = new Map([[0, '']]);
    for (const event of events) {
      this.#append(event);
      const results = this.#resultsOf(event.clientId);
      results[event.commandNo - 1] = { seq: this.log.length };
    }
    this.cutAll(1001);
  }

  /** Something happens at the hub itself or on another device. */
  decideHere(command: CommandMessage['command'], clientId = 'elsewhere' as ClientId): Result {
    const from = this.head.seq;
    const result = this.#decide(clientId, this.#resultsOf(clientId).length + 1, command);
    this.#publish(from);
    return result;
  }

  /** A hub of a later build records what nobody here has heard of. */
  recordNewer(stream: StreamId, kind: { readonly type: string; readonly version: number }): void {
    const from = this.head.seq;
    const seq = from + 1;
    this.log.push({
      ...kind,
      payload: {},
      seq,
      epoch: this.epoch,
      eventId: `event-${seq}` as EventId,
      stream,
      streamVersion: 1,
      occurredAt: this.surroundings.now(),
      actor: theTill,
      device: theTill,
      clientId: 'elsewhere' as ClientId,
      commandNo: seq,
    } as unknown as RecordedEvent);
    this.#hashes.set(seq, `newer-${seq}`);
    this.#publish(from);
  }

  pingAll(): void {
    for (const socket of this.#joined.keys()) {
      this.#say(socket, { type: 'ping', n: 1, ...this.#reached(socket) });
    }
  }

  opened(): void {
    // Nothing to say before hello.
  }

  closed(socket: SocketDouble): void {
    this.sockets.delete(socket);
    this.#joined.delete(socket);
  }

  heard(socket: SocketDouble, text: string): void {
    const message = JSON.parse(text) as ClientMessage;
    this.heardMessages.push(message);
    if (this.silent) return;
    if (message.type === 'hello') return this.#onHello(socket, message);
    if (message.type === 'ping') {
      return this.#say(socket, { type: 'pong', n: message.n, ...this.#reached(socket) });
    }
    if (message.type === 'command' && this.answersCommands) this.#onCommand(socket, message);
  }

  #onHello(socket: SocketDouble, { clientId, position }: Hello): void {
    if (this.turnAway) {
      const { code, error } = this.turnAway;
      this.#say(socket, { type: 'error', ...error });
      return socket.cutAfterwards(code);
    }
    this.#joined.set(socket, clientId);
    this.#saidUpTo.set(socket, this.head.seq);
    const catchUp = this.#howToCatchUp(position);
    this.#say(socket, {
      type: 'welcome',
      protocol: 1,
      lastCommandNo: this.#resultsOf(clientId).length,
      catchUp,
      position: this.head,
      serverTime: this.surroundings.now() + this.clockAheadMs,
      heartbeatIntervalMs: 15_000,
    });
    if (catchUp === 'tail') return this.#sayEvents(socket, position?.seq ?? 0);
    const { orders = [], ...rest } = partsOf(this.state);
    const size = Math.ceil(orders.length / Math.max(1, this.snapshotPieces - 1)) || 1;
    const pieces: RestaurantParts[] = [this.snapshotPieces > 1 ? rest : { ...rest, orders }];
    for (let i = 0; this.snapshotPieces > 1 && i < orders.length; i += size) {
      pieces.push({ orders: orders.slice(i, i + size) });
    }
    pieces.forEach((parts, i) => {
      const more = i < pieces.length - 1;
      this.#say(socket, { type: 'snapshot', position: this.head, parts, piece: i, more });
    });
  }

  #reached(socket: SocketDouble) {
    return { after: this.#saidUpTo.get(socket) ?? 0, position: this.head };
  }

  #howToCatchUp(stored: Position | null): 'tail' | 'snapshot' | 'reset' {
    if (!stored) return 'snapshot';
    const isOurs =
      stored.historyId === this.historyId && this.#hashes.get(stored.seq) === stored.hash;
    if (!isOurs) return 'reset';
    return this.head.seq - stored.seq > this.tailEventsMax ? 'snapshot' : 'tail';
  }

  #onCommand(socket: SocketDouble, { no, command }: CommandMessage): void {
    const clientId = this.#joined.get(socket);
    if (!clientId) return;
    const results = this.#resultsOf(clientId);
    if (no > results.length + 1) {
      return this.#say(socket, { type: 'resync', last: results.length });
    }
    if (no === results.length + 1 && this.cannotNowTimes > 0) {
      this.cannotNowTimes--;
      const error = wireError('overloaded');
      return this.#say(socket, { type: 'cannot-now', no, retryAfterMs: 250, ...error });
    }
    const from = this.head.seq;
    const result = results[no - 1] ?? this.#decide(clientId, no, command);
    this.#publish(from);
    if (isRefusal(result)) this.#say(socket, { type: 'refused', no, ...result });
    else this.#say(socket, { type: 'ack', no, seq: result.seq });
  }

  #decide(clientId: ClientId, no: number, command: CommandMessage['command']): Result {
    const now = this.surroundings.now() + this.clockAheadMs;
    const local = localClock('Europe/London')(now);
    const businessDay = businessDayOf(local, 240);
    const orderNumber = String((this.state.orderCounter()?.last ?? 0) + 1);
    const facts = { now, local, businessDay, orderNumber, device: theTill };
    const decided = decide(this.state, command, facts);
    if (isRefusal(decided)) {
      this.#resultsOf(clientId).push(decided);
      return decided;
    }
    for (const { stream, event } of decided) {
      this.#append({
        ...event,
        seq: this.log.length + 1,
        epoch: this.epoch,
        eventId: `event-${this.log.length + 1}` as EventId,
        stream,
        streamVersion: 1,
        version: 1,
        occurredAt: now,
        actor: theTill,
        device: theTill,
        correlationId: `${clientId}-${no}`,
        clientId,
        commandNo: no,
      });
    }
    const result = { seq: this.log.length };
    this.#resultsOf(clientId).push(result);
    return result;
  }

  #append(event: RecordedEvent): void {
    this.log.push(event);
    this.state.apply(event);
    const seq = this.log.length;
    this.#hashes.set(seq, `${this.#hashes.get(seq - 1)?.slice(-20)}.${event.eventId}`);
  }

  #publish(from: number): void {
    if (this.head.seq === from || this.isUninteresting) return;
    for (const socket of this.#joined.keys()) this.#sayEvents(socket, from);
  }

  #sayEvents(socket: SocketDouble, from: number): void {
    const events = this.log.slice(from);
    const { head: position } = this;
    this.#saidUpTo.set(socket, position.seq);
    this.#say(socket, { type: 'events', events, after: from, position, more: false });
  }

  #say(socket: SocketDouble, message: HubMessage): void {
    const fate = this.fate(message);
    if (fate === 'cut') return socket.cutAfterwards(1006);
    if (fate === 'lose') return;
    const text = JSON.stringify(message);
    socket.deliver(text);
    if (fate === 'twice') socket.deliver(text);
  }

  #resultsOf(clientId: ClientId): Result[] {
    let results = this.results.get(clientId);
    if (!results) this.results.set(clientId, (results = []));
    return results;
  }
}
