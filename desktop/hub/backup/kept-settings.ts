import type { Settings, SettingsState } from '@fynlo/domain/settings';
import type { ReadableDb } from './open-to-read.ts';

/** The settings as they are shown, not as the log tells them: for a first look, or a log in parts. */
export function settingsKeptIn(db: ReadableDb): Settings | undefined {
  const body = db.prepare(`SELECT body FROM state_view WHERE part = 'settings'`).pluck().get();
  return typeof body === 'string' ? (JSON.parse(body) as SettingsState).settings : undefined;
}
