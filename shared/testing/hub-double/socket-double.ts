import type { Socket, Surroundings } from '@fynlo/client/connection';

export interface FarEnd {
  opened(socket: SocketDouble): void;
  heard(socket: SocketDouble, text: string): void;
  closed(socket: SocketDouble): void;
}

const latencyMs = 1;

/** Stands in for a WebSocket: what is sent arrives a millisecond later, in order, or never. */
export class SocketDouble implements Socket {
  readyState = 0;
  bufferedAmount = 0;
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  onerror: Socket['onerror'] = null;
  /** Nothing gets through any more, in either direction, and nobody is told. */
  isMute = false;
  readonly #surroundings: Surroundings;
  readonly #far: FarEnd;

  constructor(surroundings: Surroundings, far: FarEnd, reachable: boolean) {
    this.#surroundings = surroundings;
    this.#far = far;
    surroundings.setTimer(() => (reachable ? this.#open() : this.cut(1006)), latencyMs);
  }

  send(text: string): void {
    if (this.readyState !== 1) throw new Error('The socket is not open.');
    this.#later(() => this.#far.heard(this, text));
  }

  close(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#far.closed(this);
  }

  /** The far end speaks. */
  deliver(text: string): void {
    this.#later(() => this.onmessage?.({ data: text }));
  }

  /** The far end, or the network, ends it. */
  cut(code: number, reason = ''): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#far.closed(this);
    this.onclose?.({ code, reason });
  }

  /** As `cut`, after what was said before has arrived. */
  cutAfterwards(code: number): void {
    this.#later(() => this.cut(code));
  }

  #open(): void {
    if (this.readyState !== 0) return;
    this.readyState = 1;
    this.#far.opened(this);
    this.onopen?.();
  }

  #later(run: () => void): void {
    this.#surroundings.setTimer(() => {
      if (this.readyState === 1 && !this.isMute) run();
    }, latencyMs);
  }
}
