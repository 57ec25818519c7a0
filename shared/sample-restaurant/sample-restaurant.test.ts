import { readFileSync } from 'node:fs';
import type { LocalTime } from '@fynlo/domain';
import { isServedAt } from '@fynlo/domain/menu';
import { describe, expect, it } from 'vitest';
import {
  formatFloorFile,
  formatMenuFile,
  parseFloorFile,
  parseMenuFile,
  parseSettingsFile,
} from '../../desktop/hub/menu-file/index.ts';

function read(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}

function must<Value>(result: { ok: true; value: Value } | { ok: false; problems: unknown }): Value {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

const gbp = { currencyDecimals: 2 };
const menu = must(parseMenuFile(read('menu.csv'), gbp));
const floor = must(parseFloorFile(read('tables.csv')));

describe('the sample restaurant', () => {
  it('[M3] its menu and its tables come back byte for byte', () => {
    expect(formatMenuFile(menu, gbp)).toBe(read('menu.csv'));
    expect(formatFloorFile(floor)).toBe(read('tables.csv'));
  });

  it('[D2] has at least 150 products in at least 12 categories, none of them empty', () => {
    expect(menu.products.length).toBeGreaterThanOrEqual(150);
    expect(menu.categories.length).toBeGreaterThanOrEqual(12);
    const used = new Set(menu.products.map(({ categoryId }) => categoryId));
    expect(used.size).toBe(menu.categories.length);
  });

  it('[D2] has 25 tables on two floors, no table upon another', () => {
    // Overlaps are refused on import, which the floor file's own tests prove.
    expect(floor.tables).toHaveLength(25);
    expect(floor.areas).toHaveLength(2);
  });

  it('[D2] its settings are right, and those of an empty restaurant too', () => {
    expect(must(parseSettingsFile(read('restaurant.csv')))).toMatchObject({ currency: 'GBP' });
    expect(must(parseSettingsFile(read('empty/restaurant.csv')))).toMatchObject({
      currency: 'GBP',
    });
  });

  it('[M1] gives every category an icon and a colour that white letters can be read on', () => {
    for (const { name, icon, colour } of menu.categories) {
      expect(icon, name).toBeDefined();
      expect(contrastWithWhite(colour ?? '#ffffff'), name).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('[M1] uses every modifier group, and some must be chosen while others may', () => {
    const used = new Set(menu.products.flatMap(({ modifierGroupIds }) => modifierGroupIds));
    expect(menu.modifierGroups.filter(({ id }) => !used.has(id))).toEqual([]);
    expect(menu.modifierGroups.some(({ min }) => min > 0)).toBe(true);
    expect(menu.modifierGroups.some(({ min }) => min === 0)).toBe(true);
  });

  it('[M2] sells all but brunch, roast and lunch on a Friday evening, and those in their hours', () => {
    expect(closedAt(5, 20)).toEqual(['sunday-roast', 'brunch', 'lunch-deals']);
    expect(closedAt(7, 13)).toEqual(['lunch-deals']);
    expect(closedAt(3, 13)).toEqual(['sunday-roast', 'brunch']);
  });
});

/** The categories that something of is not served at that hour. */
function closedAt(weekday: number, hour: number): string[] {
  const local: LocalTime = { weekday, minute: hour * 60, date: '2026-11-20' };
  const closed = menu.products.filter(({ availability }) => !isServedAt(availability, local));
  return [...new Set(closed.map(({ categoryId }) => categoryId))];
}

/** WCAG 2.2, “contrast ratio”. */
function contrastWithWhite(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}
