const codePattern = /^#join=(\d{6})$/;

/** The code in the address that a QR code or the hub's window opened, taken out of it at once. */
export function takeJoinCode(): string | null {
  const code = codePattern.exec(location.hash)?.[1] ?? null;
  if (code !== null) history.replaceState(null, '', location.pathname + location.search);
  return code;
}
