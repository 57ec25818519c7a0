import { useState } from 'react';
import { Button } from './button.tsx';
import { isJoinCode, JoinCodeField } from './join-code-field.tsx';
import { Sheet } from './sheet.tsx';

/** For a device the hub does not know any more. What it has done meanwhile stays, and goes out. */
export function JoinAgainSheet({
  unsent,
  onJoin,
  onClose,
}: {
  unsent: number;
  onJoin: (code: string) => Promise<string | null>;
  onClose: () => void;
}) {
  const [code, setCode] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [because, setBecause] = useState<string | null>(null);
  const join = async () => {
    setBusy(true);
    const whyNot = await onJoin(code.replaceAll(' ', ''));
    setBusy(false);
    setBecause(whyNot);
    if (whyNot === null) onClose();
  };
  return (
    <Sheet title="Join again" onClose={onClose}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (isJoinCode(code) && !isBusy) void join();
        }}
      >
        <p className="text-ink-soft">
          The hub does not know this device any more. Type the six digits that the hub shows.
          {unsent > 0 && ` What is unsent (${unsent}) goes out as soon as it has joined.`}
        </p>
        <JoinCodeField code={code} onChange={setCode} />
        {because && (
          <p role="alert" className="rounded-xl bg-late-wash px-4 py-3 text-late">
            {because}
          </p>
        )}
        <Button look="primary" type="submit" wide disabled={!isJoinCode(code) || isBusy}>
          {isBusy ? 'Joining …' : 'Join'}
        </Button>
      </form>
    </Sheet>
  );
}
