import { useState } from 'react';
import type { ModifierGroupId, OptionId, VariantId } from '@fynlo/domain';
import {
  findModifierGroup,
  type MenuState,
  type ModifierGroup,
  type Product,
} from '@fynlo/domain/menu';
import type { Settings } from '@fynlo/domain/settings';
import { Check } from 'lucide-react';
import { clsx } from 'clsx';
import { Button } from '../components/index.ts';
import { formatMoney } from '../format/index.ts';
import { t } from '../words/index.ts';

export interface Choice {
  readonly variantId?: VariantId;
  readonly options: readonly { readonly groupId: ModifierGroupId; readonly optionId: OptionId }[];
  readonly note?: string;
  readonly quantity: number;
}

/** Whether a tap must be followed by a question. */
export function asksFirst(product: Product, { menu }: MenuState): boolean {
  return (
    product.variants.length > 0 ||
    product.modifierGroupIds.some((id) => (findModifierGroup(menu, id)?.min ?? 0) > 0)
  );
}

export interface ChoiceFormProps {
  readonly product: Product;
  readonly menu: MenuState;
  readonly settings: Settings;
  readonly onChosen: (choice: Choice) => void;
}

/**
 * The questions a product asks: which kind, then what must be chosen, then what may be. Required
 * ones come first and the button tells what is missing; optional ones never stand in the way.
 */
export function ChoiceForm({ product, menu, settings, onChosen }: ChoiceFormProps) {
  const [variantId, setVariantId] = useState<VariantId | undefined>();
  const [chosen, setChosen] = useState<ReadonlyMap<ModifierGroupId, readonly OptionId[]>>(
    new Map(),
  );
  const [note, setNote] = useState('');
  const groups = product.modifierGroupIds
    .flatMap((id) => findModifierGroup(menu.menu, id) ?? [])
    .toSorted((a, b) => Number(b.min > 0) - Number(a.min > 0));

  const missing =
    product.variants.length > 0 && variantId === undefined
      ? 'Choose the size'
      : groups.find(({ id, min }) => (chosen.get(id)?.length ?? 0) < min)?.name;
  const extra = groups
    .flatMap(({ id, options }) => options.filter((option) => chosen.get(id)?.includes(option.id)))
    .reduce((sum, { priceMinor }) => sum + priceMinor, 0);
  const base =
    product.variants.find(({ id }) => id === variantId)?.priceMinor ??
    (product.variants.length > 0
      ? Math.min(...product.variants.map((v) => v.priceMinor))
      : product.priceMinor);

  const toggle = ({ id, max }: ModifierGroup, option: OptionId) => {
    const before = chosen.get(id) ?? [];
    const after = before.includes(option)
      ? before.filter((each) => each !== option)
      : [...before, option].slice(-max);
    setChosen(new Map(chosen).set(id, after));
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (missing !== undefined) return;
        onChosen({
          ...(variantId && { variantId }),
          options: groups.flatMap(({ id }) =>
            (chosen.get(id) ?? []).map((optionId) => ({ groupId: id, optionId })),
          ),
          ...(note.trim() && { note: note.trim() }),
          quantity: 1,
        });
      }}
    >
      {product.description && <p className="pb-2 text-ink-soft">{product.description}</p>}
      <p className="pb-3 text-sm text-ink-soft">{describeAllergens(product)}</p>
      {product.variants.length > 0 && (
        <Question title="Size" hint="required" isDone={variantId !== undefined}>
          {product.variants.map(({ id, name, priceMinor }) => (
            <OptionButton
              key={id}
              name={name}
              price={formatMoney(priceMinor, settings)}
              isChosen={id === variantId}
              onTap={() => setVariantId(id)}
            />
          ))}
        </Question>
      )}
      {groups.map((group) => (
        <Question
          key={group.id}
          title={group.name}
          hint={hintOf(group)}
          isDone={(chosen.get(group.id)?.length ?? 0) >= group.min}
        >
          {group.options.map(({ id, name, priceMinor }) => (
            <OptionButton
              key={id}
              name={name}
              price={priceMinor === 0 ? '' : `+${formatMoney(priceMinor, settings)}`}
              isChosen={chosen.get(group.id)?.includes(id) ?? false}
              onTap={() => toggle(group, id)}
            />
          ))}
        </Question>
      ))}
      <label className="mt-2 block font-semibold">
        Note for the kitchen
        <input
          value={note}
          maxLength={200}
          onChange={(event) => setNote(event.target.value)}
          placeholder="Well done, no onion, allergy …"
          className="mt-1 min-h-12 w-full rounded-xl border border-line bg-ground px-4 font-normal"
        />
      </label>
      <div className="sticky bottom-0 mt-4 bg-surface pt-2">
        <Button look="primary" type="submit" wide disabled={missing !== undefined}>
          {missing === undefined
            ? `Add · ${formatMoney(base + extra, settings)}`
            : missing.startsWith('Choose')
              ? missing
              : `Choose: ${missing}`}
        </Button>
      </div>
    </form>
  );
}

/** “Unknown” is never shown as “none”. */
export function describeAllergens({ allergens }: Pick<Product, 'allergens'>): string {
  if (allergens === 'unknown') return t('allergensUnknown');
  if (allergens.length === 0) return t('noAllergens');
  return `Contains ${allergens.map(nameAllergen).join(', ')}`;
}

function nameAllergen(allergen: string): string {
  return allergen.replace(/^(gluten|nuts):(.+)$/, '$1 ($2)');
}

function hintOf({ min, max }: ModifierGroup): string {
  if (min === 0) return max === 1 ? 'optional' : `up to ${max}`;
  return min === max ? (min === 1 ? 'required' : `choose ${min}`) : `choose ${min} to ${max}`;
}

function Question({
  title,
  hint,
  isDone,
  children,
}: {
  title: string;
  hint: string;
  isDone: boolean;
  children: React.ReactNode;
}) {
  const isRequired = !hint.startsWith('optional') && !hint.startsWith('up to');
  return (
    <fieldset className="mb-4">
      <legend className="mb-2 flex w-full items-baseline gap-2 font-semibold">
        {title}
        <span
          className={clsx(
            'text-sm font-medium',
            isRequired && !isDone ? 'text-accent' : 'text-ink-soft',
          )}
        >
          {hint}
        </span>
      </legend>
      <div className="grid grid-cols-2 gap-2">{children}</div>
    </fieldset>
  );
}

function OptionButton({
  name,
  price,
  isChosen,
  onTap,
}: {
  name: string;
  price: string;
  isChosen: boolean;
  onTap: () => void;
}) {
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      onClick={onTap}
      className={clsx(
        'flex min-h-13 items-center gap-2 rounded-xl border px-3 py-2 text-left',
        isChosen ? 'border-accent bg-accent-wash font-semibold' : 'border-line bg-ground',
      )}
    >
      <span className="grow">{name}</span>
      {price && <span className="text-sm whitespace-nowrap text-ink-soft">{price}</span>}
      {isChosen && <Check aria-hidden size={18} className="shrink-0 text-accent" />}
    </button>
  );
}
