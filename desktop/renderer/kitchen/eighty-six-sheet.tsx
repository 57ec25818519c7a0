import { useState } from 'react';
import { useClient, useMenu } from '@fynlo/client/react';
import { Button, Sheet } from '@fynlo/ui/components';

/** Sold out everywhere at once, and back again. What is out already stands first. */
export function EightySixSheet({ onClose }: { onClose: () => void }) {
  const client = useClient();
  const menu = useMenu();
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const products = (menu?.menu.products ?? [])
    .filter(({ name, id }) =>
      wanted === '' ? menu?.soldOut.has(id) : name.toLowerCase().includes(wanted),
    )
    .slice(0, 30);
  return (
    <Sheet title="86: sold out" onClose={onClose} wide>
      <input
        aria-label="Find a dish"
        placeholder="Find a dish"
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="mb-3 min-h-16 w-full rounded-2xl border border-line bg-ground px-5 text-2xl"
      />
      <ul className="grid gap-2">
        {products.map(({ id, name }) => {
          const isOut = menu?.soldOut.has(id) ?? false;
          return (
            <li key={id}>
              <Button
                size="kitchen"
                wide
                look={isOut ? 'danger' : 'secondary'}
                className="!justify-between"
                onClick={() =>
                  client.dispatch({ type: 'menu.eighty-six', productId: id, soldOut: !isOut })
                }
              >
                {name}
                <span className="text-lg">{isOut ? 'Bring back' : 'Sold out'}</span>
              </Button>
            </li>
          );
        })}
      </ul>
      {products.length === 0 && (
        <p className="py-6 text-xl text-ink-soft">
          {wanted === '' ? 'Nothing is sold out. Type a dish’s name.' : 'No dish of that name.'}
        </p>
      )}
    </Sheet>
  );
}
