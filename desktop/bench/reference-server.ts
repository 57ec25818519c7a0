/**
 * The minimal hub that Fynlo is measured against: `ws`, one SQLite file in WAL with FULL, one commit
 * for whatever arrived in the turn, and one buffer for each turn, written once to each reader. No
 * rules, no views. With `--writer worker` the commit runs on a worker thread.
 *
 * A writer sends `{"w":<n>,"id":"<uuid>",…}` and gets `{"ack":<n>}`; a reader sends `{"since":<seq>}`
 * and gets every row after it, in frames of `{"seq":<last>,"rows":[…]}`.
 */
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { WebSocketServer } from 'ws';
import { frameText } from '../hub/live/frame.ts';

interface Waiting {
  readonly socket: Duplex;
  readonly no: number;
  readonly row: string;
}

function openLog(path: string) {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY, row TEXT NOT NULL) STRICT');
  const insert = db.prepare('INSERT INTO log (seq, row) VALUES (?, ?)');
  const since = db.prepare('SELECT seq, row FROM log WHERE seq > ? ORDER BY seq LIMIT 500');
  return {
    append: db.transaction((first: number, rows: readonly string[]) => {
      rows.forEach((row, i) => insert.run(first + i, row));
    }),
    since: (seq: number) => since.all(seq) as { seq: number; row: string }[],
  };
}

function serve(path: string, inWorker: boolean, port: number): void {
  const log = openLog(path);
  const readers = new Set<Duplex>();
  let seq = 0;
  let waiting: Waiting[] = [];
  let busy = false;

  const publish = (group: readonly Waiting[]) => {
    seq += group.length;
    const rows = group.map(({ row }) => row).join(',');
    const frame = frameText(`{"seq":${seq},"rows":[${rows}]}`);
    for (const reader of readers) reader.write(frame);
    const acks = new Map<Duplex, Buffer[]>();
    for (const { socket, no } of group) {
      const frames = acks.get(socket) ?? [];
      frames.push(frameText(`{"ack":${no}}`));
      acks.set(socket, frames);
    }
    for (const [socket, frames] of acks) socket.write(Buffer.concat(frames));
  };

  const worker = inWorker ? new Worker(fileURLToPath(import.meta.url), { workerData: path }) : null;
  let group: readonly Waiting[] = [];
  const runGroup = () => {
    group = waiting;
    waiting = [];
    if (worker) return worker.postMessage({ first: seq + 1, rows: group.map(({ row }) => row) });
    log.append(
      seq + 1,
      group.map(({ row }) => row),
    );
    busy = false;
    publish(group);
  };
  worker?.on('message', () => {
    publish(group);
    if (waiting.length > 0) runGroup();
    else busy = false;
  });

  const sendSince = (socket: Duplex, from: number) => {
    let at = from;
    for (;;) {
      const rows = log.since(at);
      const last = rows.at(-1);
      if (!last) break;
      at = last.seq;
      socket.write(frameText(`{"seq":${at},"rows":[${rows.map(({ row }) => row).join(',')}]}`));
    }
    readers.add(socket);
  };

  const http = createServer();
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  http.on('upgrade', (request, socket, head) => {
    server.handleUpgrade(request, socket, head, (ws) => {
      ws.on('message', (data) => {
        const row = (data as Buffer).toString();
        const message = JSON.parse(row) as { w?: number; since?: number };
        if (message.since !== undefined) return sendSince(socket, message.since);
        waiting.push({ socket, no: message.w ?? 0, row });
        if (busy) return;
        busy = true;
        setImmediate(runGroup);
      });
      ws.on('close', () => readers.delete(socket));
    });
  });
  http.listen(port, '127.0.0.1', () => {
    const address = http.address();
    process.stdout.write(`listening ${typeof address === 'object' ? address?.port : ''}\n`);
  });
}

if (isMainThread) {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: ':memory:' },
      port: { type: 'string', default: '0' },
      writer: { type: 'string', default: 'main' },
    },
  });
  serve(values.data, values.writer === 'worker', Number(values.port));
} else {
  const log = openLog(workerData as string);
  parentPort?.on('message', ({ first, rows }: { first: number; rows: readonly string[] }) => {
    log.append(first, rows);
    parentPort?.postMessage(null);
  });
}
