import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { routes } from '../hub/http/routes.ts';
import { newClientId, openTestHub, placeOrder } from './support/test-hub.ts';

const sample = readFileSync(
  fileURLToPath(new URL('../../shared/sample-restaurant/menu.csv', import.meta.url)),
  'utf8',
);

test('[H8] every endpoint that is not for the public is 401 without a session', async () => {
  await using at = await openTestHub();
  const closed = routes.filter(({ policy }) => policy !== 'public' && policy !== 'loopback');
  expect(closed.length).toBeGreaterThan(8);
  for (const { method, path } of closed) {
    const options = method === 'post' ? { body: {} } : {};
    for (const token of [undefined, 'not-a-token']) {
      const { status, body } = await at.call(path.replace(':id', 'x'), {
        ...options,
        ...(token && { token }),
      });
      expect(status, `${method} ${path}`).toBe(401);
      expect(body).toMatchObject({ code: expect.stringMatching(/^authentication/) });
    }
  }
  const open = routes.filter(({ policy }) => policy === 'public').map(({ path }) => path);
  expect(open.toSorted()).toEqual([
    '/api/v1/health',
    '/api/v1/health/websocket',
    '/api/v1/join',
    '/api/v1/openapi.json',
    '/health/websocket',
  ]);
});

test('[H8] a kitchen screen may not read the log, the code or export the menu', async () => {
  await using at = await openTestHub();
  const token = await at.join('kitchen');
  for (const path of [
    '/api/v1/events',
    '/api/v1/join-info',
    '/api/v1/menu/export',
    '/api/v1/devices',
  ]) {
    expect((await at.call(path, { token })).status, path).toBe(403);
  }
  expect((await at.call('/api/v1/menu', { token })).status).toBe(200);
});

test('[H10] ten wrong codes, then a wait, and the right code must wait too', async () => {
  await using at = await openTestHub();
  const code = at.hub.joinCode === '000000' ? '111111' : '000000';
  const body = { code, name: 'Guess', kind: 'till' };
  for (let i = 0; i < 10; i++) {
    expect((await at.call('/api/v1/join', { body })).body).toMatchObject({
      code: 'wrong-join-code',
    });
  }
  const refused = await at.call('/api/v1/join', { body: { ...body, code: at.hub.joinCode } });
  expect(refused.status).toBe(429);
  expect(refused.body).toMatchObject({ code: 'too-many-attempts' });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('[H10] a token works after a restart, and no token or code is in the database', async () => {
  let at = await openTestHub();
  const token = await at.join('phone', 'Anna');
  const { db } = at.hub.context;
  expect(JSON.stringify(db.prepare('SELECT * FROM event').all())).not.toContain(token);
  expect(JSON.stringify(db.prepare('SELECT * FROM device_token').all())).not.toContain(token);
  await at.hub.close();
  at = await openTestHub({}, { dataFolder: at.folder });
  expect((await at.call('/api/v1/menu', { token })).status).toBe(200);
  await at[Symbol.asyncDispose]();
});

test('[H16] what another web page sends is turned away and has no effect', async () => {
  await using at = await openTestHub();
  const token = await at.join();
  const body = { clientId: newClientId(), no: 1, command: placeOrder() };
  const forged: Record<string, string>[] = [
    { origin: 'http://evil.test' },
    { origin: 'null' },
    { origin: 'https://127.0.0.1:1' },
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/x-www-form-urlencoded' },
  ];
  for (const headers of forged) {
    const { status } = await at.call('/api/v1/commands', { token, body, headers });
    expect([403, 415], JSON.stringify(headers)).toContain(status);
  }
  expect([...at.hub.context.road.state.openOrders()]).toHaveLength(0);
  const { hub } = at;
  const rebound = await new Promise<number | undefined>((resolve) => {
    void import('node:http').then(({ get }) =>
      get(`${hub.url}/api/v1/health`, { headers: { host: 'evil.test' } }, (response) =>
        resolve(response.statusCode),
      ),
    );
  });
  expect(rebound).toBe(421);
});

test('[H16] wrong bodies, methods and addresses get their code', async () => {
  await using at = await openTestHub();
  const token = await at.join();
  const code = async (path: string, options: Parameters<typeof at.call>[1]) =>
    ((await at.call(path, options)).body as { code: string }).code;
  expect(await code('/api/v1/join', { body: '{"code":' })).toBe('malformed-json');
  expect(await code('/api/v1/join', { body: { code: 1 } })).toBe('malformed-message');
  expect(await code('/api/v1/join', { body: { code: 'x'.repeat(70_000) } })).toBe(
    'message-too-large',
  );
  expect(await code('/api/v1/join', {})).toBe('method-not-allowed');
  expect(await code('/api/v1/nothing', { token })).toBe('not-found');
  expect(await code('/api/v1/orders?limit=1000', { token })).toBe('malformed-message');
  expect(await code('/api/v1/orders/nobody', { token })).toBe('not-found-item');
});

test('[H5] a command by HTTP is the same command: numbered, recorded, refused in words', async () => {
  await using at = await openTestHub();
  const token = await at.join();
  const clientId = newClientId();
  const send = (no: number, command: unknown) =>
    at.call('/api/v1/commands', { token, body: { clientId, no, command } });
  const order = placeOrder();
  const first = await send(1, order);
  expect(first).toMatchObject({ status: 200, body: { no: 1, accepted: true } });
  expect(await send(1, order)).toMatchObject({ status: 200, body: first.body });
  expect(await send(5, order)).toMatchObject({ status: 409, body: { last: 1 } });
  expect(await send(2, order)).toMatchObject({ status: 422, body: { refused: 'order-exists' } });
  expect((await at.call(`/api/v1/orders/${order.orderId}`, { token })).body).toMatchObject({
    number: '1',
  });
  const history = await at.call(`/api/v1/orders/${order.orderId}/events`, { token });
  expect(history.body).toMatchObject({ items: [{ type: 'order.placed', commandNo: 1, clientId }] });
});

test('[H16] lists come in pages that join without a gap', async () => {
  await using at = await openTestHub();
  const token = await at.join();
  const clientId = newClientId();
  const ids: string[] = [];
  for (let no = 1; no <= 7; no++) {
    const order = placeOrder();
    ids.push(order.orderId);
    await at.call('/api/v1/commands', { token, body: { clientId, no, command: order } });
  }
  const seen: string[] = [];
  let after = '';
  do {
    const { body } = await at.call(`/api/v1/orders?limit=3${after}`, { token });
    const page = body as { items: { id: string }[]; next: string | null };
    seen.push(...page.items.map(({ id }) => id));
    after = page.next === null ? '' : `&after=${page.next}`;
  } while (after !== '');
  expect(seen).toEqual(ids.toReversed());
});

test('[M3] a menu file is all or nothing, is tried before it is used, and comes back the same', async () => {
  await using at = await openTestHub();
  const token = await at.join();
  const path = '/api/v1/menu/imports';
  const version = () => at.hub.context.road.state.menu()?.version;
  const before = version();
  const wrong = await at.call(path, {
    token,
    body: { importId: newClientId(), csv: sample.replace(',6.50,', ',six,') },
  });
  expect(wrong).toMatchObject({ status: 422, body: { code: 'import-rejected' } });
  expect(wrong.body).toMatchObject({ details: { problems: [{ column: 'price', found: 'six' }] } });
  const csv = sample.replace(',6.50,', ',6.60,');
  const importId = newClientId();
  const dry = await at.call(path, { token, body: { importId, csv, dryRun: true } });
  expect(dry.body).toMatchObject({ imported: false, added: [], removed: [] });
  expect((dry.body as { changed: string[] }).changed).toHaveLength(1);
  expect(version()).toBe(before);
  await at.call(path, { token, body: { importId, csv } });
  await at.call(path, { token, body: { importId, csv } });
  expect(version()).toBe((before ?? 0) + 1);
  const back = await at.call('/api/v1/menu/export', { token });
  expect(back.headers.get('content-type')).toContain('text/csv');
  expect(back.body).toBe(csv);
});

test('[H15] health says nothing of the restaurant, and metrics are for this computer', async () => {
  await using at = await openTestHub();
  const { body } = await at.call('/api/v1/health');
  expect(Object.keys(body as object).toSorted()).toEqual(['status', 'uptimeMs', 'version']);
  expect((await at.call('/health/websocket')).body).toMatchObject({ open: 0, dropped: 0 });
  const metrics = await at.call('/metrics');
  expect(metrics.body).toContain('fynlo_commands_total{answer="accepted"}');
  expect(metrics.body).toContain('fynlo_connections_open 0');
});

test('[H16] the description of the API names every endpoint and every command', async () => {
  await using at = await openTestHub();
  const { body } = await at.call('/api/v1/openapi.json');
  const { paths, components } = body as {
    paths: Record<string, object>;
    components: { schemas: object };
  };
  for (const { method, path } of routes) {
    const described = paths[path.replaceAll(/:(\w+)/g, '{$1}')];
    expect(Object.keys(described ?? {}), path).toContain(method);
  }
  expect(Object.keys(components.schemas)).toContain('command.order.place');
});

test('[H1] a busy port is said in a sentence with another to try', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  await expect(openTestHub({}, { port })).rejects.toThrow(`--port ${port + 1}`);
  other.close();
});

test('[H1] one hub at a time opens a folder', async () => {
  await using at = await openTestHub();
  await expect(openTestHub({}, { dataFolder: at.folder })).rejects.toThrow(
    'Another hub is already running',
  );
});
