/** Spoken here. A change of any message raises it and adds a line to HISTORY.md. */
export const protocolVersion = 1;

/** The oldest version the hub still speaks. */
export const protocolVersionMin = 1;
