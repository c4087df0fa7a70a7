import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = dirname(import.meta.dirname);

/** Whom each room may import, beside itself. `*` = everything in the server. A new row needs a decision record. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  rules: [],
  smpp: ['rules', 'messages/carrier.ts'],
  store: ['rules'],
  queue: [],
  messages: ['rules', 'store', 'queue', 'contacts', 'events', 'access'],
  contacts: ['rules', 'store', 'queue', 'messages', 'events', 'access'],
  events: ['rules', 'store', 'queue', 'messages', 'contacts', 'access'],
  access: ['rules', 'store', 'queue', 'messages', 'contacts', 'events'],
  http: ['messages', 'contacts', 'events', 'access', 'rules'],
  operations: [],
  simulator: ['smpp/pdu', 'rules'],
  // The doctor looks at a link from outside, octet by octet; everything else of cli goes through the API.
  cli: [
    'connectors/sdk',
    'rules/csv.ts',
    'rules/near-miss.ts',
    'smpp/pdu',
    'smpp/smpp-url',
    'smpp/command-status',
    'smpp/socket',
  ],
  main: ['*'],
  start: ['*'],
  'connectors/sdk': [],
  'connectors/seam': ['connectors/sdk'],
  'connectors/slack': ['connectors/sdk', 'connectors/seam'],
  'connectors/hubspot': ['connectors/sdk', 'connectors/seam'],
  // A connector as a process of its own: what main.ts is to the server.
  'connectors/run.ts': ['connectors', 'operations/log.ts', 'operations/shutdown.ts', 'access/secrets.ts'],
  nodes: [],
  credentials: [],
};

/** Seams that every room may use: time, settings and the form of a carrier's profile, which the API and the settings share. */
const SEAMS = ['clock.ts', 'config.ts', 'smpp/profile.ts', 'smpp/presets.ts'];
const SEAM_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  'clock.ts': [],
  'config.ts': ['settings.ts', 'setting-kinds.ts', 'connectors/slack/settings.ts', 'connectors/hubspot/settings.ts'],
  'settings.ts': ['setting-kinds.ts', 'rules', 'connectors/slack/settings.ts', 'connectors/hubspot/settings.ts'],
  'setting-kinds.ts': ['smpp/smpp-url.ts', 'smpp/configured.ts', 'rules'],
  'demo.ts': ['*'],
  'demo-slack.ts': ['*'],
  'demo-hubspot.ts': ['*'],
  'config-docs.ts': ['settings.ts'],
  'error-docs.ts': ['http/openapi-examples.ts', 'rules/error-codes.ts', 'rules/error-causes.ts'],
  'sdk-types.ts': ['http/openapi.ts', 'rules/error-codes.ts'],
  'zones-generate.ts': ['rules/zones/build.ts'],
};

/** Libraries that only one place may import, so that they can be exchanged there. */
const SINGLE_IMPORT: Readonly<Record<string, RegExp>> = {
  smpp: /^server\/smpp\/pdu\.ts$/,
  bullmq: /^server\/queue\//,
  ioredis: /^server\/queue\//,
  pg: /^(server\/(store|queue)|connectors\/seam)\//,
  kysely: /^(server\/store|connectors\/seam)\//,
  '@slack': /^connectors\/slack\/egress\/client\.ts$/,
  '@hubspot': /^connectors\/hubspot\/(api\/library\.ts$|app\/)/,
  express: /^server\/http\//,
  marked: /^server\/http\/guide-html\.ts$/,
  'prom-client': /^server\/operations\//,
};

interface Import {
  readonly file: string;
  readonly target: string;
  readonly isTypeOnly: boolean;
}

describe('the import rule', () => {
  const imports = [...sourceFiles(), ...sourceFiles('connectors')].flatMap(importsOf);

  test('holds for every import between rooms', () => {
    const isOurs = ({ target }: Import) => target.startsWith('server/') || target.startsWith('connectors/');
    const broken = imports.filter((one) => isOurs(one) && !isAllowed(one));
    expect(broken.map(({ file, target }) => `${file} -> ${target}`)).toEqual([]);
  });

  test('keeps each wrapped library behind its one room', () => {
    const broken = imports.filter(({ file, target, isTypeOnly }) => {
      const owner = SINGLE_IMPORT[target.split('/')[0] ?? ''];
      return owner !== undefined && !isTypeOnly && !owner.test(file);
    });
    expect(broken.map(({ file, target }) => `${file} -> ${target}`)).toEqual([]);
  });

  test('keeps what n8n loads apart: it has no packages, no server, no process and no files', () => {
    const files = [...sourceFiles('nodes'), ...sourceFiles('credentials')];
    const mayImport = /^(n8n-workflow|node:crypto|nodes\/.+)$/;
    const broken = files.flatMap(importsOf).filter(({ target }) => !mayImport.test(target));
    expect(broken.map(({ file, target }) => `${file} -> ${target}`)).toEqual([]);
    expect(files.length).toBeGreaterThan(10);
  });

  test('is not empty: the files of every built room are seen', () => {
    for (const room of ['rules', 'smpp', 'store', 'queue', 'messages', 'contacts', 'events', 'access', 'http', 'cli']) {
      expect(
        imports.some(({ file }) => file.startsWith(`server/${room}/`)),
        room,
      ).toBe(true);
    }
  });
});

describe('the house numbers', () => {
  test('hold: no source file is longer than 400 lines', () => {
    const long = sourceFiles().filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 400);
    expect(long).toEqual([]);
  });

  test('hold: no folder is a drawer for everything', () => {
    const drawers = sourceFiles().filter((file) =>
      /(^|\/)(utils?|helpers?|common|lib|core|services?|managers?)\//.test(file),
    );
    expect(drawers).toEqual([]);
  });

  test('hold: every room has a README of at most 25 lines', () => {
    const others = [
      '../connectors',
      '../connectors/sdk',
      '../connectors/seam',
      '../connectors/slack',
      '../connectors/hubspot',
      '../nodes/SmsBridge',
      '../test/fuzz',
      '../test/wire',
    ];
    for (const room of [...rooms(), ...others]) {
      const lines = readFileSync(join(root, 'server', room, 'README.md'), 'utf8')
        .trimEnd()
        .split('\n').length;
      expect(lines, room).toBeLessThanOrEqual(25);
    }
  });
});

function isAllowed({ file, target, isTypeOnly }: Import): boolean {
  const from = file.replace(/^server\//, '');
  const to = target.replace(/^server\//, '');
  if (SEAMS.includes(to)) return true;
  const allowed = SEAM_IMPORTS[from] ?? (from === 'main.ts' ? ALLOWED['main'] : ALLOWED[roomOf(from)]);
  if (!allowed) return false;
  if (allowed.includes('*') || roomOf(from) === roomOf(to)) return true;
  const entry = allowed.find((name) => to.startsWith(name));
  // The seam towards carriers is made of types: smpp implements it without knowing who calls.
  if (entry === 'messages/carrier.ts' || (roomOf(from) === 'store' && entry === 'rules'))
    return isTypeOnly || entry === 'rules';
  return entry !== undefined;
}

/** A connector is a room of its own. */
const roomOf = (path: string) =>
  path
    .split('/')
    .slice(0, path.startsWith('connectors/') ? 2 : 1)
    .join('/');

function rooms(): string[] {
  const notRooms = ['node_modules', 'decisions', 'console', 'deploy'];
  return readdirSync(join(root, 'server')).filter(
    (name) => !notRooms.includes(name) && statSync(join(root, 'server', name)).isDirectory(),
  );
}

function sourceFiles(folder = 'server'): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name === 'node_modules' || entry.name === 'dist') return [];
    if (entry.isDirectory()) return sourceFiles(path);
    return /(?<!\.d)\.ts$/.test(entry.name) ? [path] : [];
  });
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const pattern = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|import\('([^']+)'\)/gm;
  return [...text.matchAll(pattern)].map((match) => {
    const name = match[2] ?? match[3] ?? '';
    const target = name.startsWith('.') ? relative(root, join(root, dirname(file), name)) : name;
    return { file, target, isTypeOnly: match[1] !== undefined };
  });
}
