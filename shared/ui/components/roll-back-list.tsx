import { Undo2, X } from 'lucide-react';

/** What was shown as done and the hub refused, with the reason. Stays until it has been read. */
export function RollBackList({
  items,
}: {
  items: readonly { key: string; because: string; onDismiss: () => void }[];
}) {
  if (items.length === 0) return null;
  return (
    <ul className="grid gap-2 p-3" aria-live="polite">
      {items.map(({ key, because, onDismiss }) => (
        <li
          key={key}
          className="flex items-center gap-3 rounded-2xl bg-late-wash py-1 pl-4 text-late shadow-raised"
        >
          <Undo2 aria-hidden size={18} className="shrink-0" />
          <p className="grow py-2">{because}</p>
          <button
            type="button"
            aria-label="Dismiss"
            onClick={onDismiss}
            className="grid size-12 shrink-0 place-items-center rounded-full"
          >
            <X aria-hidden size={18} />
          </button>
        </li>
      ))}
    </ul>
  );
}
