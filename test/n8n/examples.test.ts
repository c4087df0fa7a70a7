import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { INode, INodeTypeDescription } from 'n8n-workflow';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { parameterFaults, type WorkflowFile } from '../support/workflow-lint.ts';
import { openDesk, PACKAGE } from './desk.ts';
import type { Workflow } from './workflow.ts';

const folder = path.join(import.meta.dirname, '../../nodes/SmsBridge/examples');
const files = readdirSync(folder);
const { n8n } = openDesk();

describe('the example workflows in a real n8n', () => {
  let descriptions: readonly INodeTypeDescription[];
  beforeAll(async () => {
    const { url, cookie, browserId } = inject('installation').n8n;
    const response = await fetch(`${url}/types/nodes.json`, { headers: { cookie, 'browser-id': browserId } });
    descriptions = (await response.json()) as INodeTypeDescription[];
  });

  test('our nodes and the tools that n8n makes of them are there', () => {
    const ours = descriptions.filter(({ name }) => name.startsWith(`${PACKAGE}.`)).map(({ name }) => name);
    const names = ['smsBridge', 'smsBridgeHitlTool', 'smsBridgeTool', 'smsBridgeTrigger'];
    expect(ours.toSorted()).toEqual(names.map((name) => `${PACKAGE}.${name}`));
  });

  test.each(files)(
    '%s is imported, and every node in it has the version and the parameters that it uses',
    async (file) => {
      const text = readFileSync(path.join(folder, file), 'utf8');
      const id = await n8n.createWorkflow(JSON.parse(text) as Workflow);
      const imported = (await n8n.api('GET', `/workflows/${id}`)) as { readonly nodes: readonly INode[] };
      expect(imported.nodes).toHaveLength((JSON.parse(text) as WorkflowFile).nodes.length);
      expect(imported.nodes.flatMap(faultsOf)).toEqual([]);
    },
  );

  function faultsOf(node: INode): string[] {
    const description = descriptions.find(
      ({ name, version }) => name === node.type && [version].flat().includes(node.typeVersion),
    );
    return description ? parameterFaults(node, description) : [`${node.name}: no ${node.type} ${node.typeVersion}`];
  }
});
