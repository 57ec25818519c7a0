import type { ReactNode } from 'react';
import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { clsx } from 'clsx';

export interface SheetProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Stays in view below what scrolls. */
  readonly footer?: ReactNode;
  /** A sheet that rises on a phone and stands in the middle elsewhere; or wide for long content. */
  readonly wide?: boolean;
}

export function Sheet({ title, onClose, children, footer, wide = false }: SheetProps) {
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-[rgb(20_14_8/45%)] transition-opacity duration-100 data-[starting-style]:opacity-0" />
        <Dialog.Popup
          className={clsx(
            'fixed z-50 flex max-h-[92dvh] flex-col bg-surface text-ink shadow-raised transition duration-100',
            'inset-x-0 bottom-0 rounded-t-3xl data-[starting-style]:translate-y-6 data-[starting-style]:opacity-0',
            'sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-3xl',
            wide ? 'sm:w-[min(860px,94vw)]' : 'sm:w-[min(520px,94vw)]',
          )}
        >
          <header className="flex items-center gap-3 px-5 pt-4 pb-2">
            <Dialog.Title className="grow text-xl font-bold">{title}</Dialog.Title>
            <Dialog.Close
              aria-label="Close"
              className="grid size-12 place-items-center rounded-full text-ink-soft hover:bg-sunken"
            >
              <X aria-hidden size={22} />
            </Dialog.Close>
          </header>
          <div className="grow overflow-y-auto px-5 pb-4">{children}</div>
          {footer && (
            <footer className="border-t border-line px-5 pt-3 pb-[max(1rem,env(safe-area-inset-bottom))]">
              {footer}
            </footer>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
