import { useState } from 'react';
import type { TableId } from '@fynlo/domain';
import type { Floor } from '@fynlo/domain/floor';
import type { OrderLine } from '@fynlo/domain/order';
import type { TableView } from '@fynlo/domain/restaurant';
import { Button, Sheet } from '@fynlo/ui/components';

const reasons = [
  'Guest changed their mind',
  'Ordered by mistake',
  'Kitchen ran out',
  'Not as it should be',
];

/** What the kitchen already has is taken back with a reason, and stays visible. */
export function VoidSheet({
  line,
  onVoid,
  onClose,
}: {
  line: OrderLine;
  onVoid: (reason: string) => void;
  onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  return (
    <Sheet
      title={`Void ${line.name}`}
      onClose={onClose}
      footer={
        <Button
          look="danger"
          wide
          disabled={reason.trim() === ''}
          onClick={() => onVoid(reason.trim())}
        >
          Void it
        </Button>
      }
    >
      <p className="pb-3 text-ink-soft">
        The kitchen is told. The line stays on the bill, struck through.
      </p>
      <div className="grid gap-2">
        {reasons.map((each) => (
          <Button
            key={each}
            look={each === reason ? 'primary' : 'secondary'}
            onClick={() => setReason(each)}
          >
            {each}
          </Button>
        ))}
        <input
          aria-label="Another reason"
          placeholder="Another reason"
          maxLength={200}
          value={reasons.includes(reason) ? '' : reason}
          onChange={(event) => setReason(event.target.value)}
          className="min-h-12 rounded-xl border border-line bg-ground px-4"
        />
      </div>
    </Sheet>
  );
}

export function MoveSheet({
  tables,
  floor,
  onMove,
  onClose,
}: {
  tables: readonly TableView[];
  floor: Floor | undefined;
  onMove: (to: TableId) => void;
  onClose: () => void;
}) {
  const status = new Map(tables.map((view) => [view.tableId, view.status]));
  return (
    <Sheet title="Move to which table?" onClose={onClose}>
      {floor?.areas.map(({ id: areaId, name }) => (
        <section key={areaId} className="pb-4">
          <h3 className="pb-2 font-semibold text-ink-soft">{name}</h3>
          <div className="grid grid-cols-5 gap-2">
            {floor.tables
              .filter((table) => table.areaId === areaId)
              .map(({ id, label }) => (
                <Button
                  key={id}
                  look={status.get(id) === 'free' ? 'secondary' : 'quiet'}
                  onClick={() => onMove(id)}
                >
                  {label}
                </Button>
              ))}
          </div>
        </section>
      ))}
    </Sheet>
  );
}
