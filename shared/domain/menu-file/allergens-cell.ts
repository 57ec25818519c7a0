import { allergens as kinds, type Allergen, type AllergenStatement } from '../menu/index.ts';
import { didYouMean } from './did-you-mean.ts';
import type { NamedRow } from './file-table.ts';
import { splitList } from './text-cells.ts';

/** The cereals and nuts that the law asks to be named (Regulation 1169/2011, annex II). */
const named: Readonly<Record<string, readonly string[]>> = {
  gluten: ['wheat', 'spelt', 'khorasan', 'rye', 'barley', 'oats'],
  nuts: ['almond', 'hazelnut', 'walnut', 'cashew', 'pecan', 'brazil', 'pistachio', 'macadamia'],
};
/** What people write for them. */
const alsoCalled: Readonly<Record<string, string>> = {
  dairy: 'milk',
  lactose: 'milk',
  shellfish: 'crustaceans” or “molluscs',
  soy: 'soya',
};

/** Nothing written is `unknown`, never none. */
export function readAllergens(row: NamedRow): AllergenStatement {
  const text = row.get('allergens').toLowerCase();
  if (text === '' || text === 'unknown') return 'unknown';
  if (text === 'none') return [];
  const found = splitList(text).flatMap((part): Allergen[] => {
    const allergen = part.replace(/\s*:\s*/, ':');
    const why = whyNotAllergen(allergen);
    if (why === undefined) return [allergen as Allergen];
    row.wrong('allergens', why, part);
    return [];
  });
  return [...new Set(found)];
}

export function formatAllergens(statement: AllergenStatement): string {
  if (statement === 'unknown') return 'unknown';
  return statement.length === 0 ? 'none' : statement.join('; ');
}

function whyNotAllergen(text: string): string | undefined {
  const [kind = '', name] = text.split(':');
  if (text === 'none' || text === 'unknown') return `Write “${text}” alone, or leave it out.`;
  if (text.includes(',')) return 'Put a semicolon between allergens: milk; eggs.';
  if (!(kinds as readonly string[]).includes(kind))
    return `Not one of the 14 allergens. ${meant(kind)}`;
  const names = named[kind];
  if (!names)
    return name === undefined
      ? undefined
      : `Only gluten and nuts are named further: write ${kind}.`;
  if (name !== undefined && names.includes(name)) return undefined;
  const all = names.map((one) => `${kind}:${one}`).join(', ');
  return `Say which ${kind === 'nuts' ? 'nut' : 'cereal'} it is, one of ${all}.`;
}

function meant(word: string): string {
  const known = alsoCalled[word];
  if (known !== undefined) return `Did you mean “${known}”?`;
  const kind = Object.keys(named).find((one) => named[one]?.includes(word));
  return kind === undefined ? didYouMean(word, kinds) : `Did you mean “${kind}:${word}”?`;
}
