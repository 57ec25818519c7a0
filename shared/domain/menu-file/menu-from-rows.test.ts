import { describe, expect, it } from 'vitest';
import { menuColumns, type MenuColumn } from './menu-columns.ts';
import { menuFromRows, type FileProblem, type FileRow } from './index.ts';

type Cells = Partial<Record<MenuColumn, string>>;

const mains: Cells = { type: 'category', category: 'Mains', icon: 'soup', colour: '#8a4b2f' };
const pie: Cells = {
  type: 'product',
  category: 'Mains',
  name: 'Pie',
  price: '12.50',
  vat: '20',
  station: 'Kitchen',
  allergens: 'milk',
};
const sauces: Cells = { type: 'group', name: 'Sauces', min: '0', max: '1' };
const gravy: Cells = { type: 'option', name: 'Sauces', option: 'Gravy', price: '1.00' };

function rows(...records: readonly Cells[]): FileRow[] {
  const cells = records.map((record) => menuColumns.map((column) => record[column] ?? ''));
  return [[...menuColumns], ...cells].map((row, index) => ({ line: index + 1, cells: row }));
}

function read(records: readonly Cells[], currencyDecimals = 2) {
  return menuFromRows(rows(...records), { currencyDecimals });
}

function problemsOf(records: readonly Cells[], currencyDecimals = 2): readonly FileProblem[] {
  const result = read(records, currencyDecimals);
  return result.ok ? [] : result.problems;
}

function menuOf(records: readonly Cells[], currencyDecimals = 2) {
  const result = read(records, currencyDecimals);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

describe('a menu file that is right', () => {
  it('[M3] reads categories, products, variants and modifier groups', () => {
    const beer: Cells = { ...pie, name: 'Best bitter', price: '', allergens: 'gluten:barley' };
    const menu = menuOf([
      mains,
      { ...pie, sku: 'P-1', description: 'With mash', modifiers: 'Sauces', active: 'no' },
      beer,
      { type: 'variant', name: 'Best bitter', variant: 'Pint', sku: 'BB-P', price: '5.6' },
      { type: 'variant', name: 'Best bitter', variant: 'Half', price: '2.90' },
      sauces,
      { ...gravy, allergens: 'celery; sulphites' },
    ]);
    expect(menu).toEqual({
      stations: [{ id: 'kitchen', name: 'Kitchen' }],
      categories: [{ id: 'mains', name: 'Mains', icon: 'soup', colour: '#8a4b2f' }],
      products: [
        {
          id: 'pie',
          categoryId: 'mains',
          name: 'Pie',
          sku: 'P-1',
          description: 'With mash',
          priceMinor: 1250,
          vatRateBps: 2000,
          stationId: 'kitchen',
          allergens: ['milk'],
          modifierGroupIds: ['sauces'],
          variants: [],
          availability: [],
          active: false,
        },
        {
          id: 'best-bitter',
          categoryId: 'mains',
          name: 'Best bitter',
          priceMinor: 0,
          vatRateBps: 2000,
          stationId: 'kitchen',
          allergens: ['gluten:barley'],
          modifierGroupIds: [],
          variants: [
            { id: 'pint', name: 'Pint', sku: 'BB-P', priceMinor: 560 },
            { id: 'half', name: 'Half', priceMinor: 290 },
          ],
          availability: [],
          active: true,
        },
      ],
      modifierGroups: [
        {
          id: 'sauces',
          name: 'Sauces',
          min: 0,
          max: 1,
          options: [
            { id: 'gravy', name: 'Gravy', priceMinor: 100, allergens: ['celery', 'sulphites'] },
          ],
        },
      ],
    });
  });

  it('[M3] rows may stand in any order', () => {
    const variant: Cells = { type: 'variant', name: 'Pie', variant: 'Large', price: '15' };
    const withSauces = { ...pie, modifiers: 'sauces' };
    expect(menuOf([variant, gravy, withSauces, sauces, mains])).toEqual(
      menuOf([mains, withSauces, variant, sauces, gravy]),
    );
  });

  it('[M1] an allergen statement left empty is unknown, never none', () => {
    const statements = ['', 'unknown', 'none', 'Milk; gluten: wheat; milk'].map(
      (allergens) => menuOf([mains, { ...pie, allergens }]).products[0]?.allergens,
    );
    expect(statements).toEqual(['unknown', 'unknown', [], ['milk', 'gluten:wheat']]);
  });

  it('[M2] reads windows of weekdays and hours, also past midnight and over the week’s end', () => {
    const text =
      'Mon-Fri 12:00-15:00; sat, Sunday 10:00–16:00; daily 22:00-02:00; Fri-Mon 0:00-24:00';
    expect(menuOf([mains, { ...pie, availability: text }]).products[0]?.availability).toEqual([
      { weekdays: [1, 2, 3, 4, 5], fromMinute: 720, toMinute: 900 },
      { weekdays: [6, 7], fromMinute: 600, toMinute: 960 },
      { weekdays: [1, 2, 3, 4, 5, 6, 7], fromMinute: 1320, toMinute: 120 },
      { weekdays: [1, 5, 6, 7], fromMinute: 0, toMinute: 1440 },
    ]);
  });

  it.each([
    [0, '1250', 1250],
    [3, '1.250', 1250],
    [2, '0.10', 10],
  ])('[O3] with %i decimals %s is %i minor units', (decimals, price, minor) => {
    expect(menuOf([mains, { ...pie, price }], decimals).products[0]?.priceMinor).toBe(minor);
  });

  it('[O3] a VAT rate may have two decimals, be nothing, or carry its sign', () => {
    const rates = ['12.5', '0', '20 %'].map(
      (vat) => menuOf([mains, { ...pie, vat }]).products[0]?.vatRateBps,
    );
    expect(rates).toEqual([1250, 0, 2000]);
  });
});

describe('a menu file that is wrong', () => {
  const wrongPies: [string, Cells, MenuColumn, RegExp][] = [
    ['no price and no variants', { price: '' }, 'price', /price is needed.*12\.50/],
    ['a currency sign', { price: '£9.50' }, 'price', /without a currency sign: 9\.50/],
    ['a decimal comma', { price: '12,5' }, 'price', /with a point.*: 12\.50/],
    ['a thousands separator', { price: '1,250.00' }, 'price', /no thousands separator: 1250\.00/],
    ['too many decimals', { price: '1.005' }, 'price', /At most 2 digits/],
    ['a negative price', { price: '-1' }, 'price', /0 or more/],
    ['an endless price', { price: '99999999999' }, 'price', /at most 9999999\.99/],
    ['a currency’s code', { price: 'GBP 9.50' }, 'price', /without a currency sign: 9\.50/],
    ['a price in words', { price: 'market price' }, 'price', /plain number/],
    ['a missing VAT rate', { vat: '' }, 'vat', /percentage from 0 to 100/],
    ['a VAT rate as a fraction', { vat: '0.2' }, 'vat', /write 20 for 20 %/],
    ['a VAT rate over 100', { vat: '120' }, 'vat', /percentage from 0 to 100/],
    ['no station', { station: '' }, 'station', /station.*needs a name/],
    ['no name', { name: '' }, 'name', /needs a name/],
    ['a name of signs only', { name: '***' }, 'name', /letter or a digit/],
    ['a name too long', { name: 'x'.repeat(81) }, 'name', /At most 80 characters; these are 81/],
    ['a name with too long an id', { name: 'ﷺ'.repeat(10) }, 'name', /shorter/],
    ['a formula as name', { name: '=1+1' }, 'name', /formula/],
    ['a formula as description', { description: '@SUM(A1)' }, 'description', /formula/],
    ['a formula as sku', { sku: '+44' }, 'sku', /formula/],
    ['letters damaged by saving', { name: 'Cr\uFFFDme' }, 'name', /CSV UTF-8/],
    ['half a letter', { name: 'Pie \uD83D' }, 'name', /CSV UTF-8/],
    ['a character nobody sees', { name: 'Pie\u0007' }, 'name', /cannot be seen/],
    ['an unknown category', { category: 'Manis' }, 'category', /no such category.*“Mains”/],
    ['no category', { category: '' }, 'category', /name of a category/],
    [
      'an unknown modifier group',
      { modifiers: 'Sauce' },
      'modifiers',
      /no such modifier group.*“Sauces”/,
    ],
    ['a modifier group twice', { modifiers: 'Sauces; sauces' }, 'modifiers', /once/],
    ['an unknown allergen', { allergens: 'mlik' }, 'allergens', /Did you mean “milk”/],
    ['an allergen by another name', { allergens: 'dairy' }, 'allergens', /Did you mean “milk”/],
    [
      'gluten without its cereal',
      { allergens: 'gluten' },
      'allergens',
      /Say which cereal.*gluten:barley/,
    ],
    ['a cereal without gluten', { allergens: 'wheat' }, 'allergens', /“gluten:wheat”/],
    ['nuts without their name', { allergens: 'nuts' }, 'allergens', /Say which nut.*nuts:almond/],
    ['a nut that is none', { allergens: 'nuts:coconut' }, 'allergens', /Say which nut/],
    ['a kind of milk', { allergens: 'milk:goat' }, 'allergens', /write milk/],
    ['none and milk', { allergens: 'none; milk' }, 'allergens', /“none” alone/],
    ['allergens with commas', { allergens: 'milk, eggs' }, 'allergens', /semicolon/],
    ['hours without days', { availability: '12:00-15:00' }, 'availability', /for example Mon-Fri/],
    ['a day that is none', { availability: 'Mo 12:00-15:00' }, 'availability', /Days are Mon/],
    ['25 o’clock', { availability: 'Mon 12:00-25:00' }, 'availability', /24:00/],
    ['61 minutes', { availability: 'Mon 12:61-15:00' }, 'availability', /24:00/],
    [
      'no time at all',
      { availability: 'Mon 12:00-12:00' },
      'availability',
      /later than they begin/,
    ],
    ['neither yes nor no', { active: 'maybe' }, 'active', /yes or no/],
    ['a cell that products have not', { colour: '#ffffff' }, 'colour', /product row has no colour/],
  ];
  it.each(wrongPies)('[M3] %s is named by line and column', (_, change, column, expected) => {
    const problems = problemsOf([mains, { ...pie, ...change }, sauces, gravy]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ line: 3, column });
    expect(problems[0]?.expected).toMatch(expected);
  });

  it.each([
    ['1.5', /no decimals.*15/],
    ['¥1,250', /1250/],
  ])('[M3] without decimals in the currency %s is refused', (price, expected) => {
    const [problem] = problemsOf([mains, { ...pie, price }], 0);
    expect(problem).toMatchObject({ line: 3, column: 'price', found: price });
    expect(problem?.expected).toMatch(expected);
  });

  const wrongFiles: [string, Cells[], Partial<FileProblem>, RegExp][] = [
    ['a row of no type', [{ name: 'Pie' }], { line: 4, column: 'type' }, /category, product/],
    ['a row of a wrong type', [{ type: 'prodcut' }], { line: 4, column: 'type' }, /“product”/],
    [
      'a product twice',
      [{ ...pie, name: 'PIE' }],
      { line: 4, column: 'name' },
      /product on line 3/,
    ],
    [
      'a category twice',
      [{ type: 'category', category: 'mains' }],
      { line: 4, column: 'category' },
      /category on line 2/,
    ],
    [
      'a wrong colour',
      [{ ...mains, category: 'Sides', colour: 'red' }],
      { line: 4, column: 'colour' },
      /#8a4b2f/,
    ],
    [
      'a wrong icon',
      [{ ...mains, category: 'Sides', icon: '../x' }],
      { line: 4, column: 'icon' },
      /soup/,
    ],
    [
      'a variant of no product',
      [{ type: 'variant', name: 'Pye', variant: 'Big', price: '9' }],
      { line: 4, column: 'name', found: 'Pye' },
      /no such product.*“Pie”/,
    ],
    [
      'a variant without a price',
      [{ type: 'variant', name: 'Pie', variant: 'Big' }],
      { line: 4, column: 'price' },
      /price is needed/,
    ],
    [
      'an option of no group',
      [gravy],
      { line: 4, column: 'name' },
      /no such modifier group.*none yet/,
    ],
    ['a group without options', [sauces], { line: 4, column: 'name' }, /needs options/],
    ['min over max', [{ ...sauces, min: '2' }, gravy], { line: 4, column: 'min' }, /At most 1/],
    [
      'max over the options',
      [{ ...sauces, max: '2' }, gravy],
      { line: 4, column: 'max' },
      /At most 1, the number/,
    ],
    ['no max', [{ ...sauces, max: '' }, gravy], { line: 4, column: 'max' }, /whole number/],
    ['an option twice', [sauces, gravy, gravy], { line: 6, column: 'option' }, /option on line 5/],
    [
      'a group name with a semicolon',
      [
        { ...sauces, name: 'A;B' },
        { ...gravy, name: 'A;B' },
      ],
      { line: 4, column: 'name' },
      /semicolon/,
    ],
  ];
  it.each(wrongFiles)('[M3] %s is named by line and column', (_, added, where, expected) => {
    const problems = problemsOf([mains, pie, ...added]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject(where);
    expect(problems[0]?.expected).toMatch(expected);
  });

  it('[M3] two variants of one name are refused', () => {
    const half: Cells = { type: 'variant', name: 'Pie', variant: 'Half', price: '6' };
    expect(problemsOf([mains, pie, half, { ...half, variant: 'half' }])).toMatchObject([
      { line: 5, column: 'variant', found: 'half' },
    ]);
  });

  it('[M3] every problem is listed, in the order of the file, up to 200', () => {
    const three = problemsOf([{ type: 'nonsense' }, mains, { ...pie, price: '£1', vat: 'x' }]);
    expect(three.map(({ line, column }) => [line, column])).toEqual([
      [2, 'type'],
      [4, 'price'],
      [4, 'vat'],
    ]);
    const many = Array.from({ length: 500 }, () => ({ type: 'nonsense' }));
    expect(problemsOf(many)).toHaveLength(200);
  });
});

describe('the header of a menu file', () => {
  const needed = ['type', 'category', 'name', 'price', 'vat', 'station'];
  it('[M3] an empty file says what its first line should be', () => {
    for (const empty of [[], [{ line: 1, cells: ['', ' '] }]]) {
      const [problem, ...more] = problemsOfRows(empty);
      expect(problem).toMatchObject({ line: 1, found: '' });
      expect(problem?.expected).toContain('type,category,name');
      expect(more).toEqual([]);
    }
  });

  it('[M3] a file with a header only needs a product', () => {
    expect(problemsOfRows(header(...needed))).toMatchObject([{ column: 'type' }]);
  });

  it('[M3] a missing column is named, and the one that was meant is suggested', () => {
    const problems = problemsOfRows([
      ...header('type', 'category', 'name', 'prise', 'vat', 'station'),
      { line: 2, cells: ['product', 'Mains', 'Pie', '1', '20', 'Kitchen'] },
    ]);
    expect(problems).toEqual([
      {
        line: 1,
        column: 'prise',
        found: 'prise',
        expected: 'There is no such column. Did you mean “price”?',
      },
      {
        line: 1,
        column: 'price',
        found: '',
        expected: 'The column “price” is missing. Add it to the first line.',
      },
    ]);
  });

  it('[M3] a column twice and cells under no column are named', () => {
    const problems = problemsOfRows([
      ...header(...needed, 'VAT'),
      { line: 2, cells: ['category', 'Mains', '', '', '', '', '', 'stray'] },
      { line: 3, cells: ['product', 'Mains', 'Pie', '1', '20', 'Kitchen'] },
    ]);
    expect(problems.map(({ line, column, found }) => [line, column, found])).toEqual([
      [1, 'vat', 'vat'],
      [2, '', 'stray'],
    ]);
  });

  it('[M3] columns may be fewer, in another order and in capitals; blank lines are passed over', () => {
    const result = menuFromRows(
      [
        ...header('Station', 'VAT', 'Price', 'Name', 'Category', 'Type'),
        { line: 2, cells: ['', '', '', '', 'Mains', 'category'] },
        { line: 3, cells: [''] },
        { line: 4, cells: ['Kitchen', '20', '1', 'Pie', 'Mains', 'product'] },
      ],
      { currencyDecimals: 2 },
    );
    expect(result).toMatchObject({
      ok: true,
      value: { products: [{ name: 'Pie', allergens: 'unknown' }] },
    });
  });
});

function header(...names: string[]): FileRow[] {
  return [{ line: 1, cells: names }];
}

function problemsOfRows(fileRows: readonly FileRow[]): readonly FileProblem[] {
  const result = menuFromRows(fileRows, { currencyDecimals: 2 });
  return result.ok ? [] : result.problems;
}
