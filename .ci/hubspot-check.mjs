// The project for HubSpot's developer platform: read by HubSpot's own parser, its cards typed against HubSpot's own
// components and run by HubSpot's own renderer, on the real connector and server and a stand-in for HubSpot.
//   npm run check:hubspot
// HubSpot's tools are installed into a folder of their own at the first run (60 MB). Where that is not possible, nothing
// is checked, and that is said loudly.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const TOOLS = {
  '@hubspot/project-parsing-lib': '0.23.0',
  '@hubspot/ui-extensions': '0.17.0',
  '@types/react': '18.3.26',
  react: '18.3.1',
};

const root = path.dirname(import.meta.dirname);
const tools = path.join(root, 'node_modules/.cache/hubspot-app');
const manifest = `${JSON.stringify({ name: 'hubspot-app-tools', private: true, dependencies: TOOLS }, null, 2)}\n`;
const installed = path.join(tools, 'installed.json');

if (!install()) {
  console.error("SKIPPED: HubSpot's tools could not be installed, so the HubSpot project was NOT checked.");
  process.exit(0);
}
const checks = [
  ['tsc', '--noEmit', '-p', 'connectors/hubspot/app/tsconfig.json'],
  ['tsc', '--noEmit', '-p', 'test/hubspot-app/tsconfig.json'],
  ['vitest', 'run', '--config', 'test/hubspot-app/vitest.config.ts'],
];
process.exit(checks.every(([program, ...given]) => run(program, given)) ? 0 : 1);

/** Whole, or not at all: a run that was broken off is begun again. */
function install() {
  if (existsSync(installed) && readFileSync(installed, 'utf8') === manifest) return true;
  console.log(`Installing HubSpot's tools into ${path.relative(root, tools)} …`);
  mkdirSync(tools, { recursive: true });
  writeFileSync(path.join(tools, 'package.json'), manifest);
  try {
    const flags = ['--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
    execFileSync('npm', ['install', ...flags], { cwd: tools, stdio: 'inherit', env: npmOf() });
  } catch {
    return false;
  }
  writeFileSync(installed, manifest);
  return true;
}

function run(program, given) {
  console.log(`${program} ${given.join(' ')}`);
  const { status } = spawnSync(path.join(root, 'node_modules/.bin', program), given, { cwd: root, stdio: 'inherit' });
  return status === 0;
}

/** npm hands the workspaces of the caller on to those that it starts. */
function npmOf() {
  const mine = Object.entries(process.env).filter(
    ([name]) => !/^npm_(config_(workspace|local_prefix)|package_)/.test(name),
  );
  return Object.fromEntries(mine);
}
