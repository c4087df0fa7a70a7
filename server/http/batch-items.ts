import type { BatchItem } from '../messages/batch.ts';
import { isCountry, parseRecipient } from '../rules/phone-number.ts';
import { variantFor } from '../rules/variant.ts';
import type { Template } from '../messages/templates.ts';
import { withoutAliases } from './aliases.ts';
import type { WantedVariant } from './contract-batches.ts';
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
export function readItems(
  ports: Ports,
  call: Call,
  items: readonly unknown[],
  defaults: Fields,
  variants: readonly WantedVariant[] = [],
): Promise<BatchItem[]> {
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
      const read = await readItem({ ...ports, templates: { ...templates, find } }, call, item, {
        defaults,
        variants,
        strict,
      });
      return 'fault' in read ? { ok: false, refusal: read.fault } : read;
    }),
  );
}

interface Shared {
  readonly defaults: Fields;
  readonly variants: readonly WantedVariant[];
  readonly strict: boolean;
}

type Read = Extract<BatchItem, { ok: true }> | { readonly fault: Fault };

async function readItem(ports: Ports, call: Call, item: unknown, shared: Shared): Promise<Read> {
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    return { fault: invalid('', 'must be an object') };
  const { idempotency_key, ...text } = item as Fields;
  const key = readKey(idempotency_key);
  return key.ok ? readText(ports, call, text, shared, key.value) : key;
}

/** `key`: the Idempotency-Key of this text alone. */
async function readText(
  ports: Ports,
  call: Call,
  text: Fields,
  { defaults, variants, strict }: Shared,
  key: string | null,
): Promise<Read> {
  const [own, shared] = [withoutAliases(text), withoutAliases(defaults)];
  if (!own.ok) return own;
  if (!shared.ok) return shared;
  const split = withVariant(ports, merged(shared.value, own.value), variants);
  if (!split.ok) return split;
  const { fields, variant } = split.value;
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
  const worded = { ok: true, wording: template_id ?? body ?? '', ...keyed(key, parsed.value) } as const;
  return { ...worded, request: variant === null ? request : { ...request, variant } };
}

/** The same key as a header of POST /v1/messages/send would be. */
function readKey(key: unknown): Parsed<string | null> {
  if ((key ?? null) === null) return { ok: true, value: null };
  const parsed = parseIdempotencyKey(typeof key === 'string' ? key : []);
  if (parsed.ok) return parsed;
  return { ok: false, fault: invalid('idempotency_key', 'must be 1 to 255 visible ASCII characters without spaces') };
}

function keyed(key: string | null, request: object): Pick<Extract<BatchItem, { ok: true }>, 'idempotency'> {
  return key === null ? {} : { idempotency: { key, path: SEND_PATH, fingerprint: fingerprint(request) } };
}

/** What the variant for its recipient says takes the place of what the batch says; its words cannot be said twice. */
function withVariant({ defaultCountry }: Ports, fields: Fields, variants: readonly WantedVariant[]): Parsed<Varied> {
  if (variants.length === 0) return { ok: true, value: { fields, variant: null } };
  const { to, campaign_id: campaignId, default_country: country } = fields;
  if (typeof to !== 'string') return { ok: true, value: { fields, variant: null } };
  if (typeof campaignId !== 'string') return needsCampaign;
  const read = parseRecipient(to, {
    strictness: 'possible',
    defaultCountry: typeof country === 'string' && isCountry(country) ? country : defaultCountry,
  });
  const weighed = variants.map((one) => ({ ...one, weight: one.weight ?? 1 }));
  const chosen = variantFor(weighed, campaignId, read.ok ? read.e164 : to);
  const { name, weight: _, ...own } = chosen;
  const said = Object.fromEntries(Object.entries(own).filter(([, value]) => (value ?? null) !== null));
  const hasWords = (from: Fields) => (from['body'] ?? from['template_id'] ?? null) !== null;
  if (hasWords(said) && hasWords(fields)) return { ok: false, fault: saidTwice };
  return { ok: true, value: { fields: { ...fields, ...said }, variant: name } };
}

interface Varied {
  readonly fields: Fields;
  readonly variant: string | null;
}

const needsCampaign = {
  ok: false,
  fault: invalid('campaign_id', 'is required where there are variants'),
} as const;

const saidTwice: Fault = {
  code: 'CONFLICTING_FIELDS',
  detail: 'The words are in the variants, so they must not be in the text or the defaults too.',
  param: 'body',
};

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
