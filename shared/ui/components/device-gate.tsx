import type { ReactNode } from 'react';
import { CopyCheck } from 'lucide-react';
import { Button } from './button.tsx';
import { EmptyState, Skeleton } from './empty-state.tsx';
import { JoinPage } from './join-page.tsx';

/** Where a browser is on its way to being one of the restaurant's devices. */
export type Gate<Open> =
  | { readonly is: 'opening' }
  | {
      readonly is: 'stranger';
      readonly because: string | null;
      readonly joining: boolean;
      readonly join: (code: string, name: string) => void;
    }
  | { readonly is: 'elsewhere'; readonly useHere: () => void }
  | ({ readonly is: 'open' } & Open);

/** Shows what stands between a browser and its screen, and the screen once nothing does. */
export function DeviceGate<Open>({
  device,
  what,
  suggestedName,
  children,
}: {
  device: Gate<Open>;
  /** What joins: “this till”. */
  what: string;
  suggestedName: string;
  children: (open: Open) => ReactNode;
}) {
  switch (device.is) {
    case 'opening':
      return <Skeleton />;
    case 'stranger':
      return (
        <JoinPage
          what={what}
          suggestedName={suggestedName}
          error={device.because}
          busy={device.joining}
          onJoin={device.join}
        />
      );
    case 'elsewhere':
      return (
        <EmptyState icon={CopyCheck} title="Open in another tab">
          <p className="pb-4">
            Another tab of this browser is in use as {what}. Nothing is lost if you go on here.
          </p>
          <Button look="primary" onClick={device.useHere}>
            Use it here
          </Button>
        </EmptyState>
      );
    case 'open':
      return children(device);
  }
}
