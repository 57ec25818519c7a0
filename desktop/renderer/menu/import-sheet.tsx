import { useState } from 'react';
import type { ClientId } from '@fynlo/domain';
import type { FileProblem, MenuImportRequest, MenuImportResponse } from '@fynlo/protocol/wire';
import { Button, Sheet } from '@fynlo/ui/components';
import { CircleCheck, FileUp } from 'lucide-react';
import { v7 as uuidv7 } from 'uuid';
import { callHub } from '../app/call-hub.ts';

type Step =
  | { readonly is: 'choosing' }
  | { readonly is: 'checking'; readonly file: string }
  | { readonly is: 'wrong'; readonly because: string; readonly problems: readonly FileProblem[] }
  | { readonly is: 'checked'; readonly csv: string; readonly changes: MenuImportResponse }
  | { readonly is: 'done'; readonly changes: MenuImportResponse };

/** Choose a file, see what it would change or what is wrong with it, then put it in use. */
export function ImportSheet({ token, onClose }: { token: string; onClose: () => void }) {
  const [step, setStep] = useState<Step>({ is: 'choosing' });
  // One id for this sheet: a second tap on Import is the same import.
  const [importId] = useState(() => uuidv7() as ClientId);

  const ask = async (csv: string, dryRun: boolean) => {
    const request: MenuImportRequest = { importId, csv, dryRun };
    const answer = await callHub<MenuImportResponse>(token, '/api/v1/menu/imports', request);
    if ('because' in answer) {
      const problems = (answer.details?.['problems'] ?? []) as readonly FileProblem[];
      setStep({ is: 'wrong', because: answer.because, problems });
    } else
      setStep(dryRun ? { is: 'checked', csv, changes: answer } : { is: 'done', changes: answer });
  };
  const chosen = async (file: File | undefined) => {
    if (!file) return;
    setStep({ is: 'checking', file: file.name });
    await ask(await file.text(), true);
  };

  return (
    <Sheet
      title="Import a menu file"
      onClose={onClose}
      wide
      footer={
        step.is === 'checked' ? (
          <Button look="primary" wide onClick={() => void ask(step.csv, false)}>
            Put this menu in use
          </Button>
        ) : step.is === 'done' ? (
          <Button look="primary" wide onClick={onClose}>
            Done
          </Button>
        ) : undefined
      }
    >
      {(step.is === 'choosing' || step.is === 'wrong') && (
        <label className="relative grid cursor-pointer place-items-center gap-2 rounded-2xl border-2 border-dashed border-line bg-ground p-8 text-center hover:border-accent">
          <FileUp aria-hidden size={30} className="text-accent" />
          <b>Choose a CSV file, or drop it here</b>
          <span className="text-sm text-ink-soft">
            Nothing changes until you have seen what it would do. Open orders keep their prices.
          </span>
          <input
            type="file"
            accept=".csv,text/csv"
            className="absolute inset-0 cursor-pointer opacity-0"
            onChange={(event) => {
              void chosen(event.target.files?.[0]);
              event.target.value = '';
            }}
          />
        </label>
      )}
      {step.is === 'checking' && <p className="py-8 text-center">Checking {step.file} …</p>}
      {step.is === 'wrong' && <ProblemTable because={step.because} problems={step.problems} />}
      {step.is === 'checked' && <Changes changes={step.changes} />}
      {step.is === 'done' && (
        <p className="flex items-center gap-3 py-8 text-lg font-semibold text-ready">
          <CircleCheck aria-hidden /> {step.changes.products} products are in use on every device.
        </p>
      )}
    </Sheet>
  );
}

function ProblemTable({
  because,
  problems,
}: {
  because: string;
  problems: readonly FileProblem[];
}) {
  return (
    <div role="alert" className="pt-4">
      <p className="pb-3 font-semibold text-late">
        {because} {problems.length > 0 && `${problems.length} to mend:`}
      </p>
      {problems.length > 0 && (
        <div className="overflow-x-auto">
          <table className="w-full text-left text-sm">
            <thead className="text-ink-soft">
              <tr>
                <th className="py-1 pr-4">Line</th>
                <th className="py-1 pr-4">Column</th>
                <th className="py-1 pr-4">Found</th>
                <th className="py-1">Expected</th>
              </tr>
            </thead>
            <tbody>
              {problems.map(({ line, column, found, expected }) => (
                <tr
                  key={`${line}-${column}-${found}-${expected}`}
                  className="border-t border-line align-top"
                >
                  <td className="py-2 pr-4 font-bold">{line}</td>
                  <td className="py-2 pr-4">{column}</td>
                  <td className="py-2 pr-4 font-medium break-all">{found}</td>
                  <td className="py-2">{expected}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function Changes({ changes }: { changes: MenuImportResponse }) {
  const groups = [
    ['New', changes.added],
    ['Changed', changes.changed],
    ['No longer on the menu', changes.removed],
  ] as const;
  const isSame = groups.every(([, names]) => names.length === 0);
  return (
    <div className="pt-2">
      <p className="pb-3">
        The file is in order: <b>{changes.products} products</b> in {changes.categories} categories.
        {isSame && ' It is the menu that is in use already.'}
      </p>
      {groups.map(
        ([title, names]) =>
          names.length > 0 && (
            <details key={title} className="border-t border-line py-2" open={names.length <= 12}>
              <summary className="min-h-11 cursor-pointer py-2 font-semibold">
                {title} ({names.length})
              </summary>
              <p className="pb-2 text-ink-soft">{names.join(', ')}</p>
            </details>
          ),
      )}
    </div>
  );
}
