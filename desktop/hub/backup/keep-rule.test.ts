import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { backupName, parseBackupName } from './backup-name.ts';
import { backupsToDelete } from './keep-rule.ts';

const hourMs = 3_600_000;
const friday = Date.parse('2026-11-20T23:04:00Z');
const nameAt = (now: number, seq = 1) =>
  backupName({ restaurant: 'The Copper Kettle', seq }, { now, timeZone: 'UTC' });

test('[H14] a backup’s name says restaurant, date, time and seq, and is read back', () => {
  const of = { restaurant: 'The Copper Kettle', seq: 48_210 };
  const at = { now: friday, timeZone: 'Europe/London' };
  expect(backupName(of, at)).toBe('fynlo-the-copper-kettle-2026-11-20-2304-seq48210.db');
  expect(backupName({ ...of, restaurant: '' }, at)).toBe('fynlo-2026-11-20-2304-seq48210.db');
  expect(parseBackupName(backupName(of, at, 'before-schema-2'))).toEqual({
    restaurant: 'the-copper-kettle',
    date: '2026-11-20',
    time: '2304',
    seq: 48_210,
    reason: 'before-schema-2',
  });
  for (const other of ['fynlo.db', 'fynlo-set-aside-2026-11-20-230455.db', 'holiday.jpg']) {
    expect(parseBackupName(other), other).toBeUndefined();
  }
});

test('[H14] kept are 24 hours, 30 days and 12 months, and nothing else', () => {
  // Two years of a backup every hour.
  const files = Array.from({ length: 2 * 365 * 24 }, (_, i) => nameAt(friday - i * hourMs, i + 1));
  const deleted = new Set(backupsToDelete(files, 'the-copper-kettle'));
  const kept = files.filter((file) => !deleted.has(file)).map((file) => parseBackupName(file));
  const days = new Set(kept.map((name) => name?.date));
  const months = new Set(kept.map((name) => name?.date.slice(0, 7)));
  // 24 hours reach back into Thursday; 29 more days end in October; ten more months follow.
  expect(kept).toHaveLength(24 + 28 + 10 + 1);
  expect(days.size).toBe(30 + 10);
  expect(months.size).toBe(12);
});

test('[H14] the newest is never deleted, whatever is in the folder and whatever the clock did', () => {
  const time = fc.integer({ min: Date.parse('1970-01-01'), max: Date.parse('2090-01-01') });
  fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 60 }), (times) => {
      const files = [...new Set(times.map((at) => nameAt(at)))];
      const deleted = backupsToDelete(files, 'the-copper-kettle');
      const newest = files.toSorted().at(-1) ?? '';
      expect(deleted).not.toContain(newest);
      // Deleting twice deletes nothing more.
      const left = files.filter((file) => !deleted.includes(file));
      expect(backupsToDelete(left, 'the-copper-kettle')).toEqual([]);
    }),
  );
});

test('[H14] another restaurant’s files, other files and those made before a migration stay', () => {
  const old = Array.from({ length: 60 }, (_, i) => nameAt(friday - i * 24 * hourMs, 1));
  const others = [
    'holiday.jpg',
    'fynlo-the-blue-door-2019-01-01-1200-seq5.db',
    'fynlo-the-copper-kettle-2019-01-01-1200-seq5-before-schema-2.db',
  ];
  const deleted = backupsToDelete([...others, ...old], 'the-copper-kettle');
  expect(deleted.length).toBeGreaterThan(20);
  expect(deleted.filter((file) => others.includes(file))).toEqual([]);
});
