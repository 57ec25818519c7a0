import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ClientId, OrderId } from '@fynlo/domain';
import type { Order } from '@fynlo/domain/order';
import { stationsOf } from '@fynlo/domain/restaurant';
import { upcast } from '@fynlo/domain/upcast';
import { parseClientMessage, parseCommand } from '@fynlo/protocol/schema';
import {
  closeCodes,
  limits as wireLimits,
  parseSubscription,
  protocolVersion,
  protocolVersionMin,
  wireError,
  type CommandMessage,
  type Hello,
  type HubMessage,
  type Position,
  type Reached,
  type Subscription,
  type Welcome,
} from '@fynlo/protocol/wire';
import { WebSocketServer, type WebSocket } from 'ws';
import { ArchiveUnreadableError } from '../archive/archive-file.ts';
import type { CommandRoad, CommittedGroup, PublishedEvent } from '../commands/command-road.ts';
import type { Answer } from '../commands/submission.ts';
import type { EventLog } from '../event-log/event-log.ts';
import { parseWireEvent } from '../event-log/wire-event.ts';
import type { Session } from '../pairing/session.ts';
import type { HubSurroundings } from '../surroundings.ts';
import { Audience, audienceKey } from './audience.ts';
import { Connection, type FrameStream, type Joined, type LiveSocket } from './connection.ts';
import { eventFrames, isSameTransaction } from './event-frames.ts';
import { frameText } from './frame.ts';

export type LiveLimits = { readonly [Name in keyof typeof wireLimits]: number };

export interface LiveOptions {
  readonly road: CommandRoad;
  readonly log: EventLog;
  readonly authenticate: (token: string) => Session | undefined;
  readonly surroundings: HubSurroundings;
  readonly limits?: Partial<LiveLimits>;
  /** The versions of the wire that are spoken here. */
  readonly protocol?: ProtocolRange;
}

export interface ProtocolRange {
  readonly min: number;
  readonly max: number;
}

export interface LiveStats {
  /** Joined sockets at this moment. */
  readonly open: number;
  readonly opened: number;
  /** Sockets the hub gave up on: heartbeat, slow consumer, no authentication. */
  readonly dropped: number;
  /** Sockets that came back with a position. */
  readonly reconnected: number;
  readonly unauthenticated: number;
  /** Messages that could not be read. */
  readonly malformed: number;
}

/** What the network tells of one socket. */
export interface SocketEvents {
  /** One message; `null` for one that is not text. */
  readonly heard: (text: string | null) => void;
  readonly closed: () => void;
}

const spoken: ProtocolRange = { min: protocolVersionMin, max: protocolVersion };
const tickMs = 250;
const goodbyeWithinMs = 500;
/** A client may have 64 unanswered; reading stops at twice that. */
const pauseAt = 2;

/**
 * The sockets of every till, phone and kitchen screen.
 *
 * A socket is authenticating, then catching up (its cursor is behind the log's head), then live
 * (each committed group is pushed as it happens). A live socket whose buffer is full is behind
 * again and catches up page by page as it drains: the same code, so there is one way to be right.
 */
export class LiveSockets {
  readonly #options: LiveOptions;
  readonly #limits: LiveLimits;
  readonly #server: WebSocketServer;
  readonly #connections = new Set<Connection>();
  readonly #audiences = new Map<string, Audience>();
  #stopTicking: () => void;
  #toFlush = new Set<Connection>();
  #flushScheduled = false;
  #open = 0;
  #opened = 0;
  #dropped = 0;
  #reconnected = 0;
  #malformed = 0;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#limits = { ...wireLimits, ...options.limits };
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: this.#limits.messageSizeBytesMax,
      perMessageDeflate: false,
      clientTracking: false,
    });
    this.#stopTicking = this.#tickLater();
  }

  stats(): LiveStats {
    return {
      open: this.#open,
      opened: this.#opened,
      dropped: this.#dropped,
      reconnected: this.#reconnected,
      unauthenticated: this.#connections.size - this.#open,
      malformed: this.#malformed,
    };
  }

  /** Takes over a socket whose request was checked for host and origin. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const address = request.socket.remoteAddress ?? '';
    // A socket that breaks while it is turned away is nobody's loss.
    socket.on('error', () => undefined);
    if (this.#tooManyStrangers(address)) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (ws) => this.#onSocket(ws, socket, address));
  }

  /** Pushes a committed group to everyone it concerns. */
  publish(group: CommittedGroup): void {
    for (const audience of this.#audiences.values()) {
      audience.forgetSnapshot();
      this.#pushTo(audience, group);
    }
  }

  async close(): Promise<void> {
    this.#stopTicking();
    for (const connection of this.#connections) connection.close(closeCodes.goingAway);
    const { surroundings } = this.#options;
    const deadline = surroundings.elapsed() + goodbyeWithinMs;
    while (this.#connections.size > 0 && surroundings.elapsed() < deadline) {
      await new Promise<void>((resolve) => surroundings.setTimer(resolve, 10));
    }
    for (const connection of this.#connections) connection.terminate();
    this.#server.close();
  }

  #onSocket(ws: WebSocket, socket: Duplex, address: string): void {
    const { heard, closed } = this.accept(ws, socket, address);
    // Text arrives as one Buffer: `ws` is asked for nothing else.
    ws.on('message', (data, isBinary) => heard(isBinary ? null : (data as Buffer).toString()));
    // The close that follows says the same; without a listener an error would end the process.
    ws.on('error', () => undefined);
    ws.on('close', closed);
  }

  /** Takes an open socket, of whatever kind of network. Returns what to call as things happen. */
  accept(socket: LiveSocket, stream: FrameStream, address: string): SocketEvents {
    const { surroundings } = this.#options;
    const connection = new Connection(socket, stream, address, surroundings);
    this.#connections.add(connection);
    return {
      heard: (text) => {
        connection.heardAt = surroundings.elapsed();
        this.#onMessage(connection, text);
      },
      closed: () => this.#onClose(connection),
    };
  }

  #onMessage(connection: Connection, text: string | null): void {
    if (connection.closing) return;
    if (text === null) return this.#complain(connection, wireError('malformed-json'));
    const message = parseClientMessage(text);
    if ('code' in message) return this.#complain(connection, message);
    const { joined } = connection;
    if (!joined) {
      if (message.type === 'hello') return this.#onHello(connection, message);
      return connection.closeUnauthenticated(false);
    }
    switch (message.type) {
      case 'command':
        return this.#onCommand(connection, joined, message);
      case 'pong':
        connection.pongNo = message.n;
        return;
      case 'ping':
        return this.#send(connection, { type: 'pong', n: message.n, ...this.#reached(joined) });
      case 'subscribe': {
        const wanted = parseSubscription(message.patterns);
        if (!wanted) return this.#complain(connection, unknownPattern());
        joined.audience.members.delete(connection);
        joined.audience = this.#audienceOf(joined.session, wanted, connection);
        return this.#sendSnapshot(connection, joined);
      }
      case 'hello':
        return this.#complain(
          connection,
          wireError('malformed-message', { problem: 'hello came twice' }),
        );
    }
  }

  #onHello(connection: Connection, hello: Hello): void {
    const { protocol } = hello;
    const { min, max } = this.#options.protocol ?? spoken;
    if (protocol < min || protocol > max) {
      const details = { wanted: protocol, min, max };
      const error = wireError('protocol-not-supported', details);
      return connection.close(closeCodes.protocolNotSupported, error);
    }
    const session = this.#options.authenticate(hello.token);
    if (!session) {
      return connection.close(closeCodes.authenticationFailed, wireError('authentication-failed'));
    }
    const wanted = parseSubscription(hello.subscribe);
    if (!wanted) return connection.close(closeCodes.protocolNotSupported, unknownPattern());
    this.#endEarlierSockets(session, hello.clientId);
    if (this.#tooManyConnections(session)) {
      return connection.close(closeCodes.tryAgainLater, wireError('too-many-connections'));
    }
    const joined: Joined = {
      session,
      clientId: hello.clientId,
      audience: this.#audienceOf(session, wanted, connection),
      cursor: 0,
      sentUpTo: 0,
      laggingSince: null,
    };
    connection.joined = joined;
    connection.pingedAt = this.#options.surroundings.elapsed();
    this.#open++;
    this.#opened++;
    if (hello.position) this.#reconnected++;
    this.#welcome(connection, joined, hello);
  }

  #welcome(connection: Connection, joined: Joined, hello: Hello): void {
    const { log, road, surroundings } = this.#options;
    const { protocol, position: stored } = hello;
    const catchUp = this.#howToCatchUp(stored);
    this.#send(connection, {
      type: 'welcome',
      protocol,
      lastCommandNo: road.lastCommandNo({
        clientId: joined.clientId,
        device: joined.session.deviceId,
      }),
      catchUp,
      position: log.head(),
      serverTime: surroundings.now(),
      heartbeatIntervalMs: this.#limits.heartbeatIntervalMs,
    });
    if (catchUp !== 'tail' || !stored) return this.#sendSnapshot(connection, joined);
    joined.cursor = joined.sentUpTo = stored.seq;
    joined.laggingSince = surroundings.elapsed();
    this.#catchUp(connection, joined, true);
  }

  #howToCatchUp(stored: Position | null): Welcome['catchUp'] {
    if (!stored) return 'snapshot';
    const { log } = this.#options;
    const head = log.head();
    const isOurs = stored.historyId === head.historyId && stored.hash === log.hashAt(stored.seq);
    if (!isOurs) return 'reset';
    const isFarBehind = head.seq - stored.seq > this.#limits.tailEventsMax;
    // Nothing live reads an archive, which may be slow or away.
    return isFarBehind || stored.seq < log.archives.upTo() ? 'snapshot' : 'tail';
  }

  #onCommand(connection: Connection, joined: Joined, { no, command }: CommandMessage): void {
    const { session, clientId } = joined;
    connection.unanswered++;
    if (connection.unanswered === this.#limits.unansweredCommandsMax * pauseAt) connection.pause();
    const submission = { clientId, no, session, command: parseCommand(command) };
    this.#options.road.submitWith(submission, (answer) => {
      if (connection.unanswered-- === this.#limits.unansweredCommandsMax * pauseAt) {
        connection.resume();
      }
      this.#send(connection, messageOf(no, answer));
    });
  }

  #pushTo(audience: Audience, group: CommittedGroup): void {
    if (audience.members.size === 0) return;
    const bounds = this.#limits;
    const { events, position, from } = group;
    const frames = eventFrames(events, position, audience.wanted, {
      after: audience.pushedUpTo,
      more: false,
      always: false,
      bounds,
    });
    if (frames.length > 0) audience.pushedUpTo = position.seq;
    for (const connection of audience.members) {
      const { joined } = connection;
      if (!joined || joined.cursor !== from || joined.laggingSince !== null) continue;
      if (connection.bufferedBytes() > this.#limits.bufferedBytesMax) {
        this.#startLagging(connection, joined);
        continue;
      }
      joined.cursor = position.seq;
      if (frames.length > 0) joined.sentUpTo = position.seq;
      for (const frame of frames) this.#queue(connection, frame);
    }
  }

  #startLagging(connection: Connection, joined: Joined): void {
    joined.laggingSince = this.#options.surroundings.elapsed();
    connection.onDrain(() => this.#catchUp(connection, joined, false));
  }

  /** Sends pages of the log until the socket is at the head or takes no more. */
  #catchUp(connection: Connection, joined: Joined, always: boolean): void {
    const { log } = this.#options;
    let mustSay = always;
    while (!connection.closing) {
      const head = log.head();
      if (joined.cursor === head.seq && !mustSay) {
        joined.laggingSince = null;
        return;
      }
      if (connection.bufferedBytes() > this.#limits.bufferedBytesMax) {
        connection.onDrain(() => this.#catchUp(connection, joined, false));
        return;
      }
      const page = this.#page(joined.cursor, joined.audience.wanted);
      const last = page.at(-1);
      const end: Position = last ? { ...head, seq: last.row.seq, hash: last.hash } : head;
      const more = end.seq < head.seq;
      const framing = { after: joined.sentUpTo, more, always: true, bounds: this.#limits };
      for (const frame of eventFrames(page, end, joined.audience.wanted, framing)) {
        connection.queue(frame);
      }
      connection.flush();
      joined.cursor = joined.sentUpTo = end.seq;
      mustSay = false;
    }
  }

  /** The next events after `seq`, cut between two transactions. */
  #page(seq: number, wanted: Subscription): PublishedEvent[] {
    const { log, road } = this.#options;
    const size = this.#limits.frameEventsMax;
    const rows = log.readWireSince(seq, size + 1);
    const page = rows.map((logged): PublishedEvent => {
      const { stream } = logged.row;
      // Reading an event to see whom it concerns is spared where everybody is shown everything.
      if (wanted.stations.length === 0 || !stream.startsWith('order:')) {
        return { ...logged, stations: 'all' };
      }
      const order = orderIfReadable(road, stream.slice('order:'.length) as OrderId);
      return {
        ...logged,
        stations: stationsOf(upcast(parseWireEvent(logged.json), log.shapes), order),
      };
    });
    if (page.length <= size) return page;
    let end = size;
    while (
      end > 0 &&
      isSameTransaction(page[end - 1] as PublishedEvent, page[end] as PublishedEvent)
    ) {
      end--;
    }
    // One transaction longer than a page: a command makes a few events, so this is a bug.
    if (end === 0) throw new Error(`The transaction after ${seq} does not fit a page.`);
    return page.slice(0, end);
  }

  #sendSnapshot(connection: Connection, joined: Joined): void {
    const head = this.#options.log.head();
    for (const frame of joined.audience.snapshotAt(head, this.#options.road.state)) {
      connection.queue(frame);
      connection.flush();
    }
    joined.cursor = joined.sentUpTo = head.seq;
    joined.laggingSince = null;
  }

  #audienceOf({ role }: Session, wanted: Subscription, member: Connection): Audience {
    const key = audienceKey(role, wanted);
    let audience = this.#audiences.get(key);
    if (!audience) {
      audience = new Audience(key, wanted, this.#options.log.head().seq);
      this.#audiences.set(key, audience);
    }
    audience.members.add(member);
    return audience;
  }

  #onClose(connection: Connection): void {
    this.#connections.delete(connection);
    if (connection.joined) this.#leave(connection, connection.joined);
  }

  #leave(connection: Connection, joined: Joined): void {
    connection.joined = undefined;
    this.#open--;
    const { audience } = joined;
    audience.members.delete(connection);
    if (audience.members.size === 0) this.#audiences.delete(audience.key);
  }

  /**
   * A client has one socket. One that it had before is a leftover of a network that vanished, and
   * would count against its device until its heartbeat fails.
   */
  #endEarlierSockets({ deviceId }: Session, clientId: ClientId): void {
    for (const connection of this.#connections) {
      const { joined } = connection;
      if (joined?.clientId !== clientId || joined.session.deviceId !== deviceId) continue;
      connection.close(closeCodes.goingAway);
      this.#leave(connection, joined);
    }
  }

  #tooManyConnections({ deviceId }: Session): boolean {
    if (this.#open >= this.#limits.connectionsMax) return true;
    let ofDevice = 0;
    for (const { joined } of this.#connections)
      if (joined?.session.deviceId === deviceId) ofDevice++;
    return ofDevice >= this.#limits.connectionsPerDeviceMax;
  }

  #tooManyStrangers(address: string): boolean {
    let all = 0;
    let here = 0;
    for (const connection of this.#connections) {
      if (connection.joined) continue;
      all++;
      if (connection.address === address) here++;
    }
    const { unauthenticatedMax, unauthenticatedPerAddressMax } = this.#limits;
    return all >= unauthenticatedMax || here >= unauthenticatedPerAddressMax;
  }

  #complain(connection: Connection, error: ReturnType<typeof wireError>): void {
    this.#malformed++;
    if (!connection.joined) return connection.closeUnauthenticated(false);
    this.#send(connection, { type: 'error', ...error });
  }

  #tickLater(): () => void {
    return this.#options.surroundings.setTimer(() => this.#tick(), tickMs);
  }

  /** Everything that is due: one timer, however many sockets. */
  #tick(): void {
    this.#stopTicking = this.#tickLater();
    const now = this.#options.surroundings.elapsed();
    for (const connection of this.#connections) {
      if (connection.closing) continue;
      const { joined } = connection;
      if (joined) this.#checkOn(connection, joined, now);
      else if (now - connection.openedAt >= this.#limits.authTimeoutMs) {
        this.#dropped++;
        connection.closeUnauthenticated(true);
      }
    }
  }

  #checkOn(connection: Connection, joined: Joined, now: number): void {
    const { heartbeatIntervalMs, heartbeatTimeoutMs, heartbeatMissesMax } = this.#limits;
    const { slowConsumerMs, staleConnectionMs } = this.#limits;
    if (joined.laggingSince !== null && now - joined.laggingSince > slowConsumerMs) {
      return this.#drop(connection, closeCodes.tryAgainLater, 'slow-consumer');
    }
    if (now - connection.heardAt > staleConnectionMs) {
      return this.#drop(connection, closeCodes.heartbeatTimeout);
    }
    const sincePing = now - connection.pingedAt;
    const missed = connection.pingNo - connection.pongNo;
    if (missed >= heartbeatMissesMax && sincePing >= heartbeatTimeoutMs) {
      return this.#drop(connection, closeCodes.heartbeatTimeout);
    }
    if (sincePing < heartbeatIntervalMs) return;
    connection.pingedAt = now;
    connection.pingNo++;
    this.#send(connection, {
      type: 'ping',
      n: connection.pingNo,
      ...this.#reached(joined),
    });
  }

  /** Where this socket is, which is behind the head while it catches up. */
  #reached({ cursor, sentUpTo }: Joined): Reached {
    const { log } = this.#options;
    const head = log.head();
    const position =
      cursor === head.seq ? head : { ...head, seq: cursor, hash: log.hashAt(cursor) ?? '' };
    return { after: sentUpTo, position };
  }

  #drop(connection: Connection, code: number, why?: 'slow-consumer'): void {
    this.#dropped++;
    connection.close(code, why && wireError(why));
  }

  #send(connection: Connection, message: HubMessage): void {
    this.#queue(connection, frameText(JSON.stringify(message)));
  }

  /** One write for each socket and turn: what a group brings and the answers that follow it. */
  #queue(connection: Connection, frame: Buffer): void {
    connection.queue(frame);
    this.#toFlush.add(connection);
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    this.#options.surroundings.soon(() => {
      const due = this.#toFlush;
      this.#toFlush = new Set();
      this.#flushScheduled = false;
      for (const waiting of due) waiting.flush();
    });
  }
}

function messageOf(no: number, answer: Answer): HubMessage {
  switch (answer.kind) {
    case 'accepted':
      return { type: 'ack', no, seq: answer.seq };
    case 'refused':
      return { type: 'refused', no, ...answer.refusal };
    case 'resync':
      return { type: 'resync', last: answer.last };
    case 'cannot-now':
      return { type: 'cannot-now', no, ...answer.error, retryAfterMs: answer.retryAfterMs };
  }
}

/** An order that began in an archive which is away now is shown to every station. */
function orderIfReadable({ state }: CommandRoad, id: OrderId): Order | undefined {
  try {
    return state.order(id);
  } catch (error) {
    if (error instanceof ArchiveUnreadableError) return undefined;
    throw error;
  }
}

function unknownPattern() {
  const problem =
    'subscribe takes *, order.*, table.*, menu.*, floor.*, settings.*, device.* and station:<id>';
  return wireError('malformed-message', { problem });
}
