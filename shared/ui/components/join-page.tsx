import { useState } from 'react';
import { Button } from './button.tsx';
import { isJoinCode, JoinCodeField } from './join-code-field.tsx';

export interface JoinPageProps {
  /** What joins: “this till”, “your phone”. */
  readonly what: string;
  readonly suggestedName: string;
  readonly error: string | null;
  readonly busy: boolean;
  readonly onJoin: (code: string, name: string) => void;
}

/** Six digits and a name, for whoever has not scanned the QR code. */
export function JoinPage({ what, suggestedName, error, busy, onJoin }: JoinPageProps) {
  const [code, setCode] = useState('');
  const [name, setName] = useState(suggestedName);
  const isReady = isJoinCode(code) && name.trim() !== '';
  return (
    <main className="grid min-h-full place-items-center p-6">
      <form
        className="grid w-full max-w-sm gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && !busy) onJoin(code.replaceAll(' ', ''), name.trim());
        }}
      >
        <div>
          <p className="text-sm font-semibold tracking-wide text-accent">Fynlo</p>
          <h1 className="mt-1 text-3xl font-bold">Join the restaurant</h1>
          <p className="mt-2 text-ink-soft">
            Type the six digits that the hub shows, or scan its QR code with {what}.
          </p>
        </div>
        <JoinCodeField code={code} onChange={setCode} />
        <label className="font-medium">
          Call {what}
          <input
            className="mt-1 min-h-14 w-full rounded-xl border border-line bg-surface px-4 text-ink"
            maxLength={60}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        {error && (
          <p role="alert" className="rounded-xl bg-late-wash px-4 py-3 text-late">
            {error}
          </p>
        )}
        <Button look="primary" type="submit" wide disabled={!isReady || busy}>
          {busy ? 'Joining …' : 'Join'}
        </Button>
      </form>
    </main>
  );
}
