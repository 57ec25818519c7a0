/**
 * What can be wrong with a message itself, before any rule of the restaurant is asked. Sent as
 * `error` or `cannot-now` on the socket and as the body of a failed HTTP call.
 * docs/protocol.md lists the same codes and a test keeps the two equal.
 */
export const errorSentences = {
  'malformed-json': 'The hub could not read this message: it is not JSON. Update this device.',
  'malformed-message': 'The hub did not understand this message: {problem}. Update this device.',
  'message-too-large': 'This message is larger than {max} bytes. Send less at once.',
  'protocol-not-supported':
    'This device speaks version {wanted} and the hub {min} to {max}. Update the older of the two.',
  'update-needed':
    'The hub is newer and said something that this device cannot read. Update this device: close Fynlo and open it again.',
  'authentication-required': 'Join this restaurant first: scan the QR code on the hub.',
  'authentication-timeout': 'The device did not say who it is in time. It tries again by itself.',
  'authentication-failed': 'This device is not known here. Join again with the code on the hub.',
  'not-permitted': 'This device may not do that. Ask a manager to do it on the till.',
  'wrong-join-code': 'That code is not right. Look at the code on the hub and type it again.',
  'too-many-attempts': 'Too many wrong codes. Wait {seconds} seconds and try again.',
  'too-many-connections': 'The hub has as many devices as it allows. Close one and try again.',
  'rate-limited': 'Too many requests. Wait {seconds} seconds and try again.',
  'not-found': 'There is nothing at this address.',
  'not-found-item': 'There is no such {what} here.',
  'method-not-allowed': 'This address does not take {method}.',
  'host-not-allowed': 'Open Fynlo by the address shown on the hub.',
  'origin-not-allowed': 'Another web page tried to use the hub. It was stopped.',
  'json-required': 'Send this as application/json.',
  'import-rejected': 'The file was not imported. Mend what is listed and try again.',
  'archive-missing':
    'This is so old that it stands in an archive ({file}), which the hub cannot read. Put it back from a backup.',
  'backup-failed': 'No backup was made. {problem}',
  'backup-folder-refused': 'This folder was not chosen. {problem}',
  'restore-not-confirmed': 'Type {name} to put this backup back. Nothing was changed.',
  'restore-failed': 'Nothing was put back. {problem}',
  'disk-full': 'The hub has no space left on its disk. Free some space; nothing was lost.',
  overloaded: 'The hub is busy. The change is kept on this device and sent again.',
  'shutting-down': 'The hub is closing. The change is kept on this device and sent again.',
  'slow-consumer': 'This device could not keep up. It reconnects by itself.',
  internal: 'Something went wrong in the hub. Try again; if it stays, restart the hub.',
} as const;

export type ErrorCode = keyof typeof errorSentences;

export interface WireError {
  readonly code: ErrorCode;
  /** A sentence with what to do next. */
  readonly because: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export function wireError(code: ErrorCode, details?: Readonly<Record<string, unknown>>): WireError {
  const because = errorSentences[code].replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = details?.[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : hole;
  });
  return details ? { code, because, details } : { code, because };
}
