import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatFloorFile, formatMenuFile, parseFloorFile, parseMenuFile } from './index.ts';

const gbp = { currencyDecimals: 2 };
const header = 'type,category,name,variant,price,vat,station,allergens,description';
const small = [
  header,
  'category,Mains,,,,,,,',
  'product,Mains,Fish and chips,,18.5,20,Kitchen,fish; gluten:wheat,"Haddock, peas"',
  'product,Mains,Pie,,12,20,Kitchen,,',
  '',
].join('\n');

function menuOf(text: string) {
  const result = parseMenuFile(text, gbp);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

function problemsOf(text: string) {
  const result = parseMenuFile(text, gbp);
  return result.ok ? [] : result.problems;
}

describe('a menu file as spreadsheets save it', () => {
  it.each([
    ['a byte order mark', `\uFEFF${small}`],
    ['Windows line ends', small.replaceAll('\n', '\r\n')],
    ['old Macintosh line ends', small.replaceAll('\n', '\r')],
    ['a blank line before and no line end after', `\n${small.trimEnd()}`],
    [
      'every cell in quotes',
      small.replace(
        header,
        header
          .split(',')
          .map((c) => `"${c}"`)
          .join(','),
      ),
    ],
    ['semicolons', semicolons(small)],
    ['tabs', small.replaceAll(/,(?! )/g, '\t')],
    [
      'semicolons, a mark and Windows line ends',
      `\uFEFF${semicolons(small).replaceAll('\n', '\r\n')}`,
    ],
  ])('[M3] with %s is the same menu', (_, text) => {
    expect(menuOf(text)).toEqual(menuOf(small));
  });

  it('[M3] keeps quotes, commas and line breaks inside a cell', () => {
    const text = `${header}\ncategory,Mains,,,,,,,\nproduct,Mains,"The ""Big"" pie, for 2",,12,20,Kitchen,,"Beef\r\nand ale"\n`;
    expect(menuOf(text).products[0]).toMatchObject({
      name: 'The "Big" pie, for 2',
      description: 'Beef\nand ale',
    });
    const written = formatMenuFile(menuOf(text), gbp);
    expect(formatMenuFile(menuOf(written), gbp)).toBe(written);
  });

  it('[M3] counts lines as the spreadsheet does, a cell with line breaks being one line', () => {
    const text = `${header}\ncategory,Mains,,,,,,,\nproduct,Mains,Pie,,12,20,Kitchen,,"one\ntwo\nthree"\n\nproduct,Mains,Stew,,£9,20,Kitchen,,\n`;
    expect(problemsOf(text)).toMatchObject([{ line: 5, column: 'price', found: '£9' }]);
  });

  it.each([
    [
      'never closed',
      'product,Mains,"Stew,,9,20,Kitchen,,\nproduct,Mains,Soup,,9,20,Kitchen,,\n',
      'name',
    ],
    ['inside a cell', 'product,Mains,Stew 8" deep,,9,20,Kitchen,,\n', 'name'],
    ['followed by text', 'product,Mains,"Stew" hot,,9,20,Kitchen,,\n', 'name'],
  ])('[M3] a quotation mark %s is named by line and column', (_, rows, column) => {
    const [problem, ...more] = problemsOf(`${small}${rows}`);
    expect(problem).toMatchObject({ line: 5, column, found: '"' });
    expect(problem?.expected).toMatch(/pairs/);
    expect(more).toEqual([]);
  });

  it('[M3] a file of more lines than any menu has is refused', () => {
    const [problem, ...more] = problemsOf(`${header}\n${'x\n'.repeat(50_001)}`);
    expect(problem?.expected).toMatch(/at most 50000 lines/);
    expect(more).toEqual([]);
  });
});

describe('the file the hub writes', () => {
  it('[M3] has commas, line feeds, a line feed at the end, and every column', () => {
    const text = formatMenuFile(menuOf(`\uFEFF${small.replaceAll('\n', '\r\n')}`), gbp);
    expect(text).toBe(
      [
        'type,category,name,variant,option,sku,description,price,vat,station,allergens,modifiers,min,max,availability,active,icon,colour',
        'category,Mains,,,,,,,,,,,,,,,,',
        'product,Mains,Fish and chips,,,,"Haddock, peas",18.50,20,Kitchen,fish; gluten:wheat,,,,,yes,,',
        'product,Mains,Pie,,,,,12.00,20,Kitchen,unknown,,,,,yes,,',
        '',
      ].join('\n'),
    );
  });

  it('[M3] imports again and is written again byte for byte, without decimals too', () => {
    const whole = small.replace('18.5', '1850');
    const yen = { currencyDecimals: 0 };
    const first = parseMenuFile(whole, yen);
    const text = first.ok ? formatMenuFile(first.value, yen) : '';
    const second = parseMenuFile(text, yen);
    expect(second.ok && formatMenuFile(second.value, yen)).toBe(text);
    expect(text).toContain(',1850,20,');
  });

  it('[M3] a name that a spreadsheet would run is refused, and never written as it is', () => {
    expect(
      problemsOf(small.replace('Pie', '=HYPERLINK("x")').replaceAll('"x"', 'x')),
    ).toMatchObject([{ line: 4, column: 'name', found: '=HYPERLINK(x)' }]);
    const menu = menuOf(small);
    const sly = menu.products.map((product) => ({ ...product, name: '=1+1' }));
    expect(formatMenuFile({ ...menu, products: sly }, gbp)).toContain(",'=1+1,");
  });
});

describe('any text', () => {
  const pieces = fc.array(
    fc.oneof(
      fc.constantFrom(
        header,
        'category,Mains',
        'product,Mains,Pie,,1,20,Bar',
        '\n',
        '\r\n',
        ',',
        ';',
        '"',
        '\t',
        '=',
        '\uFEFF',
        'group',
        'option',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    ),
    { maxLength: 40 },
  );
  const damaged = fc
    .record({
      at: fc.nat({ max: small.length }),
      drop: fc.nat({ max: 9 }),
      put: fc.string({ maxLength: 4 }),
    })
    .map(({ at, drop, put }) => small.slice(0, at) + put + small.slice(at + drop));

  it('[M3] either imports, and then survives the round trip, or lists problems; it never throws', () => {
    const anyText = fc.oneof(
      pieces.map((parts) => parts.join('')),
      damaged,
    );
    let imported = 0;
    fc.assert(
      fc.property(anyText, (text) => {
        const result = parseMenuFile(text, gbp);
        if (!result.ok) {
          expect(result.problems.length).toBeGreaterThan(0);
          return;
        }
        imported += 1;
        const written = formatMenuFile(result.value, gbp);
        expect(menuOf(written)).toEqual(result.value);
        expect(formatMenuFile(menuOf(written), gbp)).toBe(written);
      }),
      { numRuns: 1_000 },
    );
    expect(imported).toBeGreaterThan(0);
  });

  it('[O4] either is a floor plan or lists problems; it never throws', () => {
    const anyText = pieces.map(
      (parts) => `area,table,seats,shape,x,y,width,height\n${parts.join('')}`,
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const result = parseFloorFile(text);
        const again = result.ok && parseFloorFile(formatFloorFile(result.value));
        expect(result.ok ? again : result.problems.length > 0).toEqual(result.ok ? result : true);
      }),
    );
  });
});

/** As European Excel writes it: a cell with a semicolon in it gets quotes, one with a comma none. */
function semicolons(text: string): string {
  return text.replaceAll('fish; gluten:wheat', '"fish; gluten:wheat"').replaceAll(/,(?! )/g, ';');
}
