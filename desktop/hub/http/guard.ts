import type { IncomingMessage } from 'node:http';
import { wireError, type WireError } from '@fynlo/protocol/wire';
import { lanAddresses } from '../discovery/addresses.ts';
import { mdnsHost } from '../discovery/announce.ts';

/**
 * Turns away what another web page sends through a staff member's browser: a request for a name
 * that is not the hub's (DNS rebinding), or one that comes from another page's origin.
 */
export function whyForeign(
  request: IncomingMessage,
  hub: { readonly port: number; readonly historyId: string },
): { readonly status: number; readonly error: WireError } | undefined {
  const host = request.headers.host?.toLowerCase() ?? '';
  if (!allowedHosts(hub).includes(host)) {
    return { status: 421, error: wireError('host-not-allowed') };
  }
  const { origin } = request.headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
    return { status: 403, error: wireError('origin-not-allowed') };
  }
  return undefined;
}

function allowedHosts({ port, historyId }: { port: number; historyId: string }): string[] {
  const names = ['localhost', '127.0.0.1', '[::1]', mdnsHost(historyId), ...lanAddresses()];
  const standardPort = 80;
  return port === standardPort
    ? [...names, ...names.map((name) => `${name}:${port}`)]
    : names.map((name) => `${name}:${port}`);
}
