import { statSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RoadObserver } from '../commands/command-road.ts';
import type { EventLog } from '../event-log/event-log.ts';
import type { LiveStats } from '../live/live-sockets.ts';

const buckets = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000].map((ms) => ms / 1000);

export interface Metrics extends RoadObserver {
  readonly registry: Registry;
  /** Gauges are read when they are asked for: from here on they can be. */
  watch(parts: { log: EventLog; live: () => LiveStats; databasePath: string }): void;
  close(): void;
}

/** Everything the hub measures of itself, in one registry of its own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const commands = new Counter({
    name: 'fynlo_commands_total',
    help: 'Commands answered, by the kind of answer.',
    labelNames: ['answer'],
    registers,
  });
  const events = new Counter({
    name: 'fynlo_events_total',
    help: 'Events appended since the start.',
    registers,
  });
  const commit = new Histogram({
    name: 'fynlo_commit_seconds',
    help: 'How long one group waited for the disk.',
    buckets,
    registers,
  });
  const answer = new Histogram({
    name: 'fynlo_answer_seconds',
    help: 'From a command on the road to its answer.',
    buckets,
    registers,
  });
  const groupSize = new Histogram({
    name: 'fynlo_group_commands',
    help: 'Commands in one commit.',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    registers,
  });
  const loopDelay = monitorEventLoopDelay({ resolution: 10 });
  loopDelay.enable();

  return {
    registry,
    groupCommitted: ({ commands: size, events: count, commitMs }) => {
      events.inc(count);
      groupSize.observe(size);
      commit.observe(commitMs / 1000);
    },
    answered: (kind, waitedMs) => {
      commands.inc({ answer: kind });
      answer.observe(waitedMs / 1000);
    },
    watch: ({ log, live, databasePath }) => {
      gauge(registry, 'fynlo_log_head', 'The last seq in the log.', () => log.head().seq);
      gauge(registry, 'fynlo_connections_open', 'Joined sockets.', () => live().open);
      gauge(registry, 'fynlo_connections_opened', 'Joined since the start.', () => live().opened);
      gauge(registry, 'fynlo_connections_dropped', 'Given up.', () => live().dropped);
      gauge(registry, 'fynlo_connections_reconnected', 'Come back.', () => live().reconnected);
      gauge(registry, 'fynlo_messages_malformed', 'Not readable.', () => live().malformed);
      gauge(registry, 'fynlo_database_bytes', 'Size of the database file.', () => {
        return statSync(databasePath).size;
      });
      gauge(registry, 'fynlo_loop_delay_p99_seconds', 'Lateness of the event loop.', () => {
        return loopDelay.percentile(99) / 1e9;
      });
      gauge(registry, 'fynlo_resident_bytes', 'Memory of the process.', () =>
        process.memoryUsage.rss(),
      );
      gauge(registry, 'fynlo_cpu_seconds', 'CPU time of the process.', () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      });
    },
    close: () => {
      loopDelay.disable();
      registry.clear();
    },
  };
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  const made: Gauge = new Gauge({
    name,
    help,
    registers: [registry],
    collect: () => made.set(read()),
  });
}
