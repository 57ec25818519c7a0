import {
  slug,
  type CategoryId,
  type ModifierGroupId,
  type OptionId,
  type ProductId,
  type StationId,
  type VariantId,
} from '../ids.ts';
import type { Category, Menu, ModifierGroup, Option, Product, Variant } from '../menu/index.ts';
import {
  readAllergens,
  readAvailability,
  readList,
  readName,
  readPercent,
  readPrice,
  readWhole,
  readYesNo,
} from './cells.ts';
import {
  didYouMean,
  Problems,
  readTable,
  type FileResult,
  type FileRow,
  type NamedRow,
} from './file-table.ts';

export interface MenuFileOptions {
  /** Places after the point of the restaurant's currency. */
  readonly currencyDecimals: number;
}

export const menuColumns = [
  'type',
  'category',
  'name',
  'variant',
  'option',
  'sku',
  'description',
  'price',
  'vat',
  'station',
  'allergens',
  'modifiers',
  'min',
  'max',
  'availability',
  'active',
  'icon',
  'colour',
] as const;

const rowTypes = ['category', 'product', 'variant', 'group', 'option'];
const productsMax = 5_000;

type Draft<T> = { -readonly [K in keyof T]: T[K] };
interface ProductDraft extends Draft<Omit<Product, 'variants'>> {
  variants: Variant[];
  readonly line: number;
}
interface GroupDraft extends Draft<Omit<ModifierGroup, 'options'>> {
  options: Option[];
  readonly line: number;
}

/** Names already used, with the line they stand on: two things of one name have one id. */
type Taken<Thing> = Map<string, { readonly thing: Thing; readonly line: number }>;

/**
 * A menu from the rows of its file, or everything that is wrong with them. All or nothing.
 * Rows may stand in any order; among their kind they are shown in the order they stand in.
 * docs/menu-file.md tells people what each column takes.
 */
export function menuFromRows(
  rows: readonly FileRow[],
  options: MenuFileOptions,
): FileResult<Menu> {
  const problems = new Problems();
  const table = readTable(rows, menuColumns, ['type', 'name', 'price'], problems);
  const reader = new MenuReader(problems, options.currencyDecimals);
  for (const row of table) reader.readFirst(row);
  for (const row of table) reader.readSecond(row);
  return problems.result(reader.menu());
}

class MenuReader {
  readonly #problems: Problems;
  readonly #decimals: number;
  readonly #categories: Taken<Category> = new Map();
  readonly #products: Taken<ProductDraft> = new Map();
  readonly #groups: Taken<GroupDraft> = new Map();
  readonly #stations = new Map<StationId, string>();

  constructor(problems: Problems, decimals: number) {
    this.#problems = problems;
    this.#decimals = decimals;
  }

  /** Categories and groups, which the others name. */
  readFirst(row: NamedRow): void {
    const type = row.get('type').toLowerCase();
    if (type === 'category') this.#readCategory(row);
    else if (type === 'group') this.#readGroup(row);
    else if (!rowTypes.includes(type)) {
      const expected = `One of ${rowTypes.join(', ')}. ${didYouMean(type, rowTypes)}`;
      this.#problems.add(row.line, 'type', row.get('type'), expected);
    }
  }

  readSecond(row: NamedRow): void {
    const type = row.get('type').toLowerCase();
    if (type === 'product') this.#readProduct(row);
    else if (type === 'option') this.#readOption(row);
    else if (type === 'variant') this.#readVariant(row);
  }

  menu(): Menu {
    for (const { thing, line } of this.#groups.values()) this.#checkGroup(thing, line);
    const products = [...this.#products.values()].map(({ thing }) => thing);
    if (products.length > productsMax) {
      this.#problems.add(1, 'type', '', `A menu holds at most ${productsMax} products.`);
    }
    return {
      stations: [...this.#stations].map(([id, name]) => ({ id, name })),
      categories: [...this.#categories.values()].map(({ thing }) => thing),
      products: products.map(({ line: _line, ...product }) => product),
      modifierGroups: [...this.#groups.values()].map(({ thing: { line: _line, ...group } }) => group),
    };
  }

  #readCategory(row: NamedRow): void {
    const name = readName(row, 'category', this.#problems, 'A category');
    const id = this.#newId(row, 'category', name, this.#categories);
    if (name === undefined || id === undefined) return;
    const icon = row.get('icon');
    const colour = row.get('colour').toLowerCase();
    if (colour !== '' && !/^#[0-9a-f]{6}$/.test(colour)) {
      this.#problems.add(row.line, 'colour', colour, 'A colour like #8a4b2f, or empty.');
    }
    if (icon !== '' && !/^[a-z0-9-]{1,40}$/.test(icon)) {
      this.#problems.add(row.line, 'icon', icon, 'The name of an icon like soup or wine, or empty.');
    }
    const category: Category = {
      id: id as CategoryId,
      name,
      ...(icon && { icon }),
      ...(colour && { colour }),
    };
    this.#categories.set(id, { thing: category, line: row.line });
  }

  #readGroup(row: NamedRow): void {
    const name = readName(row, 'name', this.#problems, 'A modifier group');
    const id = this.#newId(row, 'name', name, this.#groups);
    const min = readWhole(row, 'min', { min: 0, max: 20 }, this.#problems);
    const max = readWhole(row, 'max', { min: 1, max: 20 }, this.#problems);
    if (name === undefined || id === undefined || min === undefined || max === undefined) return;
    if (min > max) {
      this.#problems.add(row.line, 'min', String(min), `At most ${max}, which is the max of this group.`);
    }
    const group: GroupDraft = { id: id as ModifierGroupId, name, min, max, options: [], line: row.line };
    this.#groups.set(id, { thing: group, line: row.line });
  }

  #readProduct(row: NamedRow): void {
    const problems = this.#problems;
    const name = readName(row, 'name', problems, 'A product');
    const id = this.#newId(row, 'name', name, this.#products);
    const category = this.#find(row, 'category', row.get('category'), this.#categories);
    const hasPrice = row.get('price') !== '';
    const priceMinor = hasPrice ? readPrice(row, this.#decimals, problems) : 0;
    const vatRateBps = readPercent(row, 'vat', problems);
    const station = readName(row, 'station', problems, 'The kitchen station that makes it');
    const allergens = readAllergens(row, problems);
    const modifierGroupIds = readList(row.get('modifiers')).flatMap(
      (group) => this.#find(row, 'modifiers', group, this.#groups)?.id ?? [],
    );
    const availability = readAvailability(row, problems);
    const active = readYesNo(row, 'active', problems);
    if (name === undefined || id === undefined) return;
    const stationId = slug(station ?? '') as StationId;
    if (station !== undefined && !this.#stations.has(stationId)) this.#stations.set(stationId, station);
    const sku = row.get('sku');
    const description = row.get('description');
    const product: ProductDraft = {
      id: id as ProductId,
      categoryId: category?.id ?? ('' as CategoryId),
      name,
      ...(description && { description }),
      ...(sku && { sku }),
      priceMinor: priceMinor ?? 0,
      vatRateBps: vatRateBps ?? 0,
      stationId,
      allergens,
      modifierGroupIds,
      variants: [],
      availability,
      active,
      line: row.line,
    };
    this.#products.set(id, { thing: product, line: row.line });
  }

  #readVariant(row: NamedRow): void {
    const product = this.#find(row, 'name', row.get('name'), this.#products);
    const name = readName(row, 'variant', this.#problems, 'A variant');
    const priceMinor = readPrice(row, this.#decimals, this.#problems);
    if (!product || name === undefined || priceMinor === undefined) return;
    const id = slug(name) as VariantId;
    if (id === '' || product.variants.some((variant) => variant.id === id)) {
      this.#problems.add(row.line, 'variant', name, `${product.name} has this variant already. Give it another name.`);
      return;
    }
    const sku = row.get('sku');
    product.variants.push({ id, name, ...(sku && { sku }), priceMinor });
  }

  #readOption(row: NamedRow): void {
    const group = this.#find(row, 'name', row.get('name'), this.#groups);
    const name = readName(row, 'option', this.#problems, 'An option');
    const priceMinor = row.get('price') === '' ? 0 : readPrice(row, this.#decimals, this.#problems);
    const allergens = readAllergens(row, this.#problems);
    if (!group || name === undefined || priceMinor === undefined) return;
    const id = slug(name) as OptionId;
    if (id === '' || group.options.some((option) => option.id === id)) {
      this.#problems.add(row.line, 'option', name, `“${group.name}” has this option already. Give it another name.`);
      return;
    }
    group.options.push({ id, name, priceMinor, allergens });
  }

  #checkGroup({ name, min, max, options }: GroupDraft, line: number): void {
    if (options.length === 0) {
      this.#problems.add(line, 'name', name, 'This group has no options. Add option rows with its name.');
    } else if (min > options.length) {
      this.#problems.add(line, 'min', String(min), `At most ${options.length}, the number of its options.`);
    } else if (max > options.length) {
      this.#problems.add(line, 'max', String(max), `At most ${options.length}, the number of its options.`);
    }
  }

  #newId<Thing>(
    row: NamedRow,
    column: string,
    name: string | undefined,
    taken: Taken<Thing>,
  ): string | undefined {
    if (name === undefined) return undefined;
    const id = slug(name);
    if (id === '') {
      return this.#problems.add(row.line, column, name, 'A name needs a letter or a digit.');
    }
    const before = taken.get(id);
    if (!before) return id;
    const expected = `Another name: line ${before.line} has this one already.`;
    return this.#problems.add(row.line, column, name, expected);
  }

  #find<Thing extends { readonly name: string }>(
    row: NamedRow,
    column: string,
    name: string,
    among: Taken<Thing>,
  ): Thing | undefined {
    const found = among.get(slug(name))?.thing;
    if (found) return found;
    const known = [...among.values()].map(({ thing }) => thing.name);
    const what = { category: 'category', modifiers: 'modifier group', name: 'name' }[column] ?? column;
    const expected =
      name === '' ? `A ${what} is needed here.` : `There is no such ${what}. ${didYouMean(name, known)}`;
    return this.#problems.add(row.line, column, name, expected.trim());
  }
}
