import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { http } from '@hubspot/local-dev-lib/http';
import { parseProjectConfig } from '@hubspot/project-parsing-lib/projects.js';
import { isTranslationError, translate } from '@hubspot/project-parsing-lib/translate.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCHEMAS } from './schemas.ts';

const project = join(dirname(dirname(import.meta.dirname)), 'connectors/hubspot/app');
// HubSpot's parser asks HubSpot for its schemas; this is the one thing that is not its own here.
Object.assign(http, { get: () => Promise.resolve({ data: SCHEMAS }) });

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smsbridge-hubspot-app-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let count = 0;
/** A copy of the project, changed, as `hs project upload --profile example` would read it; what HubSpot says against it. */
async function faultsOf(change: (copy: string) => Promise<void> = () => Promise.resolve()): Promise<string> {
  const copy = join(folder, String(++count));
  await cp(project, copy, { recursive: true });
  await change(copy);
  const { srcDir, platformVersion } = parseProjectConfig(copy);
  const context = { projectSourceDir: join(copy, srcDir), platformVersion, accountId: 1 };
  try {
    await translate(context, { profile: 'example' });
    return '';
  } catch (error) {
    return isTranslationError(error) ? error.toString() : String(error);
  }
}

type Json = Record<string, unknown>;
const rewrite = (file: string, change: (json: Json) => void) => async (copy: string) => {
  const path = join(copy, 'src', file);
  const json = JSON.parse(await readFile(path, 'utf8')) as Json;
  change(json);
  await writeFile(path, JSON.stringify(json));
};
const inConfig = (file: string, change: (config: Json) => void) =>
  rewrite(file, (json) => change(json['config'] as Json));
const WEBHOOKS = 'app/webhooks/webhooks-hsmeta.json';
const ACTION = 'app/workflow-actions/send-sms-hsmeta.json';
const CARD = 'app/cards/send-sms-hsmeta.json';
const APP = 'app/app-hsmeta.json';

describe("HubSpot's own parser", () => {
  test('takes the project with the profile of a deployment', async () => {
    expect(await faultsOf()).toBe('');
  });

  test('knows the version of the platform', () => {
    expect(parseProjectConfig(project)).toMatchObject({ name: 'sms-bridge', platformVersion: '2026.09' });
  });

  test.each<[string, RegExp, (copy: string) => Promise<void>]>([
    [
      'JSON that is none',
      /invalid json|could not be parsed|not valid/i,
      (copy) => writeFile(join(copy, 'src', CARD), '{'),
    ],
    ['a uid with a space', /uid/i, rewrite(CARD, (json) => Object.assign(json, { uid: 'a b' }))],
    ['a uid of 65 letters', /uid/i, rewrite(CARD, (json) => Object.assign(json, { uid: 'a'.repeat(65) }))],
    [
      'a uid that is there twice',
      /sms_bridge_settings/,
      rewrite(CARD, (json) => Object.assign(json, { uid: 'sms_bridge_settings' })),
    ],
    [
      'a kind of component that does not exist',
      /nonsense/i,
      rewrite(CARD, (json) => Object.assign(json, { type: 'nonsense' })),
    ],
    [
      'a component in a folder of another kind',
      /director|folder|location/i,
      (copy) =>
        cp(join(copy, 'src', WEBHOOKS), join(copy, 'src/app/cards/more-hsmeta.json')).then(() =>
          rm(join(copy, 'src', WEBHOOKS)),
        ),
    ],
    [
      'two settings pages',
      /only|one|duplicate|multiple/i,
      async (copy) => {
        const text = await readFile(join(copy, 'src/app/settings/settings-hsmeta.json'), 'utf8');
        await writeFile(join(copy, 'src/app/settings/more-hsmeta.json'), text.replace('sms_bridge_settings', 'more'));
      },
    ],
    [
      'a variable that the profile does not have',
      /PUBLIC_ORIGIN/,
      rewrite('hsprofile.example.json', (json) => delete (json['variables'] as Json)['PUBLIC_ORIGIN']),
    ],
    [
      'an address without TLS',
      /targetUrl/,
      inConfig(WEBHOOKS, (config) => Object.assign(config['settings'] as Json, { targetUrl: 'http://a.example' })),
    ],
    [
      'a field of a kind that does not exist',
      /fieldType|inputFields/,
      inConfig(ACTION, (config) =>
        Object.assign((config['inputFields'] as { typeDefinition: Json }[])[0]?.typeDefinition ?? {}, {
          fieldType: 'phonenumber',
        }),
      ),
    ],
    [
      'a place for cards that does not exist',
      /location/,
      inConfig(CARD, (config) => Object.assign(config, { location: 'crm.record.top' })),
    ],
    [
      'a kind of app that nobody can make any more',
      /type/,
      inConfig(APP, (config) => Object.assign(config['auth'] as Json, { type: 'hapikey' })),
    ],
  ])('refuses %s', async (_what, said, change) => {
    expect(await faultsOf(change)).toMatch(said);
  });
});
