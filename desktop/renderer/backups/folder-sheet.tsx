import { useState } from 'react';
import { Button, Sheet } from '@fynlo/ui/components';

/** Where second copies go: a stick, another disk, or nowhere. */
export function FolderSheet({
  folder,
  onChoose,
  onClose,
}: {
  folder: string | null;
  onChoose: (folder: string | null) => Promise<string | null>;
  onClose: () => void;
}) {
  const [path, setPath] = useState(folder ?? '');
  const [because, setBecause] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const choose = async (chosen: string | null) => {
    setBusy(true);
    const refused = await onChoose(chosen);
    setBusy(false);
    if (refused === null) onClose();
    else setBecause(refused);
  };
  return (
    <Sheet
      title="Second copy of each backup"
      onClose={onClose}
      footer={
        <div className="flex gap-2">
          {folder !== null && (
            <Button disabled={isBusy} onClick={() => void choose(null)}>
              Keep none
            </Button>
          )}
          <Button
            look="primary"
            wide
            disabled={isBusy || path.trim() === ''}
            onClick={() => void choose(path.trim())}
          >
            Use this folder
          </Button>
        </div>
      }
    >
      <p className="pb-3 text-ink-soft">
        Plug a stick into the hub’s computer and write where it is. A backup holds everything the
        restaurant has written down: keep the stick as you keep the keys.
      </p>
      <label className="font-medium">
        Folder on the hub’s computer
        <input
          className="mt-1 min-h-14 w-full rounded-xl border border-line bg-surface px-4 text-ink"
          placeholder="/media/stick or E:\Fynlo"
          spellCheck={false}
          autoCapitalize="off"
          value={path}
          onChange={(event) => setPath(event.target.value)}
        />
      </label>
      {because && (
        <p role="alert" className="mt-3 rounded-xl bg-late-wash px-4 py-3 text-late">
          {because}
        </p>
      )}
    </Sheet>
  );
}
