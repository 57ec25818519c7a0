import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { refusalSentences, type DeviceId, type EventType } from '@fynlo/domain';
import type { Role } from '@fynlo/domain/device';
import { closeCodes, errorSentences, limits, type HubMessage } from '@fynlo/protocol/wire';
import { commandSchemas, commandTypes, parseClientMessage } from '@fynlo/protocol/schema';
import { describe, expect, it } from 'vitest';
import { whyNotPermitted } from '../../desktop/hub/commands/permit.ts';
import { routes } from '../../desktop/hub/http/routes.ts';

const page = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');

/** Does not compile when an event type is missing or is none. */
const eventTypes = Object.keys({
  'order.opened': 1,
  'order.placed': 1,
  'order.lines-added': 1,
  'order.quantity-changed': 1,
  'order.line-noted': 1,
  'order.line-removed': 1,
  'order.sent': 1,
  'order.lines-shown': 1,
  'order.lines-started': 1,
  'order.lines-bumped': 1,
  'order.lines-recalled': 1,
  'order.lines-served': 1,
  'order.line-voided': 1,
  'order.details-changed': 1,
  'order.moved': 1,
  'order.completed': 1,
  'order.cancelled': 1,
  'table.seated': 1,
  'table.vacated': 1,
  'table.cleaned': 1,
  'menu.imported': 1,
  'menu.product-sold-out': 1,
  'menu.product-back': 1,
  'floor.imported': 1,
  'settings.changed': 1,
  'device.joined': 1,
  'history.restored': 1,
} satisfies Record<EventType, 1>);

describe('docs/protocol.md', () => {
  it('[H16] lists every refusal and every error with its sentence', () => {
    expect(Object.fromEntries(tableUnder('## Refusals', 'code'))).toEqual(refusalSentences);
    expect(Object.fromEntries(tableUnder('## Errors', 'code'))).toEqual(errorSentences);
  });

  it('[H2] lists every type of event', () => {
    expect(tableUnder('## Events', 'type').map(([type]) => type)).toEqual(eventTypes);
  });

  it('[H8] lists every command, its fields and who may send it', () => {
    const documented = tableUnder('## Commands', 'type');
    expect(documented).toEqual(
      commandTypes.map((type) => [type, fieldsOf(type).join(', '), rolesOf(type).join(', ')]),
    );
  });

  it('[H16] lists every limit and close code with its value', () => {
    const values = tableUnder('## Limits', 'limit').map(([name, value = '']) => [
      name,
      Number(value.replaceAll(',', '')),
    ]);
    expect(Object.fromEntries(values)).toEqual(limits);
    const codes = tableUnder('### Close codes', 'code').map(([code]) => Number(code));
    expect(codes).toEqual(Object.values(closeCodes).toSorted((a, b) => a - b));
  });

  it('[H16] lists every endpoint and who may call it', () => {
    const documented = tableUnder('## HTTP', 'method').map(([method, path, who]) =>
      [method, path, who].join(' '),
    );
    expect(documented).toEqual(
      routes.map(({ method, path, policy }) =>
        [method.toUpperCase(), path, [policy].flat().join(', ')].join(' '),
      ),
    );
  });

  it('[H5] its session holds what a client may say, and each answer has its command', () => {
    const said = session('>');
    for (const line of said) expect(parseClientMessage(line)).not.toHaveProperty('because');
    const answers = heard().filter(({ type }) => ['ack', 'refused', 'resync'].includes(type));
    expect(answers).toHaveLength(said.filter((line) => line.includes('"command"')).length);
  });

  it('[H2] its session’s hash chain can be followed', () => {
    let hash = '';
    for (const line of session('<')) {
      const message = JSON.parse(line) as HubMessage;
      if (message.type === 'welcome') ({ hash } = message.position);
      if (message.type !== 'events') continue;
      for (const event of message.events) {
        hash = createHash('sha256')
          .update(hash + JSON.stringify(event))
          .digest('hex');
      }
      expect(hash).toBe(message.position.hash);
    }
    expect(hash).toHaveLength(64);
  });
});

/** The cells of the first table below a heading whose header begins with `first`. */
function tableUnder(heading: string, first: string): string[][] {
  const section = page.slice(page.indexOf(`\n${heading}\n`) + 1);
  const [, table = ''] = section.split(`\n| ${first} |`, 2);
  const [, , ...rows] = table.split('\n\n', 1)[0]?.split('\n') ?? [];
  return rows
    .filter((row) => row !== '')
    .map((row) => {
      const cells = row.slice(2, -2).split(' | ');
      return cells.map((cell) => cell.replaceAll('`', ''));
    });
}

function session(who: '<' | '>'): string[] {
  const [, text = ''] = /```jsonl\n(.*?)```/s.exec(page) ?? [];
  return text.split('\n').flatMap((line) => (line.startsWith(`${who} `) ? line.slice(2) : []));
}

function heard(): HubMessage[] {
  return session('<').map((line) => JSON.parse(line) as HubMessage);
}

function fieldsOf(type: keyof typeof commandSchemas): string[] {
  const { type: _, ...fields } = commandSchemas[type].shape;
  return Object.entries(fields).map(([name, schema]) =>
    schema.safeParse(undefined).success || isOptional(schema) ? `${name}?` : name,
  );
}

function isOptional(schema: object): boolean {
  return 'def' in schema && (schema.def as { type?: string }).type === 'optional';
}

function rolesOf(type: keyof typeof commandSchemas): Role[] {
  const deviceId = '' as DeviceId;
  return (['manager', 'waiter', 'kitchen'] as const).filter(
    (role) => !whyNotPermitted({ deviceId, kind: 'till', role }, { type } as never),
  );
}
