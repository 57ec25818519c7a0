import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { FrameReader, textOpcode, type Frame } from './frames.ts';

export type Direction = 'toHub' | 'toClient';

/** What is done to whole messages of one direction. */
export interface Meddling {
  /** How many more times a message is delivered, on average. */
  readonly duplicate: number;
  /** The share of messages, from 0 to 1, that is held back until one to four later messages have overtaken it. */
  readonly reorder: number;
}

/** What was really done, counted when the bytes went out. */
export interface ProxyCounts {
  connections: number;
  messages: number;
  duplicated: number;
  /** Messages that went out after one that came later. */
  overtaken: number;
  cut: number;
  halfClosed: number;
  /** Bytes that waited in a stall, a delay or a throttle. */
  heldBytes: number;
}

const noMeddling: Meddling = { duplicate: 0, reorder: 0 };
const heldMaxMs = 40;
const overtakenByMax = 4;

/**
 * A bad network between clients and hub. Everything passes as it is until something is switched on;
 * every switch may be turned at any moment and counts what it did.
 */
export class Proxy {
  readonly port: number;
  readonly counts: ProxyCounts = {
    connections: 0,
    messages: 0,
    duplicated: 0,
    overtaken: 0,
    cut: 0,
    halfClosed: 0,
    heldBytes: 0,
  };
  /** New connections are cut at once. */
  isRefusing = false;
  /** A black hole: what goes this way waits, and nobody is told. */
  readonly stalled: Record<Direction, boolean> = { toHub: false, toClient: false };
  delayMs = 0;
  /** Bytes a second for each connection and direction; 0 is no limit. */
  bytesPerSecond = 0;
  readonly meddling: Record<Direction, Meddling> = { toHub: noMeddling, toClient: noMeddling };
  readonly random: () => number;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();

  private constructor(server: Server, target: number, random: () => number) {
    this.#server = server;
    this.random = random;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (client) => {
      if (this.isRefusing) return void client.destroy();
      this.counts.connections++;
      const hub = connect({ ...toHub(client), port: target });
      const pair = new Pair(client, hub, this);
      this.#pairs.add(pair);
      pair.onEnd(() => this.#pairs.delete(pair));
    });
  }

  static async open(target: number, random: () => number): Promise<Proxy> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Proxy(server, target, random);
  }

  /** Cuts connections with a reset, all of them or this share. */
  cut(share = 1): void {
    for (const pair of this.#pairs) {
      if (this.random() >= share) continue;
      this.counts.cut++;
      pair.destroy();
    }
  }

  /** Ends one direction of every connection: one side goes on talking to nobody. */
  halfClose(direction: Direction): void {
    for (const pair of this.#pairs) {
      this.counts.halfClosed++;
      pair.lane(direction).end();
    }
  }

  /** Everything works from here on. What was held goes on its way. */
  heal(): void {
    this.isRefusing = false;
    this.stalled.toHub = this.stalled.toClient = false;
    this.delayMs = 0;
    this.bytesPerSecond = 0;
    this.meddling.toHub = this.meddling.toClient = noMeddling;
    for (const pair of this.#pairs) pair.pump();
  }

  async close(): Promise<void> {
    for (const pair of this.#pairs) pair.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** From the client's own address: the hub lets few strangers in from one address at a time. */
function toHub({ remoteAddress = '' }: Socket) {
  const localAddress = /127\.[\d.]+$/.exec(remoteAddress)?.[0] ?? '127.0.0.1';
  return { host: '127.0.0.1', localAddress, allowHalfOpen: true };
}

/** One client’s connection and the one to the hub that stands behind it. */
class Pair {
  readonly #lanes: Record<Direction, Lane>;
  readonly #sockets: readonly Socket[];

  constructor(client: Socket, hub: Socket, proxy: Proxy) {
    this.#sockets = [client, hub];
    this.#lanes = {
      toHub: new Lane(client, hub, 'toHub', proxy),
      toClient: new Lane(hub, client, 'toClient', proxy),
    };
    for (const socket of this.#sockets) {
      socket.setNoDelay(true);
      socket.on('error', () => this.destroy());
    }
  }

  lane(direction: Direction): Lane {
    return this.#lanes[direction];
  }

  onEnd(run: () => void): void {
    for (const socket of this.#sockets) {
      socket.once('close', () => {
        this.destroy();
        run();
      });
    }
  }

  pump(): void {
    this.#lanes.toHub.pump();
    this.#lanes.toClient.pump();
  }

  destroy(): void {
    for (const socket of this.#sockets) if (!socket.destroyed) socket.resetAndDestroy();
  }
}

interface Waiting {
  readonly bytes: Buffer;
  readonly dueAt: number;
}

interface Held {
  readonly frame: Frame;
  /** How many later messages it still lets pass. */
  lets: number;
  overtaken: boolean;
}

/** One direction of one connection: meddle with messages, then delay, throttle or stall the bytes. */
class Lane {
  readonly #to: Socket;
  readonly #direction: Direction;
  readonly #proxy: Proxy;
  readonly #reader = new FrameReader();
  #headSent = false;
  #isFirst = true;
  #held: Held[] = [];
  #repeats: { readonly frame: Frame; lets: number }[] = [];
  #queue: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(from: Socket, to: Socket, direction: Direction, proxy: Proxy) {
    this.#to = to;
    this.#direction = direction;
    this.#proxy = proxy;
    from.on('data', (bytes: Buffer) => this.#take(bytes));
    from.once('end', () => {
      this.#releaseAll();
      this.end();
    });
  }

  end(): void {
    this.#ended = true;
    this.pump();
  }

  /** Sends what may go now, and comes back when the rest may. */
  pump(): void {
    clearTimeout(this.#timer);
    const { stalled } = this.#proxy;
    if (stalled[this.#direction]) return;
    const now = performance.now();
    while (this.#queue[0] && this.#queue[0].dueAt <= now) {
      const { bytes } = this.#queue.shift() as Waiting;
      if (this.#to.writable) this.#to.write(bytes);
    }
    const next = this.#queue[0];
    if (next) this.#timer = setTimeout(() => this.pump(), next.dueAt - now);
    else if (this.#ended && this.#to.writable) this.#to.end();
  }

  #take(bytes: Buffer): void {
    const { counts } = this.#proxy;
    const frames = this.#reader.take(bytes);
    if (!this.#headSent && this.#reader.head) {
      this.#headSent = true;
      this.#send(this.#reader.head);
    }
    for (const frame of frames) {
      if (frame.opcode !== textOpcode) {
        this.#send(frame.bytes);
        continue;
      }
      counts.messages++;
      this.#meddle(frame);
    }
    this.pump();
  }

  #meddle(frame: Frame): void {
    const { random, meddling, counts } = this.#proxy;
    const { duplicate, reorder } = meddling[this.#direction];
    // Who speaks before saying hello, or is welcomed late, is turned away: nothing more would follow.
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    const lets = 1 + Math.floor(random() * overtakenByMax);
    if (!isFirst && random() < reorder) {
      const held: Held = { frame, lets, overtaken: false };
      this.#held.push(held);
      setTimeout(() => this.#release(held), heldMaxMs).unref();
      return;
    }
    this.#send(frame.bytes);
    this.#letPass();
    for (let more = Math.floor(duplicate + random()); more > 0; more--) {
      if (random() < 0.5) {
        counts.duplicated++;
        this.#send(frame.bytes);
      } else this.#repeats.push({ frame, lets: lets + more });
    }
  }

  /** A message went by: those that let it pass come nearer to their turn. */
  #letPass(): void {
    for (const held of this.#held) {
      held.overtaken = true;
      if (--held.lets <= 0) this.#release(held);
    }
    const due = this.#repeats.filter((repeat) => --repeat.lets <= 0);
    this.#repeats = this.#repeats.filter((repeat) => !due.includes(repeat));
    for (const { frame } of due) {
      this.#proxy.counts.duplicated++;
      this.#send(frame.bytes);
    }
  }

  #release(held: Held): void {
    if (!this.#held.includes(held)) return;
    this.#held = this.#held.filter((each) => each !== held);
    if (held.overtaken) this.#proxy.counts.overtaken++;
    this.#send(held.frame.bytes);
    this.pump();
  }

  #releaseAll(): void {
    for (const held of this.#held) this.#release(held);
  }

  #send(bytes: Buffer): void {
    const { delayMs, bytesPerSecond, stalled, counts } = this.#proxy;
    const now = performance.now();
    const after = this.#queue.at(-1)?.dueAt ?? now;
    const takesMs = bytesPerSecond > 0 ? (bytes.length / bytesPerSecond) * 1_000 : 0;
    const dueAt = Math.max(after, now + delayMs) + takesMs;
    if (dueAt > now || stalled[this.#direction]) counts.heldBytes += bytes.length;
    this.#queue.push({ bytes, dueAt });
  }
}
