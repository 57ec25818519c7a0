import { backupFolderRequest, restoreRequest } from '@fynlo/protocol/schema';
import {
  wireError,
  type BackupFolderRequest,
  type BackupsInfo,
  type RestoreRequest,
  type RestoreResponse,
} from '@fynlo/protocol/wire';
import { z } from 'zod';
import { BackupFailedError, RestoreFailedError } from '../../backup/errors.ts';
import { HttpError, type Route } from '../route.ts';

const backupsShape = z.object({
  items: z.array(
    z.looseObject({
      id: z.string(),
      file: z.string(),
      isSecondCopy: z.boolean(),
      bytes: z.int(),
      madeAt: z.int(),
      isReadable: z.boolean(),
      restaurant: z.string(),
      orders: z.int(),
      upTo: z.int().nullable(),
      after: z.object({ changes: z.int(), orders: z.int() }).nullable(),
    }),
  ),
  next: z.null(),
  restaurant: z.string(),
  folder: z.string(),
  secondFolder: z.string().nullable(),
  everyMinutes: z.int(),
  busy: z.enum(['backup', 'check', 'restore']).nullable(),
  problem: z.string().nullable(),
  check: z
    .object({ at: z.int(), problem: z.string().nullable(), oddity: z.string().nullable() })
    .nullable(),
  restored: z.object({ at: z.int(), upTo: z.int(), series: z.string() }).nullable(),
});

export const backups: Route = {
  method: 'get',
  path: '/api/v1/backups',
  policy: ['manager'],
  summary: 'Every backup that could be put back, and how backups and the database are',
  answers: backupsShape,
  handle: ({ context }): Promise<BackupsInfo> => context.backups.describe(),
};

export const backUpNow: Route = {
  method: 'post',
  path: '/api/v1/backups',
  policy: ['manager'],
  summary: 'Make a backup now',
  body: z.strictObject({}),
  answers: backupsShape,
  handle: async ({ context }): Promise<BackupsInfo> => {
    try {
      await context.backups.backUp();
    } catch (error) {
      throw inWords(error, 'backup-failed');
    }
    return context.backups.describe();
  },
};

export const checkNow: Route = {
  method: 'post',
  path: '/api/v1/backups/checks',
  policy: ['manager'],
  summary: 'Check the whole database now',
  body: z.strictObject({}),
  answers: backupsShape,
  handle: async ({ context }): Promise<BackupsInfo> => {
    await context.backups.checkAll();
    return context.backups.describe();
  },
};

export const chooseFolder: Route = {
  method: 'post',
  path: '/api/v1/backups/folder',
  policy: ['manager'],
  summary: 'Choose a second folder for backups, as on a USB stick, or none',
  body: backupFolderRequest,
  answers: backupsShape,
  handle: async ({ context, request }): Promise<BackupsInfo> => {
    const { folder } = request.body as BackupFolderRequest;
    try {
      context.backups.chooseSecondFolder(folder);
    } catch (error) {
      throw inWords(error, 'backup-folder-refused');
    }
    return context.backups.describe();
  },
};

/** Answers when the backup has passed its check and a database waits to take this one's place. */
export const restoreBackup: Route = {
  method: 'post',
  path: '/api/v1/backups/restores',
  policy: ['manager'],
  summary: 'Put a backup back. The present database is set aside and the hub starts again',
  body: restoreRequest,
  answers: z.object({ historyId: z.string(), series: z.string() }),
  handle: async ({ context, request, response }): Promise<RestoreResponse> => {
    const { id, restaurant } = request.body as RestoreRequest;
    const backup = await context.backups.find(id);
    if (!backup) throw new HttpError(404, wireError('not-found-item', { what: 'backup' }));
    const name = backup.restaurant || 'Fynlo';
    if (restaurant.trim().toLowerCase() !== name.trim().toLowerCase()) {
      throw new HttpError(422, wireError('restore-not-confirmed', { name }));
    }
    try {
      const prepared = await context.backups.prepareRestore(id);
      // Only after the answer has left: the restart closes every connection.
      response.once('close', () => void context.restartWith(prepared));
      const { historyId } = prepared.position;
      return { historyId, series: prepared.series };
    } catch (error) {
      throw inWords(error, 'restore-failed');
    }
  },
};

function inWords(
  error: unknown,
  code: 'backup-failed' | 'backup-folder-refused' | 'restore-failed',
): unknown {
  const isSpoken = error instanceof BackupFailedError || error instanceof RestoreFailedError;
  return isSpoken ? new HttpError(422, wireError(code, { problem: error.message })) : error;
}
