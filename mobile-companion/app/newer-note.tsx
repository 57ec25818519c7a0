import { Button } from '@fynlo/ui/components';
import { t } from '@fynlo/ui/words';
import { Sparkles } from 'lucide-react';

/** A newer version is here. Nobody has to: it comes by itself when the app is opened next. */
export function NewerNote({ onUse }: { onUse: () => void }) {
  return (
    <div
      aria-live="polite"
      className="flex shrink-0 items-center gap-2 border-t border-line bg-surface pl-4 text-sm"
    >
      <Sparkles aria-hidden size={16} className="shrink-0 text-accent" />
      <p className="grow">{t('newerReady')}</p>
      <Button look="quiet" className="!min-h-12 !px-4 text-sm !text-accent" onClick={onUse}>
        {t('useNewer')}
      </Button>
    </div>
  );
}
