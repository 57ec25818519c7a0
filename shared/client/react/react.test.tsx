import { addLine, openOrder, orderId, sendOrder, tableSeven } from '@fynlo/testing/builders';
import { buildWorld } from '@fynlo/testing/hub-double';
import { viewTables } from '@fynlo/domain/restaurant';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import {
  ClientProvider,
  useFloor,
  useMenu,
  useOpenOrders,
  useOrder,
  useRollBacks,
  useSettings,
  useStatus,
  useTables,
} from './index.ts';
import { reuseTables } from './reuse-tables.ts';
import { RollBackList } from './roll-back-list.ts';
import { reuseList, Selection } from './selection.ts';

test('[O6] every hook shows what the client has', async () => {
  const { around, open } = buildWorld();
  const client = await open();
  await around.pass(10);
  client.dispatch(openOrder(1));
  client.dispatch(addLine(1, 1));
  const html = renderToString(
    <ClientProvider client={client}>
      <Screen />
    </ClientProvider>,
  );
  expect(html).toBe('<p>The Copper Kettle|CONNECTED|2|3|1|1|1|0</p>');
});

test('[O6] a selection gives the same object while it says the same', async () => {
  const { around, hub, open } = buildWorld();
  const client = await open();
  hub.decideHere(openOrder(1));
  await around.pass(2_000);
  const orders = new Selection<unknown>();
  const tables = new Selection<ReturnType<typeof viewTables>>();
  const readOrders = () => orders.read(client, (view) => [...view.openOrders()], reuseList);
  const readTables = () => tables.read(client, viewTables, reuseTables);
  const [before, floor] = [readOrders(), readTables()];
  expect(readOrders()).toBe(before);

  hub.decideHere({ type: 'menu.eighty-six', productId: 'bitter' as never, soldOut: true });
  await around.pass(10);
  expect(readOrders()).toBe(before);
  expect(readTables()).toBe(floor);

  hub.decideHere(addLine(1, 1));
  hub.decideHere(sendOrder(1));
  await around.pass(10);
  expect(readOrders()).not.toBe(before);
  const [seven, eight] = readTables();
  expect(seven?.status).toBe('ordered');
  expect(seven).not.toBe(floor[0]);
  expect(eight).toBe(floor[1]);
});

test('[O6] status is the same object while only pings go by', async () => {
  const { around, open } = buildWorld();
  const client = await open({ kitchenPing: true });
  await around.pass(2_000);
  const { before, revision } = { before: client.status(), revision: client.revision() };
  await around.pass(20_000);
  expect(client.status()).toBe(before);
  expect(client.revision()).toBe(revision);
});

test('[O6] refusals wait until a person waves them away, and do not pile up', async () => {
  const { around, open } = buildWorld();
  const client = await open();
  const list = new RollBackList(client);
  for (let n = 1; n <= 25; n++) client.dispatch(sendOrder(n));
  await around.pass(100);
  expect(list.read()).toHaveLength(20);
  const [first] = list.read();
  if (first) list.dismiss(first);
  expect(list.read()).toHaveLength(19);
  expect(list.read()).not.toContain(first);
});

function Screen() {
  const { rollBacks } = useRollBacks();
  const seven = useTables().find(({ tableId }) => tableId === tableSeven);
  const shown = [
    useSettings()?.name,
    useStatus().connection,
    useFloor()?.tables.length,
    useMenu()?.menu.products.length,
    useOpenOrders().length,
    useOrder(orderId(1))?.lines.length,
    seven?.orders.length,
    rollBacks.length,
  ];
  return <p>{shown.join('|')}</p>;
}
