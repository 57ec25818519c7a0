import { createContext, useContext, useState, type ReactNode } from 'react';
import type { Client } from '../connection/index.ts';
import { RollBackList } from './roll-back-list.ts';

interface Provided {
  readonly client: Client;
  readonly rollBacks: RollBackList;
}

const ClientContext = createContext<Provided | undefined>(undefined);

/** Gives every screen below it the one client. A new client wants a new `key`. */
export function ClientProvider({ client, children }: { client: Client; children?: ReactNode }) {
  const [provided] = useState(() => ({ client, rollBacks: new RollBackList(client) }));
  return <ClientContext value={provided}>{children}</ClientContext>;
}

export function useClient(): Client {
  return useProvided().client;
}

export function useProvided(): Provided {
  const provided = useContext(ClientContext);
  if (!provided) throw new Error('This screen is not inside a ClientProvider.');
  return provided;
}
