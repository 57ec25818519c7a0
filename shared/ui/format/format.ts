import type { Minor } from '@fynlo/domain/money';
import { formatAmount } from '@fynlo/domain/money';
import type { Settings } from '@fynlo/domain/settings';

type MoneySettings = Pick<Settings, 'currency' | 'currencyDecimals' | 'locale'>;

const formats = new Map<string, Intl.NumberFormat>();

/** `£12.50`. The amount goes in as decimal text, so no float ever holds it. */
export function formatMoney(amount: Minor, settings: MoneySettings): string {
  const { currency, currencyDecimals, locale } = settings;
  const key = `${locale}/${currency}/${currencyDecimals}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      minimumFractionDigits: currencyDecimals,
      maximumFractionDigits: currencyDecimals,
    });
    formats.set(key, format);
  }
  return format.format(formatAmount(amount, currencyDecimals) as Intl.StringNumericLiteral);
}

/** `20:14` on the restaurant's wall clock. */
export function formatClock(
  at: number,
  { locale, timeZone }: Pick<Settings, 'locale' | 'timeZone'>,
): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone }).format(
    at,
  );
}

/** `Friday 20 November, 22:04` on the restaurant's wall, with the year when it is not this one. */
export function formatMoment(
  at: number,
  { locale, timeZone }: Pick<Settings, 'locale' | 'timeZone'>,
  now = Date.now(),
): string {
  const format = new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(yearOf(at, timeZone) !== yearOf(now, timeZone) && { year: 'numeric' }),
    timeZone,
  });
  return `${format.format(at)}, ${formatClock(at, { locale, timeZone })}`;
}

/** `9 kB`, `145 MB`, `7.2 GB`: how much room a file takes. */
export function formatBytes(bytes: number, locale: string): string {
  const units = ['kB', 'MB', 'GB'];
  const power = Math.min(2, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3) - 1));
  const value = bytes / 1_000 ** (power + 1);
  const unit = units[power] ?? '';
  const digits = value < 10 ? 1 : 0;
  const text = new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  return `${text} ${unit}`;
}

/** `0:42`, `12:05`, `1:02:10`: how long ago, for a timer that counts up. */
export function formatTimer(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${twoDigits(m)}:${twoDigits(s)}` : `${m}:${twoDigits(s)}`;
}

/** `just now`, `12 min`, `1 h 05`: how long guests have been sitting. */
export function formatAge(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)}`;
}

/** Up to two letters that stand for a product without a photograph. */
export function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const [first = '', second = ''] = words;
  return (second ? first.slice(0, 1) + second.slice(0, 1) : first.slice(0, 2)).toUpperCase();
}

function yearOf(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { year: 'numeric', timeZone }).format(at);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
