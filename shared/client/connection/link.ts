// The port asks of a socket what every kind of WebSocket has: one handler of each sort.
/* oxlint-disable unicorn/prefer-add-event-listener */
import {
  wireError,
  type ClientMessage,
  type HubMessage,
  type WireError,
} from '@fynlo/protocol/wire';
import type { OpenSocket, Socket, Surroundings } from './ports.ts';

export interface LinkEnd {
  /** The close code, or 0 when this side gave up. */
  readonly code: number;
  /** What the hub said last, if it said why. */
  readonly error: WireError | null;
}

export interface LinkOptions {
  readonly url: string;
  readonly openSocket: OpenSocket;
  readonly surroundings: Surroundings;
  readonly pingIntervalMs: number;
  /** Nothing heard for this long is a lost connection. */
  readonly silenceMs: number;
  readonly onOpen: () => void;
  readonly onMessage: (message: HubMessage) => void;
  /** Once, unless `close` was called before. */
  readonly onEnd: (end: LinkEnd) => void;
}

const openWithinMs = 5_000;
const welcomeWithinMs = 5_000;
const probeWithinMs = 2_000;
const nothing = () => undefined;

/**
 * One socket, from opening to its end: opening → open (hello is out) → welcomed → ended.
 * A network that is gone closes nothing by itself, so a link pings and ends when it hears nothing.
 */
export class Link {
  /** By the clock that only rises, as every time here. */
  heardAt = 0;
  welcomed = false;
  readonly #options: LinkOptions;
  readonly #socket: Socket | undefined;
  #ended = false;
  #error: WireError | null = null;
  #cancelTimer: () => void = nothing;
  #pingNo = 0;
  #pingedAt = 0;
  #unheardPings = 0;
  #probeEndsAt: number | null = null;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#wait(openWithinMs, () => this.#end(0));
    try {
      this.#socket = options.openSocket(options.url);
    } catch {
      // An address no socket can be made of. The end comes later, as with any other refusal.
      this.#wait(0, () => this.#end(0));
      return;
    }
    this.#socket.onopen = () => this.#opened();
    this.#socket.onmessage = ({ data }) => this.#heard(data);
    this.#socket.onclose = ({ code }) => this.#end(code);
    this.#socket.onerror = nothing;
  }

  get bufferedBytes(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  send(message: ClientMessage): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(text: string): void {
    if (!this.#ended) this.#socket?.send(text);
  }

  /** Asks whether anybody is there, now: the device woke up or changed its network. */
  probe(): void {
    if (!this.welcomed || this.#probeEndsAt !== null) return;
    this.#probeEndsAt = this.#options.surroundings.elapsed() + probeWithinMs;
    this.#ping();
    this.#armHeartbeat();
  }

  /** Ends it from here, with no `onEnd`. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancelTimer();
    const socket = this.#socket;
    if (!socket) return;
    // Kept as functions: a socket closed while it opens still says so, and must find a listener.
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = nothing;
    socket.close(1000);
  }

  /** Ends it from here and says so. */
  drop(): void {
    this.#end(0);
  }

  #opened(): void {
    this.#wait(welcomeWithinMs, () => this.#end(0));
    this.#options.onOpen();
  }

  #heard(data: unknown): void {
    this.heardAt = this.#options.surroundings.elapsed();
    this.#unheardPings = 0;
    this.#probeEndsAt = null;
    const message = read(data);
    if (!message) return;
    // Nothing means anything before it is clear which history it is of.
    if (!this.welcomed && message.type !== 'welcome' && message.type !== 'error') return;
    if (message.type === 'error') this.#error = messageError(message);
    if (message.type === 'ping') this.send({ type: 'pong', n: message.n });
    if (message.type === 'welcome') {
      // One that comes again is old: its last number, taken for the hub's, would make the client
      // give up its id and ask a second time for what it has asked for already.
      if (this.welcomed) return;
      this.welcomed = true;
      this.#pingedAt = this.heardAt;
      this.#armHeartbeat();
    }
    this.#options.onMessage(message);
  }

  #armHeartbeat(): void {
    const now = this.#options.surroundings.elapsed();
    const due = [this.#pingedAt + this.#options.pingIntervalMs];
    const silentAt = this.heardAt + this.#options.silenceMs;
    if (silentAt > now) due.push(silentAt);
    if (this.#probeEndsAt !== null) due.push(this.#probeEndsAt);
    this.#wait(Math.max(0, Math.min(...due) - now), () => this.#onHeartbeat());
  }

  #onHeartbeat(): void {
    const { silenceMs, pingIntervalMs, surroundings } = this.#options;
    const now = surroundings.elapsed();
    if (this.#probeEndsAt !== null && now >= this.#probeEndsAt) return this.#end(0);
    // Timers of a sleeping tab come late: what was not asked twice was not given time to answer.
    const silent = now - this.heardAt >= silenceMs && this.#unheardPings >= 2;
    if (silent) return this.#end(0);
    if (now - this.#pingedAt >= pingIntervalMs) this.#ping();
    this.#armHeartbeat();
  }

  #ping(): void {
    this.#pingNo++;
    this.#unheardPings++;
    this.#pingedAt = this.#options.surroundings.elapsed();
    this.send({ type: 'ping', n: this.#pingNo });
  }

  #end(code: number): void {
    if (this.#ended) return;
    this.close();
    this.#options.onEnd({ code, error: this.#error });
  }

  #wait(ms: number, run: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.surroundings.setTimer(run, ms);
  }
}

/** The hub is trusted with the shape of its messages; a newer one may say what is not known here. */
function read(data: unknown): HubMessage | undefined {
  if (typeof data !== 'string' && !(data instanceof Uint8Array)) return undefined;
  try {
    const text = typeof data === 'string' ? data : new TextDecoder().decode(data);
    return JSON.parse(text) as HubMessage;
  } catch {
    return undefined;
  }
}

function messageError({ code, because, details }: WireError): WireError {
  if (!because) return wireError('internal');
  return details ? { code, because, details } : { code, because };
}
