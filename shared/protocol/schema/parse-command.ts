import { refuse, type Refusal } from '@fynlo/domain';
import type { z } from 'zod';
import type { WireCommand } from '../wire/index.ts';
import { commandSchemas } from './command-schema.ts';

const schemas: ReadonlyMap<unknown, z.ZodType<WireCommand>> = new Map(
  Object.entries(commandSchemas),
);
const moneyField = /price|amount|total|minor|vat|discount|gross/i;

/** Untrusted JSON to a command, or the refusal that is recorded under its number. */
export function parseCommand(value: unknown): WireCommand | Refusal {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse('malformed-command', { problem: 'a command is an object with a type' });
  }
  const type = (value as { type?: unknown }).type;
  const schema = schemas.get(type);
  if (!schema) return refuse('unknown-command', { type: String(type).slice(0, 60) });
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : refusalOf(parsed.error.issues);
}

function refusalOf(issues: readonly z.core.$ZodIssue[]): Refusal {
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const field = issue.keys.find((key) => moneyField.test(key));
    if (field) return refuse('price-not-accepted', { field });
  }
  return refuse('malformed-command', { problem: describeIssue(issues[0]) });
}

/** `lines.0.quantity: Too big: expected number to be <=99` */
export function describeIssue(issue: z.core.$ZodIssue | undefined): string {
  if (!issue) return 'it has the wrong shape';
  const path = issue.path.map(String).join('.');
  return path ? `${path}: ${issue.message}` : issue.message;
}
