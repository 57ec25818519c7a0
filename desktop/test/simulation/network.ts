import type { Socket } from '@fynlo/client/connection';
import type { SocketEvents } from '../../hub/live/live-sockets.ts';
import type { FrameStream, LiveSocket } from '../../hub/live/connection.ts';
import type { Process } from './process.ts';
import type { Scheduler } from './scheduler.ts';

export interface NetworkCounts {
  delivered: number;
  cuts: number;
  stalls: number;
  duplicated: number;
  reordered: number;
  dropped: number;
  refused: number;
}

/** How messages travel at this moment; all zero is a good network. */
export interface Weather {
  latencyMsMax: number;
  /** Shares of messages that something between the two ends spoils. */
  duplicate: number;
  reorder: number;
  drop: number;
  /** Nothing new gets through. */
  down: boolean;
}

export const goodWeather: Weather = {
  latencyMsMax: 3,
  duplicate: 0,
  reorder: 0,
  drop: 0,
  down: false,
};

/** Told of every message that a hub sends or hears. What it returns is what travels. */
export interface Watch {
  sent(client: string, text: string): readonly string[];
  heard(client: string, text: string): void;
}

export interface Ends {
  /** The hub as it is now, or nothing while it is down. */
  hub(): { process: Process; accept: Accept } | undefined;
  readonly watch: Watch;
}

type Accept = (socket: LiveSocket, stream: FrameStream, address: string) => SocketEvents;

/** Everything between the devices and their hub. */
export class Network {
  readonly counts: NetworkCounts = {
    delivered: 0,
    cuts: 0,
    stalls: 0,
    duplicated: 0,
    reordered: 0,
    dropped: 0,
    refused: 0,
  };
  weather: Weather = goodWeather;
  bufferedMax = 0;
  readonly scheduler: Scheduler;
  readonly #ends: Ends;
  readonly #wires = new Set<Wire>();

  constructor(scheduler: Scheduler, ends: Ends) {
    this.scheduler = scheduler;
    this.#ends = ends;
  }

  open(client: string, process: Process): Socket {
    const wire = new Wire(this, client, process);
    this.#wires.add(wire);
    const { scheduler } = this;
    process.after(1 + scheduler.below(5), () => {
      const hub = this.#ends.hub();
      if (wire.isOver) return;
      if (!hub || this.weather.down) {
        this.counts.refused++;
        return wire.endAtClient(1006);
      }
      if (hub.process.isPaused) return;
      wire.connect(hub.process, hub.accept, this.#ends.watch);
    });
    return wire.clientEnd;
  }

  /** Both ends learn that it is over. */
  cutAll(): void {
    for (const wire of this.#wires) {
      this.counts.cuts++;
      wire.cut();
    }
  }

  /** The hub's process is gone; its sockets with it. */
  hubEnded(): void {
    for (const wire of this.#wires) wire.hubEnded();
  }

  /** A device's program is gone; its sockets with it. */
  deviceEnded(client: string): void {
    for (const wire of this.#wires) if (wire.client === client) wire.endAtHub();
  }

  isHubThere(): boolean {
    const hub = this.#ends.hub();
    return hub !== undefined && !this.weather.down && !hub.process.isPaused;
  }

  /** Nothing moves on one wire for a while; what was sent then arrives. */
  stall(ms: number, forEver: boolean): void {
    const wire = this.scheduler.pick([...this.#wires]);
    if (!wire) return;
    this.counts.stalls++;
    wire.stall(forEver ? Number.POSITIVE_INFINITY : ms);
  }

  forget(wire: Wire): void {
    this.#wires.delete(wire);
  }
}

/** One connection: in order and whole unless the weather says otherwise. */
class Wire {
  readonly clientEnd: ClientEnd;
  isOver = false;
  readonly #network: Network;
  readonly client: string;
  readonly #clientProcess: Process;
  #hubProcess: Process | undefined;
  #hub: SocketEvents | undefined;
  #watch: Watch | undefined;
  #stalledUntil = 0;
  #arrivesToHub = 0;
  #arrivesToClient = 0;
  #onTheWay = 0;
  #eventsOnTheWay = 0;
  #onDrain: (() => void)[] = [];

  constructor(network: Network, client: string, process: Process) {
    this.#network = network;
    this.client = client;
    this.#clientProcess = process;
    this.clientEnd = new ClientEnd(this);
  }

  connect(hub: Process, accept: Accept, watch: Watch): void {
    this.#hubProcess = hub;
    this.#watch = watch;
    hub.run(() => {
      this.#hub = accept(this.#liveSocket(), this.#stream(), this.client);
    });
    if (!this.isOver) this.#clientProcess.run(() => this.clientEnd.opened());
  }

  toHub(text: string): void {
    this.#travel('hub', () => {
      this.#hubProcess?.after(0, () => {
        if (this.isOver) return;
        this.#watch?.heard(this.client, text);
        this.#hub?.heard(text);
      });
    });
  }

  /** The client closed, or its process ended. */
  endAtHub(): void {
    this.#over();
    this.#hubProcess?.after(1, () => this.#hub?.closed());
  }

  endAtClient(code: number): void {
    if (this.isOver) return;
    this.#over();
    this.#clientProcess.after(0, () => this.clientEnd.ended(code));
  }

  cut(): void {
    if (this.isOver) return;
    this.endAtClient(1006);
    this.#hubProcess?.after(1, () => this.#hub?.closed());
  }

  hubEnded(): void {
    if (this.#hubProcess) this.endAtClient(1006);
  }

  stall(ms: number): void {
    this.#stalledUntil = this.#network.scheduler.elapsed + ms;
  }

  #over(): void {
    this.isOver = true;
    this.#network.forget(this);
  }

  #liveSocket(): LiveSocket {
    return {
      pause: () => undefined,
      resume: () => undefined,
      close: (code) => {
        this.#travel('client', () => this.endAtClient(code));
        this.#hubProcess?.after(5, () => this.#hub?.closed());
      },
      terminate: () => {
        if (!this.isOver) this.cut();
      },
    };
  }

  #stream(): FrameStream {
    const isWritable = () => !this.isOver && this.#hubProcess?.isAlive === true;
    const onTheWay = () => this.#onTheWay;
    return {
      get writable() {
        return isWritable();
      },
      get writableLength() {
        return onTheWay();
      },
      write: (frames) => {
        for (const text of textsOf(frames)) this.#toClient(text);
      },
      once: (_event, listener) => this.#onDrain.push(listener),
    };
  }

  #toClient(text: string): void {
    for (const part of this.#watch?.sent(this.client, text) ?? []) this.#sendOn(part);
  }

  #sendOn(text: string): void {
    this.#onTheWay += text.length;
    this.#watchBuffer(text, text.length);
    let isOnTheWay = true;
    const leave = () => {
      if (!isOnTheWay) return;
      isOnTheWay = false;
      this.#watchBuffer(text, -text.length);
      this.#arrived(text.length);
    };
    const arrive = () => {
      leave();
      this.#clientProcess.after(0, () => this.clientEnd.heard(text));
    };
    this.#travel('client', arrive, leave);
  }

  /** A snapshot is as large as the restaurant; what grows with time is events. */
  #watchBuffer(text: string, change: number): void {
    if (!text.startsWith('{"type":"events"')) return;
    this.#eventsOnTheWay += change;
    this.#network.bufferedMax = Math.max(this.#network.bufferedMax, this.#eventsOnTheWay);
  }

  #arrived(length: number): void {
    this.#onTheWay -= length;
    if (this.#onTheWay > 0) return;
    const due = this.#onDrain;
    this.#onDrain = [];
    for (const listener of due) this.#hubProcess?.after(0, listener);
  }

  /** `lose` in place of `arrive` when the weather takes it: it no longer waits to be sent. */
  #travel(to: 'hub' | 'client', arrive: () => void, lose: () => void = () => undefined): void {
    const { scheduler, weather, counts } = this.#network;
    if (scheduler.chance(weather.drop)) {
      counts.dropped++;
      return void scheduler.after(1, lose);
    }
    const isEarly = scheduler.chance(weather.reorder);
    const latency = 1 + scheduler.random() * weather.latencyMsMax;
    const before = to === 'hub' ? this.#arrivesToHub : this.#arrivesToClient;
    let at = scheduler.elapsed + latency;
    // A stream keeps its order; only what spoils it can let one message overtake another.
    if (!isEarly) at = Math.max(at, before);
    else at += 20;
    if (!isEarly && to === 'hub') this.#arrivesToHub = at;
    if (!isEarly && to === 'client') this.#arrivesToClient = at;
    if (isEarly) counts.reordered++;
    this.#arriveAt(at, to, arrive);
    if (scheduler.chance(weather.duplicate)) {
      counts.duplicated++;
      this.#arriveAt(at + scheduler.below(30), to, arrive);
    }
  }

  #arriveAt(at: number, to: 'hub' | 'client', arrive: () => void): void {
    const { scheduler, counts } = this.#network;
    scheduler.after(at - scheduler.elapsed, () => {
      if (this.isOver) return;
      const isStalled = this.#stalledUntil > scheduler.elapsed;
      const isFrozen = to === 'client' && this.#clientProcess.isPaused;
      if (isStalled && this.#stalledUntil === Number.POSITIVE_INFINITY) return;
      if (isStalled || isFrozen) {
        const until = isStalled ? this.#stalledUntil : scheduler.elapsed + 50;
        return this.#arriveAt(until, to, arrive);
      }
      counts.delivered++;
      arrive();
    });
  }
}

/** The device's end: a browser's WebSocket. */
class ClientEnd implements Socket {
  readyState = 0;
  bufferedAmount = 0;
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  onerror: Socket['onerror'] = null;
  readonly #wire: Wire;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  send(text: string): void {
    if (this.readyState === 1) this.#wire.toHub(text);
  }

  close(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    if (!this.#wire.isOver) this.#wire.endAtHub();
  }

  opened(): void {
    if (this.readyState !== 0) return;
    this.readyState = 1;
    this.onopen?.();
  }

  heard(text: string): void {
    if (this.readyState === 1) this.onmessage?.({ data: text });
  }

  ended(code: number): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ code, reason: '' });
  }
}

/** Reads back what `frame.ts` makes: unmasked text frames, one after another. */
function* textsOf(frames: Buffer): Iterable<string> {
  let at = 0;
  while (at < frames.length) {
    let length = frames[at + 1] ?? 0;
    at += 2;
    if (length === 126) {
      length = frames.readUInt16BE(at);
      at += 2;
    } else if (length === 127) {
      length = Number(frames.readBigUInt64BE(at));
      at += 8;
    }
    yield frames.toString('utf8', at, at + length);
    at += length;
  }
}
