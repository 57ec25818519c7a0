import { lazy, Suspense } from 'react';
import { Skeleton } from '@fynlo/ui/components';
import { TillApp } from './till-app.tsx';
import { usePath } from './router.ts';

// A till never needs the kitchen's code, nor the kitchen the till's.
const KitchenApp = lazy(async () => ({
  default: (await import('../kitchen/kitchen-app.tsx')).KitchenApp,
}));

export function App() {
  const path = usePath();
  if (!path.startsWith('/kitchen')) return <TillApp />;
  return (
    <Suspense fallback={<Skeleton />}>
      <KitchenApp />
    </Suspense>
  );
}
