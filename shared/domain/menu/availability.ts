import type { LocalTime } from '../decider.ts';
import type { AvailabilityWindow } from './menu.ts';

const minutesOfDay = 1440;
const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Whether something with these windows is served at this local time. No windows means always. */
export function isServedAt(windows: readonly AvailabilityWindow[], local: LocalTime): boolean {
  if (windows.length === 0) return true;
  return windows.some((window) => covers(window, local));
}

/** `Mon–Fri 12:00–15:00, Sun 12:00–18:00`, for the sentence a waiter reads. */
export function describeWindows(windows: readonly AvailabilityWindow[]): string {
  return windows
    .map((w) => `${describeDays(w.weekdays)} ${clock(w.fromMinute)}–${clock(w.toMinute)}`)
    .join(', ');
}

function covers({ weekdays, fromMinute, toMinute }: AvailabilityWindow, local: LocalTime): boolean {
  const { weekday, minute } = local;
  if (fromMinute < toMinute) {
    return weekdays.includes(weekday) && minute >= fromMinute && minute < toMinute;
  }
  // Past midnight: the early hours belong to the evening before.
  const dayBefore = weekday === 1 ? 7 : weekday - 1;
  return (
    (weekdays.includes(weekday) && minute >= fromMinute) ||
    (weekdays.includes(dayBefore) && minute < toMinute)
  );
}

function describeDays(weekdays: readonly number[]): string {
  if (weekdays.length === 7) return 'daily';
  const runs: number[][] = [];
  for (const day of weekdays.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && run.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  return runs.map((run) => runName(run)).join(', ');
}

function runName(run: readonly number[]): string {
  const [first = 1] = run;
  const last = run.at(-1) ?? first;
  const name = (day: number) => days[day - 1] ?? '';
  return first === last ? name(first) : `${name(first)}–${name(last)}`;
}

function clock(minute: number): string {
  const m = minute % minutesOfDay;
  const text = `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;
  return minute === minutesOfDay ? '24:00' : text;
}
