import type { ProductId } from '../ids.ts';
import type { Category, ModifierGroup, Option, Product, Variant } from '../menu/index.ts';
import { NamedThings } from './named-things.ts';

/** A product while its file is read: its variants come from rows of their own. */
export interface ProductDraft {
  readonly id: ProductId;
  readonly name: string;
  readonly cells: Omit<Product, 'variants' | 'stationId'>;
  readonly station: string;
  readonly variants: NamedThings<Variant>;
  /** An empty price is right only when variants have theirs. */
  readonly hasPrice: boolean;
}

interface GroupDraft extends Omit<ModifierGroup, 'options'> {
  readonly options: NamedThings<Option>;
}

/** A menu while its file is read. */
export interface MenuDraft {
  readonly currencyDecimals: number;
  readonly categories: NamedThings<Category>;
  readonly groups: NamedThings<GroupDraft>;
  readonly products: NamedThings<ProductDraft>;
}

export function newMenuDraft(currencyDecimals: number): MenuDraft {
  return {
    currencyDecimals,
    categories: new NamedThings('category'),
    groups: new NamedThings('modifier group'),
    products: new NamedThings('product'),
  };
}
