/** `npm run verify -- [FILE] [--head SEQ:HASH] [--data DIR]`: checks a log from outside. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { momentOf } from './backup/advice.ts';
import { verifyFile } from './backup/verify-file.ts';
import { describeProblem, type KnownPlace } from './backup/verify-log.ts';
import { readCommandLine } from './config/config.ts';
import { databasePath } from './db/database-path.ts';

const usage = `npm run verify -- [FILE] [--head SEQ:HASH] [--data DIR]

Checks a Fynlo database or backup: every event follows from the one before, none is missing, no
number was given twice, replaying them gives what is shown. Reads only, also while a hub runs.
Archives in the folder archive beside the file are checked with it. Without FILE it checks the restaurant's own database. --head is a place the log is known to have
reached, as an earlier check printed it.
`;

process.exitCode = run();

function run(): 0 | 1 | 2 {
  const asked = read();
  if (asked === undefined) return 2;
  const verified = verifyFile(asked.path, asked.known);
  if (!verified.ok) return bad(asked.path, describeProblem(verified.problem));
  const { facts, notChecked, oddity } = verified;
  const { seq, hash, historyId, epoch } = facts.position;
  if (oddity) return bad(asked.path, describeProblem(oddity, facts.timeZone));
  process.stdout.write(`${asked.path} is good.
  Restaurant  ${facts.restaurant || '(no name yet)'}
  Events      ${facts.events}, up to ${momentOf(facts)}${archivedPart(facts.archived, notChecked)}
  Orders      ${facts.orders}
  History     ${historyId}, epoch ${epoch}, schema ${facts.schema}
  Head        ${seq}:${hash}
`);
  return 0;
}

function archivedPart(archived: number, notChecked: number): string {
  if (archived === 0) return '';
  const elsewhere =
    notChecked === 0
      ? 'checked with the rest'
      : `${notChecked} of them are archived elsewhere and were not checked`;
  return `\n  Archived    ${archived}, ${elsewhere}`;
}

function bad(path: string, problem: string): 1 {
  process.stderr.write(`${path} is not good. The first thing wrong is\n  ${problem}\n`);
  return 1;
}

function read(): { path: string; known: KnownPlace[] } | undefined {
  try {
    const { values, positionals } = parseArgs({
      options: { head: { type: 'string' }, data: { type: 'string' }, help: { type: 'boolean' } },
      allowPositionals: true,
    });
    const known = values.head === undefined ? [] : [placeOf(values.head)];
    if (values.help || positionals.length > 1) throw new Error('help');
    const line = readCommandLine(values.data === undefined ? [] : ['--data', values.data]);
    const folder = line.run === 'start' ? line.config.dataFolder : '';
    return { path: resolve(positionals[0] ?? databasePath(folder)), known };
  } catch {
    process.stderr.write(usage);
    return undefined;
  }
}

function placeOf(text: string): KnownPlace {
  const [, seq, hash] = /^(\d+):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined) throw new Error('not a head');
  return { seq: Number(seq), hash };
}
