import type { LocalTime } from '../decider.ts';

const minuteMs = 60_000;

/** Tells the wall-clock time of one zone; daylight saving comes from the runtime's zone data. */
export function localClock(timeZone: string): (now: number) => LocalTime {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    calendar: 'iso8601',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  // Formatting costs microseconds, and a busy hub asks thousands of times within one minute.
  let known: { minute: number; local: LocalTime } | undefined;
  return (now) => {
    const minute = Math.floor(now / minuteMs);
    if (known?.minute !== minute) known = { minute, local: read(format, now) };
    return known.local;
  };
}

/**
 * The business day a moment belongs to: the day before, until `dayEndsAtMinute`.
 * `2026-11-21` at 01:30 with a day that ends at 04:00 is `2026-11-20`.
 */
export function businessDayOf(local: LocalTime, dayEndsAtMinute: number): string {
  return local.minute < dayEndsAtMinute ? dayBefore(local.date) : local.date;
}

function read(format: Intl.DateTimeFormat, now: number): LocalTime {
  const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
  return {
    weekday: weekdays.indexOf(part('weekday').slice(0, 3)) + 1,
    minute: Number(part('hour')) * 60 + Number(part('minute')),
    date: `${part('year')}-${part('month')}-${part('day')}`,
  };
}

function dayBefore(date: string): string {
  const dayMs = 86_400_000;
  return new Date(Date.parse(`${date}T00:00:00Z`) - dayMs).toISOString().slice(0, 10);
}
