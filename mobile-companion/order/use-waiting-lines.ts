import { useCallback } from 'react';
import type { LineId, OrderId } from '@fynlo/domain';
import type { RestaurantReader } from '@fynlo/domain/restaurant';
import { useClient, useView } from '@fynlo/client/react';

/** Lines sent on this phone which the hub has not, so that the kitchen cannot have them either. */
export function useWaitingLines(id: OrderId | undefined): readonly LineId[] {
  const client = useClient();
  return useView(
    useCallback(
      (view: RestaurantReader) => {
        const order = id && view.order(id);
        if (!order) return [];
        const heard = new Set(
          client
            .confirmed()
            .order(id)
            ?.lines.flatMap(({ lineId, status }) => (status === 'draft' ? [] : [lineId])),
        );
        return order.lines
          .filter(({ lineId, status }) => status === 'sent' && !heard.has(lineId))
          .map(({ lineId }) => lineId);
      },
      [client, id],
    ),
  );
}
