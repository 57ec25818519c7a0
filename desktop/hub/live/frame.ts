const textFrame = 0x81;

/**
 * One unmasked WebSocket text frame (RFC 6455, 5.2), ready for the socket: made once, written to
 * every screen that sees the same.
 */
export function frameText(text: string): Buffer {
  const size = Buffer.byteLength(text);
  const headerSize = size < 126 ? 2 : size < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerSize + size);
  frame[0] = textFrame;
  if (headerSize === 2) frame[1] = size;
  else if (headerSize === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(size, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(size), 2);
  }
  frame.write(text, headerSize);
  return frame;
}
