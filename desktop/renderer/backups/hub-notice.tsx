import { useEffect, useState } from 'react';
import type { HubCondition } from '@fynlo/protocol/wire';
import { Button } from '@fynlo/ui/components';
import { TriangleAlert } from 'lucide-react';

const lookEveryMs = 60_000;

const notices: Record<Exclude<HubCondition, 'ok'>, string> = {
  damaged: 'The hub found damage in its database. Orders go on; see Backups for what to do.',
  'backup-failing': 'The last backup was not made as it should be. See Backups for what to do.',
};

/** Says above the bottom bar what a manager should not learn only when it is too late. */
export function HubNotice({ onOpen }: { onOpen: () => void }) {
  const condition = useHubCondition();
  if (condition === 'ok') return null;
  return (
    <section
      role="alert"
      data-hub-condition={condition}
      className="flex shrink-0 items-center gap-3 border-t border-late bg-late-wash px-4 py-1 text-late"
    >
      <TriangleAlert aria-hidden size={18} className="shrink-0" />
      <p className="grow text-sm font-medium">{notices[condition]}</p>
      <Button look="quiet" className="!min-h-11 text-sm !text-late" onClick={onOpen}>
        Open Backups
      </Button>
    </section>
  );
}

function useHubCondition(): HubCondition {
  const [condition, setCondition] = useState<HubCondition>('ok');
  useEffect(() => {
    const look = () => void askHub().then((answer) => answer && setCondition(answer));
    look();
    const timer = setInterval(look, lookEveryMs);
    return () => clearInterval(timer);
  }, []);
  return condition;
}

/** Nothing while the hub is away: the bar below says that already. */
async function askHub(): Promise<HubCondition | undefined> {
  try {
    const response = await fetch('/api/v1/health');
    return ((await response.json()) as { status?: HubCondition }).status;
  } catch {
    return undefined;
  }
}
