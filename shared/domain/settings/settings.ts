import type { BillTerms } from '../bill/index.ts';
import type { Currency } from '../money/index.ts';

/** How one restaurant works. No rate or rule of it is in code. */
export interface Settings {
  readonly name: string;
  readonly currency: Currency;
  /** Places after the point: 2 for GBP, 0 for JPY, 3 for KWD. */
  readonly currencyDecimals: number;
  /** BCP 47, for example `en-GB`. */
  readonly locale: string;
  /** IANA, for example `Europe/London`. */
  readonly timeZone: string;
  /** Minutes after midnight when a business day ends: 240 is four in the morning. */
  readonly dayEndsAtMinute: number;
  readonly terms: BillTerms;
}

export interface SettingsState {
  readonly settings: Settings;
  readonly version: number;
}

export type SettingsEvent = {
  readonly type: 'settings.changed';
  readonly payload: { readonly settings: Settings };
};

export interface ChangeSettings {
  readonly type: 'settings.change';
  readonly settings: Settings;
}

export function evolveSettings(
  state: SettingsState | undefined,
  event: SettingsEvent,
): SettingsState {
  return { settings: event.payload.settings, version: (state?.version ?? 0) + 1 };
}
