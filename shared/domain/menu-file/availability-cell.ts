import type { AvailabilityWindow } from '../menu/index.ts';
import type { NamedRow } from './file-table.ts';
import { splitList } from './text-cells.ts';

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const fullDayNames = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const allDays = [1, 2, 3, 4, 5, 6, 7];
const midnight = 1440;

/** Empty means always. */
export function readAvailability(row: NamedRow): AvailabilityWindow[] {
  return splitList(row.get('availability')).flatMap((part) => {
    const window = parseWindow(part);
    if (typeof window !== 'string') return [window];
    row.wrong('availability', window, part);
    return [];
  });
}

export function formatAvailability(windows: readonly AvailabilityWindow[]): string {
  return windows
    .map((w) => `${formatDays(w.weekdays)} ${clock(w.fromMinute)}-${clock(w.toMinute)}`)
    .join('; ');
}

/** A window, or the sentence that says what is expected. */
function parseWindow(text: string): AvailabilityWindow | string {
  const tidy = text.replace(/[–—]/g, '-').replace(/\s*([,-])\s*/g, '$1');
  const match = /^([^\d]+) (\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/.exec(tidy);
  if (!match) {
    return 'Days and hours, for example Mon-Fri 12:00-15:00; Sat,Sun 10:00-16:00. Empty means always.';
  }
  const [, days = '', ...times] = match;
  const [fromHour = 0, fromMin = 0, toHour = 0, toMin = 0] = times.map(Number);
  const weekdays = parseDays(days);
  if (!weekdays) return `Days are ${dayNames.join(', ')}, or daily.`;
  const fromMinute = fromHour * 60 + fromMin;
  const toMinute = toHour * 60 + toMin;
  if (fromMin > 59 || toMin > 59 || fromMinute >= midnight || toMinute > midnight) {
    return 'Hours begin between 00:00 and 23:59 and end by 24:00.';
  }
  if (fromMinute === toMinute)
    return 'Hours that end later than they begin; all day is 00:00-24:00.';
  return { weekdays, fromMinute, toMinute };
}

function parseDays(text: string): number[] | undefined {
  if (text.toLowerCase() === 'daily') return allDays;
  const days = new Set<number>();
  for (const part of text.split(',')) {
    const [from, to = from, ...more] = part.split('-').map(dayNumber);
    if (!from || !to || more.length > 0) return undefined;
    // A range may run over the end of the week, as Fri-Mon does.
    for (let day = from; day !== to; day = (day % 7) + 1) days.add(day);
    days.add(to);
  }
  return [...days].toSorted((a, b) => a - b);
}

/** 1 to 7, or 0 for what is no day. */
function dayNumber(name: string): number {
  const low = name.toLowerCase();
  return fullDayNames.findIndex((day) => day === low || day.slice(0, 3) === low) + 1;
}

function formatDays(weekdays: readonly number[]): string {
  if (weekdays.length === allDays.length) return 'daily';
  const runs: number[][] = [];
  for (const day of weekdays.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && run.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  return runs.map(formatRun).join(',');
}

function formatRun(days: readonly number[]): string {
  const names = days.map((day) => dayNames[day - 1] ?? '');
  return names.length < 3 ? names.join(',') : `${names[0]}-${names.at(-1)}`;
}

function clock(minute: number): string {
  const hours = String(Math.floor(minute / 60)).padStart(2, '0');
  return `${hours}:${String(minute % 60).padStart(2, '0')}`;
}
