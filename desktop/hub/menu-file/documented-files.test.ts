import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  formatFloorFile,
  formatMenuFile,
  parseFloorFile,
  parseMenuFile,
  parseSettingsFile,
} from './index.ts';

const page = readFileSync(new URL('../../../docs/menu-file.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```csv\n(.*?)```/gs)].map(([, text = '']) => text);
const [menu = '', tables = '', settings = ''] = examples;
const gbp = { currencyDecimals: 2 };

describe('docs/menu-file.md', () => {
  it('[M3] its menu imports, and is written as an export writes it', () => {
    const result = parseMenuFile(menu, gbp);
    expect(result).toMatchObject({ ok: true });
    expect(result.ok && formatMenuFile(result.value, gbp)).toBe(menu);
  });

  it('[O4] its tables are a floor plan, written as the hub writes it', () => {
    const result = parseFloorFile(tables);
    expect(result.ok && formatFloorFile(result.value)).toBe(tables);
  });

  it('[D2] its settings are all that a restaurant needs', () => {
    expect(parseSettingsFile(settings)).toMatchObject({ ok: true });
    expect(examples).toHaveLength(3);
  });

  it('[M3] explains every column', () => {
    const [header = ''] = menu.split('\n', 1);
    const missing = header.split(',').filter((column) => !page.includes(`\n| \`${column}\` |`));
    expect(missing).toEqual([]);
  });
});
