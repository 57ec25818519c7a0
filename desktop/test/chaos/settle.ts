import { partsOf } from '@fynlo/domain/restaurant';
import type { Device } from './device.ts';
import { digestOf } from './hub-file.ts';
import { pause } from './staff.ts';

/**
 * The promise: this long after the last fault has healed, with nobody touching anything. A test on a
 * machine that does ten other things as well gives longer, and prints what it took.
 */
export const agreeWithinMs = 10_000;
export const agreeInTestMs = 60_000;

export interface Settled {
  readonly agreed: boolean;
  readonly tookMs: number;
  /** Who had not, and how it stood. */
  readonly late: readonly string[];
}

/**
 * Waits until every device is live, has nothing unsent, and all stand at the same position with the
 * same view. Looks only: nothing here gives a client a reason to do anything.
 */
export async function settle(devices: readonly Device[], withinMs: number): Promise<Settled> {
  const started = performance.now();
  for (;;) {
    const late = lateOnes(devices);
    const tookMs = performance.now() - started;
    if (late.length === 0 && tookMs <= withinMs) return { agreed: true, tookMs, late };
    if (tookMs > withinMs) {
      const what = late.length > 0 ? late : [`all agreed only after ${Math.round(tookMs)} ms`];
      return { agreed: false, tookMs, late: what };
    }
    await pause(20);
  }
}

function lateOnes(devices: readonly Device[]): string[] {
  const busy = devices.filter((device) => !device.isLive() || device.client.status().unsent > 0);
  if (busy.length > 0) return busy.map(standing);
  const places = new Set(devices.map(({ client }) => positionText(client.position())));
  if (places.size > 1) return devices.map(standing);
  const views = new Set(devices.map(({ client }) => digestOf(partsOf(client.confirmed()))));
  return views.size > 1 ? devices.map(standing) : [];
}

function standing({ name, client }: Device): string {
  const { connection, unsent } = client.status();
  return `${name} ${connection}, ${unsent} unsent, at ${client.position()?.seq ?? '–'}, sees ${digestOf(partsOf(client.confirmed()))}`;
}

function positionText(position: { seq: number; hash: string } | null): string {
  return position ? `${position.seq} ${position.hash}` : '–';
}
