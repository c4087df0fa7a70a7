import { existsSync } from 'node:fs';
import path from 'node:path';

/** What is needed beside the repository to run the nodes in a real n8n. */
export interface Tools {
  /** The folder of `harness.mjs`, which starts n8n and installs a package into it as n8n itself does. */
  readonly harnessDir: string;
  /** The folder whose node_modules holds n8n. */
  readonly n8nDir: string;
}

export type FoundTools =
  | { readonly isComplete: true; readonly tools: Tools }
  | { readonly isComplete: false; readonly missing: string[] };

/** `SMSBRIDGE_TEST_KIT` names the folder that has `tools/n8n`, `N8N_DIR` the one that n8n is installed in. */
export function findTools({ SMSBRIDGE_TEST_KIT: kit, N8N_DIR: n8nDir }: NodeJS.ProcessEnv): FoundTools {
  const harnessDir = path.join(kit ?? '', 'tools/n8n');
  const missing = [
    ...(kit && existsSync(path.join(harnessDir, 'harness.mjs'))
      ? []
      : ['SMSBRIDGE_TEST_KIT: set it to the folder that has tools/n8n/harness.mjs']),
    ...(n8nDir && existsSync(path.join(n8nDir, 'node_modules/n8n/bin/n8n'))
      ? []
      : ['N8N_DIR: set it to a folder in which `npm install n8n@2.41.1` was run']),
  ];
  if (missing.length > 0 || !n8nDir) return { isComplete: false, missing };
  return { isComplete: true, tools: { harnessDir, n8nDir: path.resolve(n8nDir) } };
}

export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
