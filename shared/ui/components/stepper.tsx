import { Minus, Plus, Trash2 } from 'lucide-react';

/** Less, how many, more. At one, less means away. */
export function Stepper({
  value,
  label,
  onChange,
  onRemove,
}: {
  value: number;
  label: string;
  onChange: (value: number) => void;
  onRemove?: () => void;
}) {
  const button =
    'grid size-12 place-items-center rounded-full border border-line bg-surface hover:bg-sunken';
  const isLast = value <= 1 && onRemove;
  return (
    <fieldset aria-label={label} className="inline-flex shrink-0 items-center">
      <button
        type="button"
        className={button}
        aria-label={isLast ? `Remove ${label}` : `One less ${label}`}
        disabled={value <= 1 && !onRemove}
        onClick={() => (isLast ? onRemove() : onChange(value - 1))}
      >
        {isLast ? <Trash2 aria-hidden size={18} /> : <Minus aria-hidden size={18} />}
      </button>
      <output className="min-w-9 text-center text-lg font-bold">{value}</output>
      <button
        type="button"
        className={button}
        aria-label={`One more ${label}`}
        onClick={() => onChange(value + 1)}
      >
        <Plus aria-hidden size={18} />
      </button>
    </fieldset>
  );
}
