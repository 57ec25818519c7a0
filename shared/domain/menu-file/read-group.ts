import { slug, type ModifierGroupId, type OptionId } from '../ids.ts';
import { readAllergens } from './allergens-cell.ts';
import type { NamedRow } from './file-table.ts';
import type { MenuDraft } from './menu-draft.ts';
import { NamedThings } from './named-things.ts';
import { readPrice } from './number-cells.ts';
import { readName, readWhole } from './text-cells.ts';

/** As many options as one line of an order can carry. */
const chosenMax = 50;

export function readGroup(row: NamedRow, { groups }: MenuDraft): void {
  const name = readName(row, 'name', 'A modifier group');
  const min = readWhole(row, 'min', { min: 0, max: chosenMax });
  const max = readWhole(row, 'max', { min: 1, max: chosenMax });
  if (name?.includes(';')) {
    row.wrong(
      'name',
      'A name without a semicolon, which separates groups in the modifiers column.',
    );
  }
  if (min !== undefined && max !== undefined && min > max) {
    row.wrong('min', `At most ${max}, which is the max of this group.`);
  }
  if (name === undefined) return;
  groups.add(row, 'name', {
    id: slug(name) as ModifierGroupId,
    name,
    min: min ?? 0,
    max: max ?? 0,
    options: new NamedThings('option'),
  });
}

export function readOption(row: NamedRow, { groups, currencyDecimals }: MenuDraft): void {
  const group = groups.find(row, 'name', row.get('name'));
  const name = readName(row, 'option', 'An option');
  const priceMinor = row.get('price') === '' ? 0 : (readPrice(row, currencyDecimals) ?? 0);
  const allergens = readAllergens(row);
  if (!group || name === undefined) return;
  group.options.add(row, 'option', { id: slug(name) as OptionId, name, priceMinor, allergens });
}

/** To be asked when all rows are read. */
export function checkGroups({ groups }: MenuDraft): void {
  for (const { thing, row } of groups.entries()) {
    const options = thing.options.values().length;
    if (options === 0) {
      row.wrong('name', 'A group needs options. Add option rows that have its name.');
    } else if (thing.max > options) {
      row.wrong('max', `At most ${options}, the number of this group’s options.`);
    }
  }
}
