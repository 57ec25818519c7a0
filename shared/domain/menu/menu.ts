import type {
  CategoryId,
  ModifierGroupId,
  OptionId,
  ProductId,
  StationId,
  VariantId,
} from '../ids.ts';
import type { Bps, Minor } from '../money/index.ts';

/** The fourteen allergens that UK law (Food Information Regulations 2014) names. */
export const allergens = [
  'celery',
  'gluten',
  'crustaceans',
  'eggs',
  'fish',
  'lupin',
  'milk',
  'molluscs',
  'mustard',
  'nuts',
  'peanuts',
  'sesame',
  'soya',
  'sulphites',
] as const;

export type AllergenKind = (typeof allergens)[number];

/** A regulated allergen; for gluten and nuts with the cereal or nut named, as `nuts:almond`. */
export type Allergen = AllergenKind | `${'gluten' | 'nuts'}:${string}`;

/** `unknown` is never shown as “none”: nobody has said what is in it. */
export type AllergenStatement = 'unknown' | readonly Allergen[];

/** Served on these weekdays between these minutes of the local day; `to` ≤ `from` runs past midnight. */
export interface AvailabilityWindow {
  /** 1 is Monday, 7 is Sunday. */
  readonly weekdays: readonly number[];
  readonly fromMinute: number;
  /** Exclusive; 1440 is midnight. */
  readonly toMinute: number;
}

export interface Category {
  readonly id: CategoryId;
  readonly name: string;
  /** A name from the icon set of shared/ui. */
  readonly icon?: string;
  /** `#rrggbb` */
  readonly colour?: string;
}

export interface Variant {
  readonly id: VariantId;
  readonly name: string;
  readonly sku?: string;
  readonly priceMinor: Minor;
}

export interface Product {
  readonly id: ProductId;
  readonly categoryId: CategoryId;
  readonly name: string;
  readonly description?: string;
  readonly sku?: string;
  /** The price without variants; with variants the guest pays the variant's. */
  readonly priceMinor: Minor;
  readonly vatRateBps: Bps;
  readonly stationId: StationId;
  readonly allergens: AllergenStatement;
  readonly modifierGroupIds: readonly ModifierGroupId[];
  readonly variants: readonly Variant[];
  /** Empty means always. */
  readonly availability: readonly AvailabilityWindow[];
  /** Off the menu for now, but kept: `no` in the file's `active` column. */
  readonly active: boolean;
}

export interface Option {
  readonly id: OptionId;
  readonly name: string;
  readonly priceMinor: Minor;
  /** What the option adds to the product's allergens. */
  readonly allergens: AllergenStatement;
}

export interface ModifierGroup {
  readonly id: ModifierGroupId;
  readonly name: string;
  /** Fewest options a guest must choose; 0 makes the group optional. */
  readonly min: number;
  readonly max: number;
  readonly options: readonly Option[];
}

export interface Station {
  readonly id: StationId;
  readonly name: string;
}

/** A whole menu, in the order people see it. */
export interface Menu {
  readonly stations: readonly Station[];
  readonly categories: readonly Category[];
  readonly products: readonly Product[];
  readonly modifierGroups: readonly ModifierGroup[];
}

/** The menu as it stands: what was imported and what has run out since. */
export interface MenuState {
  readonly menu: Menu;
  /** Products marked 86. Survives an import for products that are still there. */
  readonly soldOut: ReadonlySet<ProductId>;
  readonly version: number;
}
