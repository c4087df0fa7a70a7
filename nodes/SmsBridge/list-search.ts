import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { errorOf, type Outcome } from './failures.ts';
import type { Sender, SenderPool, Template } from './contract.ts';
import { call, list } from './transport.ts';

/** What the lists of the parameters offer. */

export async function getSenders(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
  const [senders, pools] = await Promise.all([
    rows<Sender>(this, '/v1/senders'),
    rows<SenderPool>(this, '/v1/sender-pools'),
  ]);
  const results = [
    ...pools.map(({ id, name }) => ({ name: `${name} (pool)`, value: id })),
    ...senders.map(({ value, type }) => ({ name: `${value} (${type.replace('_', ' ')})`, value })),
  ];
  return { results: results.filter(({ name }) => fits(name, filter)) };
}

export async function getTemplates(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
  const found: Outcome<Template[]> = await list(this, '/v1/templates', {}, LISTED_MAX);
  if (!found.ok) throw errorOf(this.getNode(), found.failure);
  const results = found.value.map(({ id, name, body }) => ({ name, value: id, description: body }));
  return { results: results.filter(({ name, description }) => fits(`${name} ${description}`, filter)) };
}

const LISTED_MAX = 1_000;

async function rows<Row>(context: ILoadOptionsFunctions, path: string): Promise<readonly Row[]> {
  const found: Outcome<{ readonly data: readonly Row[] }> = await call(context, { method: 'GET', path });
  if (!found.ok) throw errorOf(context.getNode(), found.failure);
  return found.value.data;
}

const fits = (text: string, filter = '') => text.toLowerCase().includes(filter.trim().toLowerCase());
