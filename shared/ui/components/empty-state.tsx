import type { ReactNode } from 'react';
import type { LucideIcon } from 'lucide-react';

/** What a screen shows when there is nothing yet, with what to do about it. */
export function EmptyState({
  icon: Icon,
  title,
  children,
}: {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
}) {
  return (
    <div className="mx-auto grid max-w-sm place-items-center gap-3 px-6 py-16 text-center">
      <span className="grid size-16 place-items-center rounded-2xl bg-accent-wash text-accent">
        <Icon aria-hidden size={30} />
      </span>
      <h2 className="text-lg font-bold">{title}</h2>
      <div className="text-ink-soft">{children}</div>
    </div>
  );
}

/** Holds a screen's shape while it loads. */
export function Skeleton({ rows = 6 }: { rows?: number }) {
  return (
    <div aria-busy="true" aria-label="Loading" className="grid gap-3 p-4">
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className="h-16 animate-pulse rounded-2xl bg-sunken" />
      ))}
    </div>
  );
}
