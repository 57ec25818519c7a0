/** Every bound of the wire in one place; docs/protocol.md lists them. */
export const limits = {
  /** A larger message from a client closes its socket with 1009. */
  messageSizeBytesMax: 64 * 1024,
  authTimeoutMs: 10_000,
  heartbeatIntervalMs: 15_000,
  heartbeatTimeoutMs: 5_000,
  heartbeatMissesMax: 3,
  staleConnectionMs: 60_000,
  connectionsMax: 100,
  connectionsPerDeviceMax: 5,
  /** Sockets that have not yet said who they are, in all and from one address. */
  unauthenticatedMax: 64,
  unauthenticatedPerAddressMax: 8,
  /** Commands a client may have sent without an answer. */
  unansweredCommandsMax: 64,
  frameEventsMax: 500,
  frameSizeBytesMax: 256 * 1024,
  /** Over this the hub stops pushing to a socket and sends pages as it drains. */
  bufferedBytesMax: 1024 * 1024,
  slowConsumerMs: 30_000,
  /** A client that missed more events than this gets a snapshot instead of the tail. */
  tailEventsMax: 2_000,
  linesPerCommandMax: 100,
  quantityMax: 99,
  noteLengthMax: 200,
  nameLengthMax: 60,
} as const;
