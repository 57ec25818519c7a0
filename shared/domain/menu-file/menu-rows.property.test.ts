import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slug } from '../ids.ts';
import type { Allergen, Menu, Product } from '../menu/index.ts';
import { menuFromRows, rowsFromMenu, type FileRow } from './index.ts';

const name = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 16 }),
    fc.stringMatching(/^[A-Za-z0-9éß&,"'(): %./-]{1,20}$/),
  )
  .map((text) => text.replace(/\s+/gu, ' ').trim())
  .filter((text) => !/^[=+\-@＝＋－＠]|[;\p{Cc}\p{Cs}\uFFFD]/u.test(text))
  .filter((text) => slug(text) !== '' && slug(text).length <= 80);
const names = (minLength: number, maxLength: number) =>
  fc.uniqueArray(name, { minLength, maxLength, selector: slug });
const price = fc.integer({ min: 0, max: 999_999_999 });
const decimals = fc.integer({ min: 0, max: 3 });

const allergens = fc.oneof(
  fc.constant('unknown' as const),
  fc.uniqueArray(
    fc.constantFrom<Allergen>('milk', 'eggs', 'celery', 'gluten:oats', 'nuts:pecan', 'sulphites'),
  ),
);
const window = fc
  .record({
    weekdays: fc
      .uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 })
      .map((days) => days.toSorted((a, b) => a - b)),
    fromMinute: fc.integer({ min: 0, max: 1439 }),
    toMinute: fc.integer({ min: 0, max: 1440 }),
  })
  .filter(({ fromMinute, toMinute }) => fromMinute !== toMinute);

const option = fc.record({ priceMinor: price, allergens });
const group = names(1, 4).chain((options) =>
  fc.record({
    options: fc.tuple(
      ...options.map((text) => option.map((rest) => ({ ...named(text), ...rest }))),
    ),
    max: fc.integer({ min: 1, max: options.length }),
    minSeed: fc.nat(),
  }),
);
const variants = names(0, 3).chain((all) =>
  fc.tuple(...all.map((text) => price.map((priceMinor) => ({ ...named(text), priceMinor })))),
);

const menu: fc.Arbitrary<Menu> = fc
  .record({
    categories: names(1, 3),
    products: names(1, 6),
    groups: names(0, 3),
    stations: names(1, 2),
  })
  .chain((given) =>
    fc
      .record({
        groups: fc.tuple(...given.groups.map(() => group)),
        products: fc.tuple(...given.products.map(() => product(given.groups.length))),
      })
      .map(({ groups, products }) => assemble(given, groups, products)),
  );

function product(groups: number) {
  return fc.record({
    category: fc.nat(),
    station: fc.nat(),
    priceMinor: price,
    vatRateBps: fc.oneof(fc.constant(0), fc.integer({ min: 100, max: 10_000 })),
    allergens,
    modifiers:
      groups === 0 ? fc.constant<number[]>([]) : fc.uniqueArray(fc.nat({ max: groups - 1 })),
    variants,
    availability: fc.array(window, { maxLength: 2 }),
    active: fc.boolean(),
    description: fc.option(name, { nil: undefined }),
  });
}

type Made<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never;

/** As the file has it: products by category, stations as products first name them. */
function assemble(
  given: Record<'categories' | 'products' | 'groups' | 'stations', string[]>,
  groups: readonly Made<typeof group>[],
  drafts: readonly Made<ReturnType<typeof product>>[],
): Menu {
  const placed = drafts.map((draft, i): { place: number; station: string; product: Product } => {
    const { category, station, modifiers, description, ...rest } = draft;
    return {
      place: category % given.categories.length,
      station: pick(given.stations, station),
      product: {
        ...named(given.products[i] ?? ''),
        ...rest,
        ...(description !== undefined && { description }),
        categoryId: slug(pick(given.categories, category)),
        stationId: slug(pick(given.stations, station)),
        modifierGroupIds: modifiers.map((index) => slug(given.groups[index] ?? '')),
      } as unknown as Product,
    };
  });
  const sorted = placed.toSorted((a, b) => a.place - b.place);
  return {
    stations: [...new Set(sorted.map(({ station }) => station))].map(named),
    categories: given.categories.map(named),
    products: sorted.map((one) => one.product),
    modifierGroups: groups.map(({ options, max, minSeed }, i) => ({
      ...named(given.groups[i] ?? ''),
      min: minSeed % (max + 1),
      max,
      options,
    })),
  } as unknown as Menu;
}

function pick(list: readonly string[], seed: number): string {
  return list[seed % list.length] ?? '';
}

function named(text: string) {
  return { id: slug(text), name: text };
}

function numbered(cells: readonly (readonly string[])[]): FileRow[] {
  return cells.map((row, index) => ({ line: index + 1, cells: row }));
}

describe('any menu', () => {
  it('[M3] comes back from its rows as it was', () => {
    fc.assert(
      fc.property(menu, decimals, (before, currencyDecimals) => {
        const rows = rowsFromMenu(before, { currencyDecimals });
        const result = menuFromRows(numbered(rows), { currencyDecimals });
        expect(result).toEqual({ ok: true, value: before });
      }),
      { numRuns: 300 },
    );
  });

  it('[M3] with its rows shuffled has the same products', () => {
    const shuffled = menu.chain((before) => {
      const [header = [], ...body] = rowsFromMenu(before, { currencyDecimals: 2 });
      const order = fc.shuffledSubarray(body, { minLength: body.length });
      return fc.record({ before: fc.constant(before), header: fc.constant(header), body: order });
    });
    fc.assert(
      fc.property(shuffled, ({ before, header, body }) => {
        const result = menuFromRows(numbered([header, ...body]), { currencyDecimals: 2 });
        const ids = result.ok && result.value.products.map(({ id }) => id).toSorted();
        expect(ids).toEqual(before.products.map(({ id }) => id).toSorted());
      }),
      { numRuns: 100 },
    );
  });

  it('[M3] with one cell changed is imported or refused with reasons, and never throws', () => {
    const damage = fc.record({
      menu,
      row: fc.nat(),
      column: fc.nat(),
      text: fc.string({ unit: 'binary' }),
    });
    fc.assert(
      fc.property(damage, (given) => {
        const rows = rowsFromMenu(given.menu, { currencyDecimals: 2 });
        const row = rows[given.row % rows.length] ?? [];
        row[given.column % row.length] = given.text;
        const result = menuFromRows(numbered(rows), { currencyDecimals: 2 });
        expect(result.ok || result.problems.length > 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
