/** One WebSocket frame as it stood on the wire. */
export interface Frame {
  readonly bytes: Buffer;
  /** 1 text, 2 binary, 8 close, 9 ping, 10 pong (RFC 6455, 5.2). */
  readonly opcode: number;
  readonly payload: Buffer;
}

export const textOpcode = 1;
const headEnd = Buffer.from('\r\n\r\n');

/**
 * Reads one direction of a connection that begins as HTTP and becomes a WebSocket: first the head,
 * as it is, then frames. Neither side of ours splits a message, so a frame is a message.
 */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  #head: Buffer | undefined;

  /** The HTTP head, once it is whole. */
  get head(): Buffer | undefined {
    return this.#head;
  }

  /** Takes bytes in order. Returns the frames that are whole now. */
  take(bytes: Buffer): Frame[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    if (!this.#head) {
      const end = this.#rest.indexOf(headEnd);
      if (end < 0) return [];
      this.#head = this.#rest.subarray(0, end + headEnd.length);
      this.#rest = this.#rest.subarray(end + headEnd.length);
    }
    const frames: Frame[] = [];
    for (;;) {
      const frame = firstFrame(this.#rest);
      if (!frame) return frames;
      frames.push(frame);
      this.#rest = this.#rest.subarray(frame.bytes.length);
    }
  }
}

function firstFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined;
  const second = bytes[1] ?? 0;
  const isMasked = (second & 0x80) !== 0;
  let size = second & 0x7f;
  let at = 2;
  if (size === 126) {
    if (bytes.length < 4) return undefined;
    size = bytes.readUInt16BE(2);
    at = 4;
  } else if (size === 127) {
    if (bytes.length < 10) return undefined;
    size = Number(bytes.readBigUInt64BE(2));
    at = 10;
  }
  const mask = isMasked ? bytes.subarray(at, at + 4) : undefined;
  if (isMasked) at += 4;
  if (bytes.length < at + size) return undefined;
  const payload = bytes.subarray(at, at + size);
  return {
    bytes: bytes.subarray(0, at + size),
    opcode: (bytes[0] ?? 0) & 0x0f,
    payload: mask ? (payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0)) as Buffer) : payload,
  };
}
