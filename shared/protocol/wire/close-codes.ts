/** Why the hub closed a socket. 1001, 1009 and 1013 are WebSocket's own. */
export const closeCodes = {
  internal: 4000,
  authenticationRequired: 4001,
  authenticationTimeout: 4002,
  /** Authentication failed or access denied: the device must join again. */
  authenticationFailed: 4003,
  heartbeatTimeout: 4004,
  goingAway: 1001,
  protocolNotSupported: 1002,
  messageTooLarge: 1009,
  tryAgainLater: 1013,
} as const;
