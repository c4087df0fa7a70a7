import type { BatchItem } from '../messages/batch.ts';
import type { Template } from '../messages/templates.ts';
import { withoutAliases } from './aliases.ts';
import { fillRequest } from './fill-text.ts';
import type { Call } from './handlers.ts';
import { SEND_PATH } from './contract-message-routes.ts';
import { fingerprint, parseIdempotencyKey } from './idempotency-key.ts';
import { withOwnSender } from './key-limits.ts';
import type { Parsed } from './parse.ts';
import type { Ports } from './ports.ts';
import { type Fault, invalid } from './problem.ts';
import { sendFault } from './send-faults.ts';
import { isStrict, parseSendRequest } from './send-request.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Each item of a batch as if it had been sent alone, with what the batch says for all of them. */
export function readItems(ports: Ports, call: Call, items: readonly unknown[], defaults: Fields): Promise<BatchItem[]> {
  const { templates } = ports;
  const known = new Map<string, Promise<Template | null>>();
  const find: Ports['templates']['find'] = (mode, id) => {
    const found = known.get(id) ?? templates.find(mode, id);
    known.set(id, found);
    return found;
  };
  const strict = isStrict(call.headers['prefer']);
  return Promise.all(
    items.map(async (item) => {
      const read = await readItem({ ...ports, templates: { ...templates, find } }, call, item, defaults, strict);
      return 'fault' in read ? { ok: false, refusal: read.fault } : read;
    }),
  );
}

async function readItem(
  ports: Ports,
  call: Call,
  item: unknown,
  defaults: Fields,
  strict: boolean,
): Promise<Extract<BatchItem, { ok: true }> | { readonly fault: Fault }> {
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    return { fault: invalid('', 'must be an object') };
  const { idempotency_key, ...text } = item as Fields;
  const key = readKey(idempotency_key);
  if (!key.ok) return key;
  const [own, shared] = [withoutAliases(text), withoutAliases(defaults)];
  if (!own.ok) return own;
  if (!shared.ok) return shared;
  const fields = merged(shared.value, own.value);
  if ((fields['dry_run'] ?? false) !== false) {
    return { fault: invalid('dry_run', 'is not for batches: use POST /v1/messages/preview') };
  }
  const parsed = parseSendRequest(fields, strict);
  if (!parsed.ok) return parsed;
  const filled = await fillRequest(ports, call.key.mode, parsed.value);
  if (!filled.ok) return filled;
  const request = withOwnSender(filled.value, call.key, ports);
  const fault = sendFault(ports, request, call);
  if (fault) return { fault };
  const { template_id, body } = parsed.value;
  const idempotency =
    key.value === null ? null : { key: key.value, path: SEND_PATH, fingerprint: fingerprint(parsed.value) };
  return { ok: true, request, wording: template_id ?? body ?? '', ...(idempotency && { idempotency }) };
}

/** The same key as a header of POST /v1/messages/send would be. */
function readKey(key: unknown): Parsed<string | null> {
  if ((key ?? null) === null) return { ok: true, value: null };
  if (typeof key !== 'string') return { ok: false, fault: invalid('idempotency_key', 'must be a string') };
  const parsed = parseIdempotencyKey(key);
  if (parsed.ok) return parsed;
  return { ok: false, fault: invalid('idempotency_key', 'must be 1 to 255 visible ASCII characters without spaces') };
}

/** An item's own text takes the place of the template of all, and the other way round; variables are put together. */
function merged(defaults: Fields, item: Fields): Fields {
  const hasOwn = (name: string) => (item[name] ?? null) !== null;
  const { body, template_id, ...rest } = defaults;
  const words = hasOwn('body') || hasOwn('template_id') ? {} : { body, template_id };
  const [theirs, own] = [defaults['variables'], item['variables']];
  const variables = isFields(theirs) && isFields(own) ? { variables: { ...theirs, ...own } } : {};
  const given = Object.entries({ ...words, ...rest, ...item, ...variables }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
