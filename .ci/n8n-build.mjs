// Builds what n8n loads: CommonJS of nodes/ and credentials/, with their icons, codex files, output schemas and examples.
//   npm run build:n8n
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
const tsc = path.join(path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

for (const folder of ['nodes', 'credentials'])
  rmSync(path.join(root, 'dist', folder), { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.json'], { cwd: root, stdio: 'inherit' });

const assets = globSync('nodes/**/*.{svg,json}', { cwd: root });
for (const file of assets) cpSync(path.join(root, file), path.join(root, 'dist', file));
console.log(`Built dist/nodes and dist/credentials, with ${assets.length} icons, codex files, schemas and examples.`);
