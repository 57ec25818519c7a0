import type { ClientId } from '@fynlo/domain';
import { closeCodes, wireError, type HubMessage, type WireError } from '@fynlo/protocol/wire';
import type { HubSurroundings } from '../surroundings.ts';
import type { Session } from '../pairing/session.ts';
import type { Audience } from './audience.ts';
import { frameText } from './frame.ts';

/** Who is at the other end, once it has said so and proven it. */
export interface Joined {
  readonly session: Session;
  readonly clientId: ClientId;
  audience: Audience;
  /** Everything up to here that it wants has been sent. */
  cursor: number;
  /** Where the last frame ended that it was sent; what followed up to the cursor it did not want. */
  sentUpTo: number;
  /** When the pushing stopped because the socket did not take more; `null` while it does. */
  laggingSince: number | null;
}

/** What a connection needs of a WebSocket; `ws` has it, and so has a simulated network. */
export interface LiveSocket {
  pause(): void;
  resume(): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** The stream below it, which takes ready-made frames. */
export interface FrameStream {
  readonly writable: boolean;
  readonly writableLength: number;
  write(frames: Buffer): unknown;
  once(event: 'drain', listener: () => void): unknown;
}

const terminateAfterCloseMs = 2_000;

/**
 * One socket. What it is sent in one turn leaves in one write: frames that others get as well are
 * the same buffer for all.
 */
export class Connection {
  readonly address: string;
  /** These are of the clock that only rises. */
  readonly openedAt: number;
  joined: Joined | undefined;
  heardAt: number;
  pingedAt = 0;
  pingNo = 0;
  pongNo = 0;
  unanswered = 0;
  closing = false;
  readonly #ws: LiveSocket;
  readonly #socket: FrameStream;
  readonly #surroundings: HubSurroundings;
  #out: Buffer[] = [];

  constructor(ws: LiveSocket, socket: FrameStream, address: string, surroundings: HubSurroundings) {
    this.#ws = ws;
    this.#socket = socket;
    this.#surroundings = surroundings;
    this.address = address;
    this.openedAt = this.heardAt = surroundings.elapsed();
  }

  bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  /** Keeps a frame for the next `flush`. */
  queue(frame: Buffer): void {
    this.#out.push(frame);
  }

  flush(): void {
    const out = this.#out;
    if (out.length === 0) return;
    this.#out = [];
    if (!this.#socket.writable) return;
    const [first] = out;
    this.#socket.write(first && out.length === 1 ? first : Buffer.concat(out));
  }

  sendNow(message: HubMessage): void {
    this.queue(frameText(JSON.stringify(message)));
    this.flush();
  }

  onDrain(run: () => void): void {
    this.#socket.once('drain', run);
  }

  /** Stops reading until `resume`: the sender waits, nothing is lost. */
  pause(): void {
    this.#ws.pause();
  }
  resume(): void {
    this.#ws.resume();
  }

  /** Says why, then closes; cuts the socket if the other end does not answer. */
  close(code: number, error?: WireError): void {
    if (this.closing) return;
    this.closing = true;
    if (error) this.sendNow({ type: 'error', ...error });
    this.flush();
    this.#ws.close(code, error?.code ?? '');
    this.#surroundings.setTimer(() => this.#ws.terminate(), terminateAfterCloseMs);
  }

  closeUnauthenticated(timedOut: boolean): void {
    if (timedOut) {
      this.close(closeCodes.authenticationTimeout, wireError('authentication-timeout'));
    } else {
      this.close(closeCodes.authenticationRequired, wireError('authentication-required'));
    }
  }

  terminate(): void {
    this.closing = true;
    this.#ws.terminate();
  }
}
