import { describe, expect, it } from 'vitest';
import { formatFloorFile, parseFloorFile } from './index.ts';

const header = 'area,table,seats,shape,x,y,width,height';
const two = `${header}\nBar,1,2,square,0,0,2,2\nBar,B2,1,round,2,0,2,2\n`;

function problemsOf(...rows: readonly string[]) {
  const result = parseFloorFile([header, 'Bar,1,2,square,0,0,2,2', ...rows].join('\n'));
  return result.ok ? [] : result.problems;
}

describe('the file of tables', () => {
  it('[O4] is a floor plan by area; tables may touch', () => {
    expect(parseFloorFile(two)).toEqual({
      ok: true,
      value: {
        areas: [{ id: 'bar', name: 'Bar' }],
        tables: [
          {
            id: '1',
            label: '1',
            areaId: 'bar',
            seats: 2,
            shape: 'square',
            x: 0,
            y: 0,
            width: 2,
            height: 2,
          },
          {
            id: 'b2',
            label: 'B2',
            areaId: 'bar',
            seats: 1,
            shape: 'round',
            x: 2,
            y: 0,
            width: 2,
            height: 2,
          },
        ],
      },
    });
  });

  it('[O4] comes back byte for byte, area by area', () => {
    const mixed = `${two}Upstairs,20,4,rectangle,0,0,4,2\nBar,3,2,square,9,9,2,2\n`;
    const first = parseFloorFile(mixed);
    const text = first.ok ? formatFloorFile(first.value) : '';
    expect(text.split('\n').map((line) => line.split(',')[1])).toEqual([
      'table',
      '1',
      'B2',
      '3',
      '20',
      undefined,
    ]);
    const second = parseFloorFile(text);
    expect(second).toEqual(first);
    expect(second.ok && formatFloorFile(second.value)).toBe(text);
  });

  it.each([
    [
      'a table twice, also in another area',
      'Upstairs,1,2,square,0,0,2,2',
      'table',
      /table on line 2/,
    ],
    [
      'a table upon another',
      'Bar,2,2,square,1,1,2,2',
      'x',
      /table 2 would lie on table 1 on line 2/,
    ],
    ['no area', ',2,2,square,5,5,2,2', 'area', /needs a name/],
    ['no label', 'Bar,,2,square,5,5,2,2', 'table', /needs a name/],
    [
      'a label too long for the plan',
      'Bar,By the window,2,square,5,5,2,2',
      'table',
      /12 characters/,
    ],
    ['no seats', 'Bar,2,0,square,5,5,2,2', 'seats', /from 1 to 99/],
    ['another shape', 'Bar,2,2,sqare,5,5,2,2', 'shape', /“square”/],
    ['a half square', 'Bar,2,2,square,5.5,5,2,2', 'x', /whole number/],
    ['a place off the plan', 'Bar,2,2,square,5,201,2,2', 'y', /0 to 200/],
    ['no width', 'Bar,2,2,square,5,5,0,2', 'width', /1 to 200/],
    ['no height', 'Bar,2,2,square,5,5,2,', 'height', /1 to 200/],
  ])('[O4] %s is named by line and column', (_, row, column, expected) => {
    const problems = problemsOf(row);
    expect(problems).toMatchObject([{ line: 3, column }]);
    expect(problems[0]?.expected).toMatch(expected);
  });

  it('[O4] tables in the same place of two areas do not meet', () => {
    expect(problemsOf('Upstairs,20,2,square,0,0,2,2')).toEqual([]);
  });

  it('[O4] an empty file, a header only and a missing column each say so once', () => {
    const expected = ['', header, 'area,table,seats'].map((text) => {
      const result = parseFloorFile(text);
      return result.ok ? [] : result.problems.map(({ column }) => column);
    });
    expect(expected).toEqual([[''], ['table'], ['shape', 'x', 'y', 'width', 'height']]);
  });
});
