import type { HistoryId } from '@fynlo/domain';
import { z } from 'zod';
import type {
  BackupFolderRequest,
  ClientMessage,
  CommandMessage,
  CommandRequest,
  Hello,
  JoinRequest,
  MenuImportRequest,
  RestoreRequest,
  WireCommand,
} from '../wire/index.ts';
import { limits, wireError, type WireError } from '../wire/index.ts';
import { clientId } from './command-schema.ts';
import { describeIssue } from './parse-command.ts';

const commandNo = z.int().min(1);
/** Its content is checked by `parseCommand`, whose refusal is recorded under the number. */
const anyCommand = z.unknown() as unknown as z.ZodType<WireCommand>;

export const position = z.object({
  historyId: z.string().max(64) as unknown as z.ZodType<HistoryId>,
  epoch: z.int().min(0),
  seq: z.int().min(0),
  hash: z.string().max(64),
});
const pathLengthMax = 1_000;
const patterns = z.array(z.string().max(90)).max(20);

const hello = z.object({
  type: z.literal('hello'),
  protocol: z.int(),
  token: z.string().max(200),
  clientId,
  build: z.string().max(60),
  position: position.nullable(),
  subscribe: patterns,
}) satisfies z.ZodType<Hello>;

const command = z.object({
  type: z.literal('command'),
  no: commandNo,
  command: anyCommand,
  at: z.number(),
}) satisfies z.ZodType<CommandMessage>;

const subscribe = z.object({ type: z.literal('subscribe'), patterns });
const ping = z.object({ type: z.literal('ping'), n: z.number() });
const pong = z.object({ type: z.literal('pong'), n: z.number() });

export const clientMessage = z.discriminatedUnion('type', [
  command,
  pong,
  ping,
  hello,
  subscribe,
]) satisfies z.ZodType<ClientMessage>;

export const joinRequest = z.strictObject({
  code: z.string().max(20),
  name: z.string().trim().min(1).max(limits.nameLengthMax),
  kind: z.enum(['till', 'phone', 'kitchen']),
}) satisfies z.ZodType<JoinRequest>;

export const commandRequest = z.strictObject({
  clientId,
  no: commandNo,
  command: anyCommand,
}) satisfies z.ZodType<CommandRequest>;

export const menuImportRequest = z.strictObject({
  importId: clientId,
  csv: z.string().max(4 * 1024 * 1024),
  dryRun: z.exactOptional(z.boolean()),
}) satisfies z.ZodType<MenuImportRequest>;

export const backupFolderRequest = z.strictObject({
  folder: z.string().min(1).max(pathLengthMax).nullable(),
}) satisfies z.ZodType<BackupFolderRequest>;

export const restoreRequest = z.strictObject({
  id: z.string().max(pathLengthMax),
  restaurant: z.string().max(limits.nameLengthMax * 2),
}) satisfies z.ZodType<RestoreRequest>;

/** Reads one message off a socket. Never throws. */
export function parseClientMessage(text: string): ClientMessage | WireError {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return wireError('malformed-json');
  }
  const parsed = clientMessage.safeParse(json);
  if (parsed.success) return parsed.data;
  return wireError('malformed-message', { problem: describeIssue(parsed.error.issues[0]) });
}
