import type { Facts } from '../decider.ts';
import {
  describeWindows,
  findModifierGroup,
  findProduct,
  isServedAt,
  type AllergenStatement,
  type MenuState,
  type ModifierGroup,
  type Option,
  type Product,
} from '../menu/index.ts';
import { isRefusal, refuse, type Refusal } from '../refusal.ts';
import type { WantedLine } from './order-commands.ts';
import type { ChosenOption, OrderedItem } from './order-state.ts';

/** Turns ids into what the menu says they are and cost, or says what is wrong with the wish. */
export function priceLine(
  state: MenuState,
  wanted: WantedLine,
  facts: Facts,
): OrderedItem | Refusal {
  const product = findProduct(state.menu, wanted.productId);
  if (!product) return refuse('product-unknown');
  const unavailable = whyNotNow(state, product, facts);
  if (unavailable) return unavailable;

  const variant = product.variants.find(({ id }) => id === wanted.variantId);
  if (!variant && product.variants.length > 0 && wanted.variantId === undefined) {
    const choices = product.variants.map(({ name }) => name).join(', ');
    return refuse('variant-required', { product: product.name, choices });
  }
  if (!variant && wanted.variantId !== undefined) {
    return refuse('variant-unknown', { product: product.name });
  }
  const chosen = chooseOptions(state, product, wanted);
  if (isRefusal(chosen)) return chosen;

  return {
    lineId: wanted.lineId,
    productId: product.id,
    name: product.name,
    ...(variant && { variantId: variant.id, variantName: variant.name }),
    quantity: wanted.quantity,
    unitPriceMinor: variant?.priceMinor ?? product.priceMinor,
    options: chosen.options,
    vatRateBps: product.vatRateBps,
    stationId: product.stationId,
    allergens: chosen.allergens,
    ...(wanted.note && { note: wanted.note }),
  };
}

/** Why this product cannot be ordered at this moment, or nothing. */
export function whyNotNow(state: MenuState, product: Product, facts: Facts): Refusal | undefined {
  const named = { product: product.name };
  if (!product.active) return refuse('product-not-active', named);
  if (state.soldOut.has(product.id)) return refuse('product-sold-out', named);
  if (!isServedAt(product.availability, facts.local)) {
    return refuse('product-not-now', { ...named, times: describeWindows(product.availability) });
  }
  return undefined;
}

interface Chosen {
  readonly options: readonly ChosenOption[];
  readonly allergens: AllergenStatement;
}

function chooseOptions(state: MenuState, product: Product, wanted: WantedLine): Chosen | Refusal {
  const options: ChosenOption[] = [];
  const found: Option[] = [];
  const groups = product.modifierGroupIds.flatMap((id) => findModifierGroup(state.menu, id) ?? []);
  for (const { groupId, optionId } of wanted.options) {
    const group = groups.find(({ id }) => id === groupId);
    const option = group?.options.find(({ id }) => id === optionId);
    if (!option) return refuse('option-unknown', { product: product.name });
    if (found.includes(option)) {
      return refuse('option-repeated', { option: option.name, product: product.name });
    }
    found.push(option);
    options.push({ groupId, optionId, name: option.name, priceMinor: option.priceMinor });
  }
  for (const group of groups) {
    const wrong = wrongCount(group, product, options);
    if (wrong) return wrong;
  }
  return { options, allergens: joinAllergens(product, found) };
}

function wrongCount(
  { id, name, min, max }: ModifierGroup,
  product: Product,
  options: readonly ChosenOption[],
): Refusal | undefined {
  const count = options.filter(({ groupId }) => groupId === id).length;
  if (count < min) return refuse('too-few-options', { min, group: name, product: product.name });
  if (count > max) return refuse('too-many-options', { max, group: name, product: product.name });
  return undefined;
}

/** One unknown part makes the whole unknown (money.md, “Allergens”). */
function joinAllergens(product: Product, options: readonly Option[]): AllergenStatement {
  const parts = [product.allergens, ...options.map((option) => option.allergens)];
  if (parts.includes('unknown')) return 'unknown';
  return [...new Set(parts.flatMap((part) => (part === 'unknown' ? [] : part)))];
}
