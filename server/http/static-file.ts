import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Answer } from './handlers.ts';
import { notFound } from './problem.ts';

/** A file of a page, as it is. Whatever is not there, or has a name that no page's file has, is not found. */
export async function answerFile(
  folder: string,
  name: string,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const type = NAME.test(name) ? TYPES.get(path.extname(name)) : undefined;
  const file = type === undefined ? null : await readFile(path.join(folder, name)).catch(() => null);
  if (file === null || type === undefined) return { fault: notFound };
  return { status: 200, body: file, headers: { ...headers, 'Content-Type': type } };
}

/** No separators and no leading dot, so a name cannot lead out of the folder. */
const NAME = /^[a-z0-9][a-z0-9-]{0,60}\.[a-z0-9]{1,5}$/;

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
]);
