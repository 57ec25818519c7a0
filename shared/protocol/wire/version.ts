/** Spoken here. A change of any message raises it and adds a line to HISTORY.md. */
export const protocolVersion = 2;

/** The oldest version the hub still speaks. */
export const protocolVersionMin = 1;

/** Where the hub takes WebSockets. */
export const livePath = '/api/v1/live';
