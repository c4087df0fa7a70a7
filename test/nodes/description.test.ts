import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  IDataObject,
  INodeParameters,
  INodeProperties,
  INodePropertyCollection,
  INodePropertyOptions,
  INodeType,
  INodeTypes,
} from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';
import { describe, expect, test } from 'vitest';
import { SmsBridgeApi } from '../../credentials/SmsBridgeApi.credentials.ts';
import { OPERATIONS } from '../../nodes/SmsBridge/operations.ts';
import { SmsBridge } from '../../nodes/SmsBridge/SmsBridge.node.ts';
import { originOf } from '../../nodes/SmsBridge/transport.ts';
import { SmsBridgeTrigger } from '../../nodes/SmsBridgeTrigger/SmsBridgeTrigger.node.ts';
import { nodeOf } from './context.ts';

const root = join(import.meta.dirname, '../..');
const node = new SmsBridge().description;
const trigger = new SmsBridgeTrigger().description;
const credential = new SmsBridgeApi();

type Option = INodeProperties | INodePropertyCollection | INodePropertyOptions;

/** Every parameter, those of collections too. */
function allOf(properties: readonly INodeProperties[]): INodeProperties[] {
  return properties.flatMap((property) => {
    const nested = (property.options ?? []).flatMap((option: Option): INodeProperties[] => {
      if ('values' in option) return option.values;
      return 'type' in option ? [option] : [];
    });
    return [property, ...allOf(nested)];
  });
}

/** As n8n works an expression out. */
function evaluated(type: INodeType, expression = '', parameters: INodeParameters, $credentials: IDataObject = {}) {
  const nodeTypes = { getByNameAndVersion: () => type } as unknown as INodeTypes;
  const nodes = [{ ...nodeOf(type.description.name), parameters }];
  const workflow = new Workflow({ nodes, connections: {}, active: false, nodeTypes });
  return workflow.expression.resolveSimpleParameterValue(expression, {}, null, 0, 0, 'SMS', [], 'manual', {
    $credentials,
  });
}

const properties = [...allOf(node.properties), ...allOf(trigger.properties)];
const labelOf = (option: Option) => ('displayName' in option ? option.displayName : option.name);

describe('what n8n shows of the nodes', () => {
  test('lists are in the order of the alphabet', () => {
    for (const { name, options = [] } of properties) {
      const labels = options.map(labelOf);
      expect(labels, name).toEqual(labels.toSorted((a, b) => a.localeCompare(b, 'en')));
    }
  });

  test('every description of a parameter that is on or off begins with Whether', () => {
    const switches = properties.filter(({ type }) => type === 'boolean');
    expect(switches.filter(({ description = '' }) => !description.startsWith('Whether'))).toEqual([]);
  });

  test('every placeholder is an example or says what to do', () => {
    const written = properties.filter(({ placeholder = '' }) => placeholder !== '');
    const other = written.filter(({ placeholder = '' }) => !/^(e\.g\. |Add |Choose )/.test(placeholder));
    expect(other.map(({ name }) => name)).toEqual([]);
  });

  test('every operation has something that does it, and an output that is shown before its first run', () => {
    const operations = node.properties
      .filter(({ name }) => name === 'operation')
      .flatMap(({ displayOptions, options = [] }) => {
        const [resource] = (displayOptions?.show?.['resource'] ?? []) as string[];
        return options.map((option) => `${resource}.${(option as INodePropertyOptions).value.toString()}`);
      });
    expect(operations).toHaveLength(13);
    for (const name of operations) {
      const file = `nodes/SmsBridge/__schema__/v1.0.0/${name.replace('.', '/')}.json`;
      expect(existsSync(join(root, file)), file).toBe(true);
      expect(name in OPERATIONS || name.startsWith('message.send'), name).toBe(true);
    }
  });

  test('the subtitle is in plain words', () => {
    const subtitle = (parameters: INodeParameters) => evaluated(new SmsBridge(), node.subtitle, parameters);
    expect(subtitle({ resource: 'message', operation: 'sendAndWait' })).toBe('send and wait: message');
    expect(subtitle({ resource: 'optOut', operation: 'getAll' })).toBe('get all: opt out');
    const events = ['messageReceived', 'replyTimedOut'];
    expect(evaluated(new SmsBridgeTrigger(), trigger.subtitle, { events })).toBe('message received, reply timed out');
  });
});

describe('what n8n makes of the nodes', () => {
  test('a tool for AI agents, and one that asks a person: it goes by these names', () => {
    expect(node).toMatchObject({ name: 'smsBridge', usableAsTool: true });
    expect(node.webhooks).toMatchObject([{ httpMethod: 'POST', restartWebhook: true, path: '={{ $nodeId }}' }]);
    const names = new Set(node.properties.map(({ name }) => name));
    expect(
      ['message', 'responseType', 'approvalOptions', 'to', 'resource', 'operation'].filter((n) => !names.has(n)),
    ).toEqual([]);
    expect(node.properties.find(({ name }) => name === 'responseType')).toMatchObject({ default: 'approval' });
  });

  test('one entry of the node list: the trigger is named after the node', () => {
    expect(trigger.name).toBe(`${node.name}Trigger`);
    expect(trigger.displayName).toBe(`${node.displayName} Trigger`);
    expect(trigger).toMatchObject({ inputs: [], group: ['trigger'] });
    expect(trigger).not.toHaveProperty('usableAsTool');
  });

  test('both use the one credential, and every file that they name is there', () => {
    for (const { name, credentials, icon } of [node, trigger]) {
      expect(credentials).toEqual([{ name: credential.name, required: true }]);
      const folder = join(root, 'nodes', name.replace('sms', 'Sms'));
      for (const file of Object.values(icon as Record<string, string>)) {
        expect(existsSync(join(folder, file.replace('file:', ''))), file).toBe(true);
      }
      const codex = readFileSync(join(folder, `${name.replace('sms', 'Sms')}.node.json`), 'utf8');
      expect(JSON.parse(codex)).toMatchObject({ node: `n8n-nodes-smsbridge.${name}` });
    }
  });
});

describe('the credential', () => {
  test('is tested with the key alone, at the address without the path that may have been copied', () => {
    const { baseURL = '', url } = credential.test.request;
    expect(url).toBe('/v1/me');
    for (const baseUrl of ['https://sms.example.com', ' https://sms.example.com/v1/ ', 'https://sms.example.com//']) {
      const found = evaluated(new SmsBridge(), baseURL, {}, { baseUrl });
      expect(found).toBe('https://sms.example.com');
      expect(originOf(baseUrl)).toBe(found);
    }
  });

  test('does not show the key, and sends it as a bearer token', () => {
    expect(credential.properties.find(({ name }) => name === 'apiKey')).toMatchObject({
      typeOptions: { password: true },
    });
    expect(credential.authenticate.properties.headers).toEqual({
      Authorization: '=Bearer {{$credentials.apiKey.trim()}}',
    });
  });
});

describe('the package', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;

  test('has nothing to install at run time, and ships what was built of the nodes alone', () => {
    expect(manifest).not.toHaveProperty('dependencies');
    expect(manifest).not.toHaveProperty('overrides');
    expect(manifest['peerDependencies']).toEqual({ 'n8n-workflow': '*' });
    expect(manifest['files']).toEqual(['dist/nodes', 'dist/credentials']);
    expect(manifest).not.toHaveProperty('type');
  });

  test('is linted by the configuration of n8n, as it is', () => {
    const config = readFileSync(join(root, 'eslint.config.mjs'), 'utf8').replace(/\s+/g, ' ').trim();
    expect(config).toBe("import { config } from '@n8n/node-cli/eslint'; export default config;");
  });
});
