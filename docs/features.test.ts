import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('..', import.meta.url);
const page = readFileSync(new URL('features.md', import.meta.url), 'utf8');
const ids = [...page.matchAll(/^\| ([A-Z]+\d+) \|/gm)].map(([, id = '']) => id);
const rows = page
  .split('\n')
  .filter((line) => /^\| [A-Z]+\d+ \|/.test(line))
  .map((line) => {
    const [id = '', what = '', state = '', shown = '', notYet = ''] = line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
    const paths = [...shown.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);
    return { id, what, state, paths, notYet };
  });

/** How many requirements each section has; a new one is added here and in the table. */
const counts = { H: 16, O: 9, K: 2, M: 3, I: 3, S: 4, R: 3, P: 3, C: 10, D: 3, MC: 3, Q: 3 };

describe('docs/features.md', () => {
  it('lists every requirement once, in order', () => {
    const expected = Object.entries(counts).flatMap(([letter, count]) =>
      Array.from({ length: count }, (_, i) => `${letter}${i + 1}`),
    );
    expect(ids).toEqual(expected);
  });

  it.each(rows)('[$id] is described, in a state that exists, and shown by what exists', (row) => {
    expect(row.what).not.toBe('');
    expect(['done', 'partial', 'missing']).toContain(row.state);
    expect(row.paths.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
    if (row.state === 'missing') expect(row.paths).toEqual([]);
    else expect(row.paths).not.toEqual([]);
    if (row.state === 'partial') expect(row.notYet, 'what is not there yet').not.toBe('');
  });

  it.each(rows.filter(({ state }) => state === 'done'))(
    '[$id] is done, has a test of its id and a screen, and lacks nothing',
    ({ id, paths, notYet }) => {
      const tests = paths.filter((path) => /\.(test|e2e)\.tsx?$/.test(path));
      const proving = tests.filter((path) =>
        readFileSync(new URL(path, root), 'utf8').includes(`[${id}]`),
      );
      expect(proving).not.toEqual([]);
      expect(paths.filter((path) => path.endsWith('.tsx'))).not.toEqual([]);
      expect(notYet).toBe('');
    },
  );
});
