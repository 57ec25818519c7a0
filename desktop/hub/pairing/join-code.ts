import { randomInt, timingSafeEqual } from 'node:crypto';
import type { WritableDb } from '../db/open-database.ts';

const digits = 6;

/** The short code on the hub's screen. Kept across restarts, so that a printed QR stays good. */
export function openJoinCode(db: WritableDb): string {
  const code = String(randomInt(10 ** digits)).padStart(digits, '0');
  db.prepare(`INSERT INTO setting (key, value) VALUES ('join-code', ?) ON CONFLICT DO NOTHING`).run(
    code,
  );
  return db.prepare(`SELECT value FROM setting WHERE key = 'join-code'`).pluck().get() as string;
}

export function isSameCode(given: string, code: string): boolean {
  const a = Buffer.from(given.replaceAll(/\s/g, '').padEnd(digits));
  const b = Buffer.from(code);
  return a.length === b.length && timingSafeEqual(a, b);
}
