import { useEffect, useRef } from 'react';
import type { LineId } from '@fynlo/domain';
import { useClient } from '@fynlo/client/react';
import type { Ticket } from './tickets.ts';

/**
 * Tells the hub which lines this screen has painted: the waiter's “Kitchen has it”. Said after the
 * frame that holds them, once for each line, and not by a screen that nobody can see.
 */
export function useAcknowledgeShown(tickets: readonly Ticket[]): void {
  const client = useClient();
  const said = useRef(new Set<LineId>());
  useEffect(() => {
    const unsaid = tickets.flatMap(({ orderId, lines }) => {
      const lineIds = lines
        .filter(({ status, lineId }) => status === 'sent' && !said.current.has(lineId))
        .map(({ lineId }) => lineId);
      return lineIds.length === 0 ? [] : [{ orderId, lineIds }];
    });
    if (unsaid.length === 0 || document.visibilityState !== 'visible') return;
    // The second frame begins when the first has been painted.
    let second = 0;
    const first = requestAnimationFrame(() => {
      second = requestAnimationFrame(() => {
        for (const { orderId, lineIds } of unsaid) {
          for (const id of lineIds) said.current.add(id);
          client.dispatch({ type: 'kitchen.show', orderId, lineIds });
        }
      });
    });
    return () => {
      cancelAnimationFrame(first);
      cancelAnimationFrame(second);
    };
  }, [client, tickets]);
}
