import { existsSync, statSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { BackupFailedError, explainWriting } from './errors.ts';

const markName = 'fynlo-backups-here.txt';

/**
 * Takes a folder, as of a USB stick, for second copies and leaves a mark in it. Where a stick is not
 * plugged in its folder may still be there, empty and on the wrong disk: the mark tells them apart.
 * @throws BackupFailedError
 */
export function takeFolder(folder: string, not: string, restaurant: string): string {
  if (!isAbsolute(folder)) {
    throw new BackupFailedError(
      `“${folder}” is not a whole path. Write it from the beginning, as /media/stick or E:\\Fynlo.`,
    );
  }
  const path = resolve(folder);
  if (path === resolve(not)) {
    throw new BackupFailedError(`Every backup is in ${path} already. Choose another folder.`);
  }
  try {
    if (!statSync(path).isDirectory()) {
      throw new BackupFailedError(`${path} is a file. Choose a folder.`);
    }
    const whose = restaurant === '' ? 'this restaurant' : restaurant;
    writeFileSync(
      join(path, markName),
      `Fynlo keeps backups of ${whose} in this folder. They hold everything the restaurant has\nwritten down: keep them as you keep its keys. This file tells Fynlo that it is the right folder.\n`,
    );
  } catch (error) {
    throw explainWriting(error, { folder: path, bytes: 0 });
  }
  return path;
}

/** @throws BackupFailedError when the folder is not the one that was taken. */
export function mustBeTaken(folder: string): void {
  if (existsSync(join(folder, markName))) return;
  throw new BackupFailedError(
    existsSync(folder)
      ? `The folder ${folder} is not the one that was chosen: the stick is probably not plugged in. Plug it in, or choose the folder again.`
      : `The folder ${folder} is not there. Plug the stick in, or choose another folder.`,
  );
}
