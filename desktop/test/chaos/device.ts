import { get } from 'node:http';
import { connect } from 'node:net';
import type { ClientId } from '@fynlo/domain';
import type { DeviceKind } from '@fynlo/domain/device';
import {
  openClient,
  systemSurroundings,
  type Client,
  type ConnectionState,
  type Socket,
} from '@fynlo/client/connection';
import { MemoryStorage } from '@fynlo/client/memory';
import { livePath, type JoinResponse, type WireCommand } from '@fynlo/protocol/wire';
import { WebSocket } from 'ws';
import type { Said } from './said.ts';

export interface JoinAt {
  readonly url: string;
  readonly joinCode: string;
}

export interface DeviceNetwork {
  /** Where it connects, when that is not the hub itself: a proxy's port. */
  readonly port?: number | undefined;
  /** The loopback address it comes from, as each device in a restaurant has its own. */
  readonly address?: string | undefined;
}

const answerWithinMs = 2_000;

/** As a browser does: through whatever stands between this device and its hub. */
function knock(url: string, port: number | string): Promise<boolean> {
  const { host } = new URL(url);
  const path = '/api/v1/health';
  return new Promise((resolve) => {
    const asked = get(
      { host: '127.0.0.1', port, path, headers: { host }, timeout: answerWithinMs },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      },
    );
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(false));
  });
}

/** Joins a restaurant over HTTP, as a screen does. */
export async function joinHub(
  { url, joinCode }: JoinAt,
  kind: DeviceKind,
  name: string,
): Promise<JoinResponse> {
  const response = await fetch(`${url}/api/v1/join`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: joinCode, name, kind }),
  });
  if (!response.ok) throw new Error(`Could not join: ${response.status} ${await response.text()}`);
  return (await response.json()) as JoinResponse;
}

/**
 * A scripted till, phone or kitchen screen: the real client over a real socket. It keeps its own
 * record of everything it asked for and was told, which the judge compares with the hub's file.
 */
export class Device {
  readonly name: string;
  readonly kind: DeviceKind;
  readonly token: string;
  readonly said: Said[] = [];
  /** How many messages of each type the hub sent to this device. */
  readonly heard = new Map<string, number>();
  /** Local ports of its sockets: how a recording of the hub's sockets knows who was told. */
  readonly ports: number[] = [];
  /** Every connection state it went through, with when it was entered. */
  readonly states: { readonly state: ConnectionState; readonly at: number }[] = [];
  /** How often the hub said that what it stored is of another history. */
  resets = 0;
  /** How often it took a new client id, because its numbers and the hub's cannot both be right. */
  renumbered = 0;
  #client: Client | undefined;
  #clientId: ClientId | undefined;
  #nextNo = 1;

  private constructor(name: string, kind: DeviceKind, token: string) {
    this.name = name;
    this.kind = kind;
    this.token = token;
  }

  static async open(
    at: JoinAt,
    kind: DeviceKind,
    name: string,
    { port = Number(new URL(at.url).port), address }: DeviceNetwork = {},
  ): Promise<Device> {
    const joined = await joinHub(at, kind, name);
    const device = new Device(name, kind, joined.token);
    const url = `ws://127.0.0.1:${port}${livePath}`;
    const client = await openClient({
      url,
      token: joined.token,
      deviceId: joined.deviceId,
      build: 'chaos',
      storage: new MemoryStorage(),
      openSocket: (to) => device.#openSocket(to, new URL(at.url).host, address),
      kitchenPing: kind === 'kitchen',
      surroundings: { ...systemSurroundings(), knock: () => knock(at.url, port) },
    });
    device.#client = client;
    device.#clientId = client.clientId;
    client.onChange(() => device.#look());
    device.#look();
    return device;
  }

  get client(): Client {
    if (!this.#client) throw new Error('The device is not open yet.');
    return this.#client;
  }

  ask(command: WireCommand): Said {
    return this.#ask(command).said;
  }

  /** Asks and waits for the hub's answer, however long that takes. */
  async askAndWait(command: WireCommand): Promise<Said> {
    const { said, answered } = this.#ask(command);
    await answered;
    return said;
  }

  #ask(command: WireCommand): { said: Said; answered: Promise<void> } {
    this.#look();
    const { client } = this;
    const name = { device: client.deviceId, clientId: client.clientId, no: this.#nextNo++ };
    const said: Said = {
      command,
      names: [name],
      outcome: undefined,
      askedAt: performance.now(),
      answeredAt: undefined,
    };
    this.said.push(said);
    return { said, answered: this.#keepAnswer(said) };
  }

  async #keepAnswer(said: Said): Promise<void> {
    said.outcome = await this.client.dispatch(said.command).outcome;
    said.answeredAt = performance.now();
  }

  unanswered(): Said[] {
    return this.said.filter(({ outcome }) => !outcome);
  }

  isLive(): boolean {
    const { connection, current } = this.client.status();
    return connection === 'CONNECTED' && current;
  }

  async close(): Promise<void> {
    await this.#client?.close();
  }

  /** Notices what a client says only by having changed: its state, and a new client id. */
  #look(): void {
    const { client } = this;
    const { connection, since } = client.status();
    if (this.states.at(-1)?.state !== connection)
      this.states.push({ state: connection, at: since });
    if (client.clientId === this.#clientId) return;
    // It has offered everything unanswered again under a new id, numbered from 1 in order.
    this.#clientId = client.clientId;
    this.renumbered++;
    const moved = this.unanswered();
    moved.forEach(({ names }, i) =>
      names.push({ device: client.deviceId, clientId: client.clientId, no: i + 1 }),
    );
    this.#nextNo = moved.length + 1;
  }

  /** Asks for the hub by its own name, also through a proxy: another one is turned away. */
  #openSocket(url: string, host: string, localAddress: string | undefined): Socket {
    const ws = new WebSocket(url, {
      perMessageDeflate: false,
      headers: { host },
      createConnection: ((options: { port: number; host: string }) => {
        const socket = connect({ ...options, ...(localAddress && { localAddress }) });
        socket.once('connect', () => this.ports.push(socket.localPort ?? 0));
        return socket;
      }) as never,
    });
    ws.on('error', () => undefined);
    ws.on('message', (data: Buffer) => {
      const type = /"type":"([a-z-]+)"/.exec(data.toString('latin1', 0, 40))?.[1] ?? '?';
      this.heard.set(type, (this.heard.get(type) ?? 0) + 1);
      if (type === 'welcome' && data.includes('"catchUp":"reset"')) this.resets++;
    });
    return ws as unknown as Socket;
  }
}
