import { useEffect, useState, type ReactNode } from 'react';
import { JoinPage } from './join-page.tsx';
import { Skeleton } from './empty-state.tsx';

export interface DeviceGateProps<Session, Device> {
  readonly what: string;
  readonly suggestedName: string;
  readonly remembered: () => Session | null;
  /** The code in the address, taken out of it. */
  readonly takeCode: () => string | null;
  readonly join: (code: string, name: string) => Promise<Session | { readonly because: string }>;
  readonly open: (session: Session) => Promise<Device>;
  readonly children: (device: Device, session: Session) => ReactNode;
}

/** Lets a device through once it has joined: from memory, by the code in its address, or by hand. */
export function DeviceGate<Session extends object, Device>(props: DeviceGateProps<Session, Device>) {
  const { what, suggestedName, remembered, takeCode, join, open, children } = props;
  const [session, setSession] = useState<Session | null>(null);
  const [device, setDevice] = useState<Device | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(true);

  const joinWith = async (code: string, name: string) => {
    setBusy(true);
    const joined = await join(code, name);
    setBusy(false);
    if ('because' in joined) setError(String(joined.because));
    else setSession(joined);
  };

  useEffect(() => {
    const code = takeCode();
    const known = remembered();
    if (known) setSession(known);
    else if (code !== null) void joinWith(code, suggestedName);
    else setBusy(false);
    // Only at the start: what is remembered does not change under a running screen.
  }, []);

  useEffect(() => {
    if (!session) return;
    let isGone = false;
    void open(session).then((opened) => {
      if (!isGone) setDevice(opened);
    });
    return () => {
      isGone = true;
    };
  }, [session, open]);

  if (session && device) return children(device, session);
  if (session || (busy && !error)) return <Skeleton />;
  return (
    <JoinPage
      what={what}
      suggestedName={suggestedName}
      error={error}
      busy={busy}
      onJoin={(code, name) => void joinWith(code, name)}
    />
  );
}
