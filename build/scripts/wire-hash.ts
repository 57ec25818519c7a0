// What the wire is made of, as one hash: `npm run wire-hash` records it, and
// shared/protocol/wire-hash.test.ts fails when it changed without a new protocol version.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parsers } from 'prettier/plugins/typescript';
import { refusalSentences } from '../../shared/domain/refusal.ts';
import { eventShapes } from '../../shared/domain/upcast/index.ts';
import { errorSentences } from '../../shared/protocol/wire/error-codes.ts';
import { protocolVersion } from '../../shared/protocol/wire/version.ts';

export interface WireRecord {
  readonly protocolVersion: number;
  readonly hash: string;
  /** A short hash for each part, to say which one changed. */
  readonly parts: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const recordPath = join(root, 'shared/protocol/wire-hash.json');
const historyPath = join(root, 'shared/protocol/HISTORY.md');
/** Whose sentences may be reworded, and the version itself. Their types and codes are taken apart. */
const takenApart = ['error-codes.ts', 'version.ts', 'index.ts'];
/** What an event, a command or a snapshot is made of is found from here. */
const roots = ['RecordedEvent', 'FynloEvent', 'Command', 'RestaurantParts', 'Refusal'];

export function readRecord(): WireRecord {
  return JSON.parse(readFileSync(recordPath, 'utf8')) as WireRecord;
}

export function readHistory(): string {
  return readFileSync(historyPath, 'utf8');
}

/** The wire as the source tells it now. */
export async function wireNow(): Promise<WireRecord> {
  const texts = new Map<string, string>([
    ['codes of errors', Object.keys(errorSentences).join(' ')],
    ['codes of refusals', Object.keys(refusalSentences).join(' ')],
    [
      'versions of events',
      Object.entries(eventShapes)
        .map(([type, { version }]) => `${type} ${version}`)
        .join(' '),
    ],
  ]);
  for (const folder of ['shared/protocol/wire', 'shared/protocol/schema']) {
    for (const path of sources(folder)) {
      const text = readFileSync(path, 'utf8');
      if (takenApart.includes(basename(path))) continue;
      texts.set(path.slice(root.length).replaceAll('\\', '/'), await normalised(text));
    }
  }
  const types = await typesIn('shared/domain', 'shared/protocol/wire');
  for (const name of reachable(types, [...texts.values(), ...roots])) {
    texts.set(name, types.get(name) ?? '');
  }
  const parts: Record<string, string> = {};
  for (const [name, text] of texts) parts[name] = sha256(text).slice(0, 8);
  return { protocolVersion, hash: sha256(JSON.stringify([...texts])), parts };
}

/**
 * What has to be done before the wire may be as it is now; `undefined` when nothing has.
 * @param history the text of HISTORY.md, whose line for a version says since which release it is
 *   spoken; `next` says that it may still change
 */
export function whatToDo(
  recorded: WireRecord,
  now: WireRecord,
  history: string,
): string | undefined {
  const { protocolVersion: version } = now;
  const isSame = recorded.hash === now.hash;
  if (isSame && recorded.protocolVersion === version) return undefined;
  const since = new RegExp(`^\\| ${version} \\| (.*?) \\|`, 'm').exec(history)?.[1];
  const record = 'Record it: npm run wire-hash';
  if (version === recorded.protocolVersion && since !== 'next') {
    return [
      `The wire changed (${changes(recorded, now)}), and protocolVersion is still ${version}.`,
      `1. Raise protocolVersion to ${version + 1} in shared/protocol/wire/version.ts. Two versions are spoken, so protocolVersionMin becomes ${version}.`,
      `2. Say in shared/protocol/HISTORY.md what changed: | ${version + 1} | next | … |`,
      `3. ${record}`,
    ].join('\n');
  }
  if (version < recorded.protocolVersion) {
    return `protocolVersion is ${version}, and ${recorded.protocolVersion} was recorded before. It never falls.`;
  }
  if (since === undefined) {
    return `protocolVersion is ${version}. Say in shared/protocol/HISTORY.md what changed: | ${version} | next | … |\nThen record it: npm run wire-hash`;
  }
  return `${onlyRecord} in version ${recorded.protocolVersion}. ${record}`;
}

const onlyRecord = 'The wire is recorded as it was';

/** A text, a word, or one sign. */
const token = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|[\w$]+|\S/g;

/** Tokens alone: without comments, line breaks, and the commas and bars that only a line break brings. */
export async function normalised(source: string): Promise<string> {
  const { comments } = await parse(source);
  let bare = source;
  for (const { range } of comments.toReversed()) {
    bare = `${bare.slice(0, range[0])} ${bare.slice(range[1])}`;
  }
  const values = bare.match(token) ?? [];
  return values
    .filter((value, i) => {
      const next = values[i + 1] ?? '';
      const before = values[i - 1] ?? '';
      if (value === ',') return !['}', ']', ')', '>'].includes(next);
      if (value === '|') return !['=', '(', '<', ':', ','].includes(before);
      return true;
    })
    .join(' ');
}

function changes(before: WireRecord, now: WireRecord): string {
  const names = new Set([...Object.keys(before.parts), ...Object.keys(now.parts)]);
  return [...names].filter((name) => before.parts[name] !== now.parts[name]).join(', ');
}

/** Every interface and type of a folder by its name. */
async function typesIn(...folders: string[]): Promise<Map<string, string>> {
  const types = new Map<string, string>();
  for (const path of folders.flatMap((folder) => sources(folder))) {
    const source = readFileSync(path, 'utf8');
    for (const statement of (await parse(source)).body) {
      const declared = statement.declaration ?? statement;
      const isType = /^TS(Interface|TypeAlias)Declaration$/.test(declared.type);
      if (!isType || !declared.id) continue;
      const text = await normalised(source.slice(...statement.range));
      const { name } = declared.id;
      types.set(name, [types.get(name), text].filter(Boolean).join(' ; '));
    }
  }
  return types;
}

function reachable(types: ReadonlyMap<string, string>, from: readonly string[]): string[] {
  const found = new Set<string>();
  const waiting = [...from];
  for (let text = waiting.pop(); text !== undefined; text = waiting.pop()) {
    for (const [word] of text.matchAll(/[A-Za-z]\w*/g)) {
      const next = types.get(word);
      if (next === undefined || found.has(word)) continue;
      found.add(word);
      waiting.push(next);
    }
  }
  return [...found].toSorted();
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(root, folder, name))
    .toSorted();
}

interface Statement {
  readonly type: string;
  readonly range: [number, number];
  readonly id?: { readonly name: string };
  readonly declaration?: Statement | null;
}
interface Syntax {
  readonly body: readonly Statement[];
  readonly comments: readonly { readonly range: [number, number] }[];
}

/** Prettier's own reading of TypeScript: the compiler here has no interface for programs. */
async function parse(source: string): Promise<Syntax> {
  return (await parsers.typescript.parse(source, {} as never)) as Syntax;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const now = await wireNow();
  const todo = existsSync(recordPath) ? whatToDo(readRecord(), now, readHistory()) : undefined;
  const mayRecord = todo === undefined || todo.startsWith(onlyRecord);
  if (mayRecord) writeFileSync(recordPath, `${JSON.stringify(now, null, 2)}\n`);
  console.log(mayRecord ? `Recorded the wire of version ${now.protocolVersion}.` : todo);
  process.exitCode = mayRecord ? 0 : 1;
}
