import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientId, LineId, OrderId, ProductId, TableId } from '@fynlo/domain';
import type { DeviceKind } from '@fynlo/domain/device';
import {
  livePath,
  protocolVersion,
  type HubMessage,
  type JoinResponse,
  type WireCommand,
} from '@fynlo/protocol/wire';
import { v7 as uuidv7 } from 'uuid';
import { WebSocket } from 'ws';
import type { HubConfig } from '../../hub/config/config.ts';
import { startHub, type HubOverrides, type RunningHub } from '../../hub/start-hub.ts';

/** A real hub in this process: real file, real sockets, the sample restaurant. */
export async function openTestHub(
  overrides: HubOverrides = {},
  config: Partial<HubConfig> = {},
): Promise<TestHub> {
  const folder = config.dataFolder ?? mkdtempSync(join(tmpdir(), 'fynlo-test-'));
  const hub = await startHub(
    {
      host: '127.0.0.1',
      port: 0,
      beginWith: 'sample',
      announce: false,
      connectionsMax: 100,
      connectionsPerDeviceMax: 5,
      logLevel: 'silent',
      ...config,
      dataFolder: folder,
    },
    overrides,
  );
  return new TestHub(hub, folder);
}

export class TestHub implements AsyncDisposable {
  readonly hub: RunningHub;
  readonly folder: string;
  constructor(hub: RunningHub, folder: string) {
    this.hub = hub;
    this.folder = folder;
  }

  async join(kind: DeviceKind = 'till', name = 'Test'): Promise<string> {
    const { status, body } = await this.call('/api/v1/join', {
      body: { code: this.hub.joinCode, name, kind },
    });
    if (status !== 200) throw new Error(JSON.stringify(body));
    return (body as JoinResponse).token;
  }

  async call(
    path: string,
    {
      token,
      body,
      method = body === undefined ? 'GET' : 'POST',
      headers = {},
    }: { token?: string; body?: unknown; method?: string; headers?: Record<string, string> } = {},
  ): Promise<{ status: number; body: unknown; headers: Headers }> {
    const response = await fetch(this.hub.url + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      body: isJson ? JSON.parse(text) : text,
      headers: response.headers,
    };
  }

  /** A socket that has said hello. */
  async connect(token: string, clientId: ClientId = newClientId()): Promise<Wire> {
    const wire = await Wire.open(this.hub.port);
    wire.send(helloOf(token, clientId));
    await wire.until(({ type }) => type === 'welcome');
    return wire;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hub.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function helloOf(token: string, clientId: ClientId = newClientId()) {
  const subscribe = ['*'];
  return {
    type: 'hello',
    protocol: protocolVersion,
    token,
    clientId,
    build: 'test',
    position: null,
    subscribe,
  };
}

/** A machine may be slow; a test that waits so long has failed all the same. */
const waitMs = 30_000;

/** A bare socket that keeps everything it is told. */
export class Wire {
  readonly messages: HubMessage[] = [];
  readonly closed: Promise<number>;
  readonly ws: WebSocket;
  #listeners = new Set<() => void>();

  constructor(ws: WebSocket) {
    this.ws = ws;
    this.closed = new Promise((resolve) => ws.once('close', (code) => resolve(code)));
    ws.on('message', (data) => {
      this.messages.push(JSON.parse((data as Buffer).toString()) as HubMessage);
      for (const listener of this.#listeners) listener();
    });
    ws.on('error', () => undefined);
  }

  static async open(port: number, options: { origin?: string } = {}): Promise<Wire> {
    const ws = new WebSocket(`ws://127.0.0.1:${port}${livePath}`, options);
    const wire = new Wire(ws);
    await new Promise((resolve, reject) => {
      ws.once('open', resolve);
      ws.once('error', reject);
    });
    return wire;
  }

  send(message: unknown): void {
    this.ws.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  command(no: number, command: unknown): void {
    this.send({ type: 'command', no, command, at: Date.now() });
  }

  /** The answer to command `no`. */
  answer(no: number): Promise<HubMessage> {
    return this.until((message) => 'no' in message && message.no === no);
  }

  until(wanted: (message: HubMessage) => boolean): Promise<HubMessage> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () =>
          reject(new Error(`Not told in time; heard ${this.messages.map((m) => m.type).join()}`)),
        waitMs,
      );
      const look = () => {
        const found = this.messages.find(wanted);
        if (!found) return;
        clearTimeout(late);
        this.#listeners.delete(look);
        resolve(found);
      };
      this.#listeners.add(look);
      look();
    });
  }
}

export function newClientId(): ClientId {
  return randomUUID() as ClientId;
}

export function placeOrder(
  productIds: readonly string[] = ['chips', 'house-salad'],
  orderId = uuidv7() as OrderId,
): Extract<WireCommand, { type: 'order.place' }> {
  return {
    type: 'order.place',
    orderId,
    channel: 'dine-in',
    tableId: '7' as TableId,
    lines: productIds.map((productId) => ({
      lineId: uuidv7() as LineId,
      productId: productId as ProductId,
      quantity: 1,
      options: [],
    })),
  };
}
