import { slug, type CategoryId } from '../ids.ts';
import type { NamedRow } from './file-table.ts';
import type { MenuDraft } from './menu-draft.ts';
import { readName } from './text-cells.ts';

export function readCategory(row: NamedRow, { categories }: MenuDraft): void {
  const name = readName(row, 'category', 'A category');
  const icon = readMatching(
    row,
    'icon',
    /^[a-z0-9-]{1,40}$/,
    'The name of an icon like soup or wine, or nothing.',
  );
  const colour = readMatching(
    row,
    'colour',
    /^#[0-9a-f]{6}$/,
    'A colour like #8a4b2f, or nothing.',
  );
  if (name === undefined) return;
  categories.add(row, 'category', {
    id: slug(name) as CategoryId,
    name,
    ...(icon && { icon }),
    ...(colour && { colour }),
  });
}

function readMatching(row: NamedRow, column: string, pattern: RegExp, expected: string): string {
  const text = row.get(column).toLowerCase();
  if (text !== '' && !pattern.test(text)) row.wrong(column, expected);
  return text;
}
