// n8n's own linter in strict mode, and its scanner for published packages, on the sources and on the packed tarball.
//   npm run lint:n8n        exit code 3 = the tools could not be installed
// They need TypeScript 5 and ESLint 9, so they run in a folder of their own, on a copy; the first run installs them
// there (630 MB; N8N_LINT_DIR keeps them elsewhere). Neither looks at anything but the n8n package: package.json, nodes/ and credentials/.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const TOOLS = {
  '@n8n/node-cli': '0.48.3',
  '@n8n/scan-community-package': '0.32.0',
  // Newer ones need packages that are not everywhere.
  '@langchain/langgraph': '1.4.0',
  '@types/node': '24.19.2',
  eslint: '9.39.4',
  'n8n-workflow': '2.41.0',
  prettier: '3.8.3',
  typescript: '5.9.3',
};
const COPIED = [
  'package.json',
  'tsconfig.json',
  'eslint.config.mjs',
  'README.md',
  'LICENSE.md',
  'nodes',
  'credentials',
];

const root = path.dirname(import.meta.dirname);
const tools = process.env.N8N_LINT_DIR ?? path.join(root, 'node_modules/.cache/n8n-lint');
const stage = path.join(tools, 'package');

installTools();
copySources();
const wasLinted = lint();
const wasScanned = await scan();
const wasPackedWell = checkTarball();
process.exit(wasLinted && wasScanned && wasPackedWell ? 0 : 1);

function installTools() {
  const manifest = JSON.stringify({ name: 'n8n-lint', private: true, dependencies: TOOLS }, null, 2);
  const file = path.join(tools, 'package.json');
  if (existsSync(path.join(tools, 'node_modules/.bin/n8n-node')) && read(file) === manifest) return;
  console.log(`Installing n8n's linter into ${path.relative(root, tools)} …`);
  mkdirSync(tools, { recursive: true });
  writeFileSync(file, manifest);
  try {
    // With the peers of its dependencies npm would not end, and a script of one of them refuses npm.
    run('npm', ['install', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund'], tools);
  } catch {
    rmSync(file);
    console.error("n8n's linter could not be installed, so nothing was linted or scanned.");
    process.exit(3);
  }
}

function copySources() {
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage);
  for (const name of COPIED) cpSync(path.join(root, name), path.join(stage, name), { recursive: true });
  symlinkSync('../node_modules', path.join(stage, 'node_modules'));
}

function lint() {
  const bin = path.join(tools, 'node_modules/.bin/n8n-node');
  return spawnSync(bin, ['lint'], { cwd: stage, stdio: 'inherit', env: npmOf() }).status === 0;
}

/** What n8n runs on a published package, without the download. */
async function scan() {
  const scanner = path.join(tools, 'node_modules/@n8n/scan-community-package/scanner/scanner.mjs');
  const { analyzePackage, SOURCE_FILE_PATTERNS } = await import(pathToFileURL(scanner).href);
  const tarball = path.join(tools, 'tarball');
  unpack(tarball);
  const passes = [
    ['sources', await analyzePackage(stage, SOURCE_FILE_PATTERNS)],
    ['tarball', await analyzePackage(tarball, ['**/*.js', 'package.json'])],
  ];
  for (const [name, { passed, message = '', details = '' }] of passes) {
    console.log(`Scanner, ${name}: ${passed ? 'passed' : `FAILED ${message}\n${details}`}`);
  }
  return passes.every(([, { passed }]) => passed);
}

/** Icons and code of the server would be published with the nodes, if they came to lie below dist. */
function checkTarball() {
  const expected = /^(dist\/(nodes|credentials)\/.+\.(js|json|svg)|package\.json|README\.md|LICENSE\.md)$/;
  const files = readdirSync(path.join(tools, 'tarball'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.tgz'))
    .map((entry) => path.relative(path.join(tools, 'tarball'), path.join(entry.parentPath, entry.name)));
  const others = files.filter((file) => !expected.test(file));
  console.log(
    `Tarball: ${files.length} files${others.length > 0 ? `, with what has no place there: ${others.join(', ')}` : ''}`,
  );
  return others.length === 0;
}

/** The tarball as npm would publish it, unpacked. */
function unpack(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  run(process.execPath, [path.join(import.meta.dirname, 'n8n-build.mjs')], root);
  run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], root);
  const { name, version } = JSON.parse(read(path.join(root, 'package.json')));
  run('tar', ['xzf', `${name}-${version}.tgz`, '--strip-components=1'], folder);
}

function run(command, args, cwd) {
  execFileSync(command, args, { cwd, stdio: 'inherit', env: npmOf() });
}

/** npm hands the workspaces of the caller on to those that it starts. */
function npmOf() {
  const mine = Object.entries(process.env).filter(
    ([name]) => !/^npm_(config_(workspace|local_prefix)|package_)/.test(name),
  );
  return Object.fromEntries(mine);
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
