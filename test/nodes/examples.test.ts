import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { INode, INodeTypeDescription } from 'n8n-workflow';
import { describe, expect, test } from 'vitest';
import { SmsBridge } from '../../nodes/SmsBridge/SmsBridge.node.ts';
import { SmsBridgeTrigger } from '../../nodes/SmsBridgeTrigger/SmsBridgeTrigger.node.ts';
import { parameterFaults, workflowFaults, type WorkflowFile } from '../support/workflow-lint.ts';

const root = path.join(import.meta.dirname, '../..');
const folder = path.join(root, 'nodes/SmsBridge/examples');
const files = readdirSync(folder);
const read = (file: string) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as WorkflowFile;

const OURS: Readonly<Record<string, INodeTypeDescription>> = {
  'n8n-nodes-smsbridge.smsBridge': new SmsBridge().description,
  'n8n-nodes-smsbridge.smsBridgeTrigger': new SmsBridgeTrigger().description,
};

describe('the example workflows', () => {
  test.each(files)('%s has no secrets, no ids, no loose ends and one note', (file) => {
    expect(workflowFaults(read(file))).toEqual([]);
  });

  test.each(files)('%s fills in parameters that our nodes have', (file) => {
    const nodes = read(file).nodes.filter(({ type }) => type.startsWith('n8n-nodes-smsbridge.'));
    expect(nodes).not.toEqual([]);
    expect(nodes.flatMap(faultsOf)).toEqual([]);
  });

  test.each([
    ['R096: a text that did not arrive goes by e-mail', 'failed-delivery-to-email', 'n8n-nodes-base.emailSend'],
    ['R161: a form that was sent in is answered by a text', 'form-submission-to-text', 'n8n-nodes-base.formTrigger'],
    ['R175: replies are handed over to Salesforce', 'reply-to-salesforce', 'n8n-nodes-base.salesforce'],
    ['R175: who texts a word is handed over to Mailchimp', 'keyword-to-mailchimp', 'n8n-nodes-base.mailchimp'],
  ])("%s, by n8n's own node", (_, file, type) => {
    expect(read(`${file}.json`).nodes.map((node) => node.type)).toContain(type);
  });

  test('are all named in the README', () => {
    const readme = readFileSync(path.join(root, 'nodes/README.md'), 'utf8');
    expect(files.filter((file) => !readme.includes(`SmsBridge/examples/${file}`))).toEqual([]);
  });

  test('a workflow with a credential, a real number and an unknown parameter is told', () => {
    const workflow = read('order-shipped.json');
    const [, , , send] = workflow.nodes;
    if (!send) throw new Error('The example has changed.');
    const bad = { ...send, parameters: { ...send.parameters, to: '+12125551234', colour: 'red' }, credentials: {} };
    expect(workflowFaults({ ...workflow, nodes: workflow.nodes.with(3, bad) })).toEqual([
      `${send.name} has credentials`,
      "+12125551234 may be somebody's",
    ]);
    expect(faultsOf(bad)).toEqual([`${send.name}: /colour is unknown`]);
  });
});

/** n8n makes the tool that asks for approval from the operation of the same description. */
function faultsOf(node: INode): string[] {
  const isTool = node.type.endsWith('HitlTool');
  const description = OURS[node.type.replace(/HitlTool$/, '')];
  if (!description) return [`${node.name}: there is no ${node.type}`];
  const fixed = { resource: 'message', operation: 'sendAndWait', responseType: 'approval' };
  return parameterFaults(isTool ? { ...node, parameters: { ...fixed, ...node.parameters } } : node, description);
}
