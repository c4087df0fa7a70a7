import { inject } from 'vitest';
import { type ApiClient, apiClient } from '../support/api-client.ts';
import { until } from '../support/until.ts';
import { type N8n, n8nClient } from './n8n.ts';
import { node, type NodeOptions, type WorkflowNode } from './workflow.ts';

/** The sender that these tests text from. */
export const OURS = '+15005550100';

/** A real n8n with our nodes in it, the server that they talk to, and phones. */
export interface Desk {
  readonly n8n: N8n;
  readonly bridge: ApiClient & { readonly url: string; readonly key: string };
  /** An SMS node with the test key, or with another credential. */
  sms(name: string, parameters: Readonly<Record<string, unknown>>, options?: SmsOptions): Promise<WorkflowNode>;
  /** The trigger. */
  smsTrigger(name: string, parameters: Readonly<Record<string, unknown>>): Promise<WorkflowNode>;
  /** Answers the id of a credential for the node. */
  credential(data?: { readonly baseUrl?: string; readonly apiKey?: string }): Promise<string>;
  readonly phones: Phones;
}

export interface SmsOptions extends NodeOptions {
  readonly credentialId?: string;
  /** For the tools that n8n makes of the node. */
  readonly as?: 'smsBridge' | 'smsBridgeTool' | 'smsBridgeHitlTool';
}

export interface Phones {
  /** Texts that a phone has got, the oldest first. */
  received(number: string): Promise<readonly string[]>;
  /** Waits until it has got that many. */
  receives(number: string, count: number): Promise<readonly string[]>;
  /** Texts us. */
  says(number: string, body: string): Promise<void>;
}

export const PACKAGE = 'n8n-nodes-smsbridge';

export function openDesk(): Desk {
  const installation = inject('installation');
  const n8n = n8nClient(installation.n8n);
  const { url, keys } = installation.bridge;
  const bridge = Object.assign(apiClient(installation.bridge), { url, key: keys.test });
  const credential: Desk['credential'] = ({ baseUrl = url, apiKey = keys.test } = {}) =>
    n8n.createCredential('smsBridgeApi', { baseUrl, apiKey });
  let shared: Promise<string> | undefined;
  const withCredential = async (made: WorkflowNode, credentialId?: string) => {
    const id = credentialId ?? (await (shared ??= credential()));
    return { ...made, credentials: { smsBridgeApi: { id, name: 'A test' } } };
  };
  return {
    n8n,
    bridge,
    credential,
    sms: (name, parameters, { credentialId, as = 'smsBridge', ...options } = {}) =>
      withCredential(
        node(name, `${PACKAGE}.${as}`, { webhookId: crypto.randomUUID(), ...options, parameters }),
        credentialId,
      ),
    smsTrigger: (name, parameters) =>
      withCredential(node(name, `${PACKAGE}.smsBridgeTrigger`, { webhookId: crypto.randomUUID(), parameters })),
    phones: phonesOf(bridge),
  };
}

interface PhoneMessage {
  readonly direction: 'to_phone' | 'from_phone';
  readonly body: string;
}

function phonesOf(bridge: ApiClient): Phones {
  const received = async (number: string) => {
    const { body } = await bridge('GET', `/v1/sandbox/phones/${encodeURIComponent(number)}/messages`);
    const messages = (body['data'] ?? []) as PhoneMessage[];
    return messages.filter(({ direction }) => direction === 'to_phone').map((message) => message.body);
  };
  return {
    received,
    receives: (number, count) =>
      until(async () => {
        const bodies = await received(number);
        return bodies.length >= count && bodies;
      }),
    async says(number, body) {
      const { status } = await bridge('POST', '/v1/sandbox/inbound', { from: number, to: OURS, body });
      if (status !== 202) throw new Error(`The phone could not text: ${status}.`);
    },
  };
}
