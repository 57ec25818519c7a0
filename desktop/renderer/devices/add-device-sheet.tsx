import { useEffect, useState } from 'react';
import type { JoinInfo } from '@fynlo/protocol/wire';
import { Sheet, Skeleton } from '@fynlo/ui/components';
import { callHub } from '../app/call-hub.ts';

/** Shows another device how to join: a QR code for phones, an address and a code for the rest. */
export function AddDeviceSheet({ token, onClose }: { token: string; onClose: () => void }) {
  const [info, setInfo] = useState<JoinInfo | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    void callHub<JoinInfo>(token, '/api/v1/join-info').then((answer) =>
      'because' in answer ? setError(answer.because) : setInfo(answer),
    );
  }, [token]);
  return (
    <Sheet title="Add a device" onClose={onClose} wide>
      {error && <p className="rounded-xl bg-late-wash p-4 text-late">{error}</p>}
      {!info && !error && <Skeleton rows={3} />}
      {info && (
        <div className="grid gap-6 sm:grid-cols-[240px_1fr]">
          <figure>
            <img
              alt="QR code that opens the phone app"
              className="w-full rounded-2xl bg-white p-2"
              src={`data:image/svg+xml;utf8,${encodeURIComponent(info.phoneQrSvg)}`}
            />
            <figcaption className="pt-2 text-center text-sm text-ink-soft">
              Scan with a phone on the same Wi-Fi
            </figcaption>
          </figure>
          <div className="grid content-start gap-4">
            <div>
              <p className="text-sm text-ink-soft">Join code</p>
              <p className="text-4xl font-bold tracking-[0.2em]">{info.code}</p>
            </div>
            <Address title="Phone" url={withoutCode(info.phoneUrls[0])} />
            <Address title="Kitchen screen" url={withoutCode(info.kitchenUrls[0])} />
            <Address title="Another till" url={withoutCode(info.tillUrls[1] ?? info.tillUrls[0])} />
          </div>
        </div>
      )}
    </Sheet>
  );
}

function Address({ title, url }: { title: string; url: string }) {
  return (
    <div>
      <p className="text-sm text-ink-soft">{title}</p>
      <p className="font-semibold break-all">{url}</p>
    </div>
  );
}

function withoutCode(url: string | undefined): string {
  return url?.split('#')[0]?.replace('http://', '') ?? '';
}
