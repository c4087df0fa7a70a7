import { createRequire } from 'node:module';
import path from 'node:path';
import type { DocsFolders } from '../http/ports.ts';

const root = path.join(import.meta.dirname, '../..');

/** The pages of the repository, and the reference of the package that is installed. */
export const docsFolders: DocsFolders = {
  page: path.join(root, 'server/console/docs'),
  reference: path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')),
  guides: path.join(root, 'docs'),
};
