import { slug } from '@fynlo/domain';
import { localClock } from '@fynlo/domain/restaurant';

/** What the name of a backup says, so that a stick can be read without Fynlo. */
export interface BackupName {
  /** `the-copper-kettle`; empty when the restaurant has no name yet. */
  readonly restaurant: string;
  /** `2026-11-20`, on the restaurant's own wall. */
  readonly date: string;
  /** `2304` */
  readonly time: string;
  /** The last event in it. */
  readonly seq: number;
  /** `before-schema-2`: made for a reason of its own, and never deleted by the rule. */
  readonly reason: string;
}

const pattern =
  /^fynlo-(?:([\p{L}\p{N}-]+)-)?(\d{4}-\d{2}-\d{2})-(\d{4})-seq(\d+)(?:-(before-[a-z0-9-]+?))?(?:-copy\d+)?\.db$/u;
const slugLengthMax = 40;

/** `fynlo-the-copper-kettle-2026-11-20-2304-seq48210.db` */
export function backupName(
  of: { readonly restaurant: string; readonly seq: number },
  at: { readonly now: number; readonly timeZone: string },
  reason = '',
): string {
  const name = restaurantSlug(of.restaurant);
  const { date, time } = wallTime(at);
  const parts = ['fynlo', name, date, time, `seq${of.seq}`, reason];
  return `${parts.filter((part) => part !== '').join('-')}.db`;
}

/** `undefined` when the file is not one of ours. */
export function parseBackupName(file: string): BackupName | undefined {
  const [, restaurant = '', date = '', time = '', seq = '', reason = ''] = pattern.exec(file) ?? [];
  return date === '' ? undefined : { restaurant, date, time, seq: Number(seq), reason };
}

export function restaurantSlug(name: string): string {
  const whole = slug(name);
  // A restaurant called Fynlo, or not called anything yet, is not said twice.
  return whole === 'fynlo' ? '' : whole.slice(0, slugLengthMax).replace(/-+$/, '');
}

/** `fynlo-set-aside-2026-11-20-230455.db`: the database a restore took the place of. */
export function setAsideName(at: { readonly now: number; readonly timeZone: string }): string {
  const { date, time } = wallTime(at);
  const second = String(Math.floor(at.now / 1000) % 60).padStart(2, '0');
  return `fynlo-set-aside-${date}-${time}${second}.db`;
}

function wallTime({ now, timeZone }: { readonly now: number; readonly timeZone: string }) {
  const { date, minute } = localClock(timeZone)(now);
  const two = (value: number) => String(value).padStart(2, '0');
  return { date, time: two(Math.floor(minute / 60)) + two(minute % 60) };
}
