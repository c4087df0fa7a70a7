import type { ExpectReply, UnfilledRequest } from '../messages/accept-types.ts';
import type { Warning } from '../rules/message.ts';
import { nearMiss } from '../rules/near-miss.ts';
import { REPLY_WAIT_SECONDS } from '../rules/reply-wait-choice.ts';
import { SEGMENTS_MAX } from '../rules/segments.ts';
import { ALIASES, withoutAliases } from './aliases.ts';
import { BODY_CHARACTERS_MAX, sendBody } from './contract-messages.ts';
import { fits, isStorable, UNSTORABLE } from './contract-shared.ts';
import { invalidFields, parse, type Parsed, shownName } from './parse.ts';
import { type Fault, type FieldError, invalid } from './problem.ts';

/**
 * The body of POST /v1/messages/send. A field that is not understood is never dropped in silence: a slip of the pen is
 * refused, because ignoring `shedule_for` would send at once what should have waited. Anything else unknown becomes a
 * warning, or a refusal when `strict`. What other APIs call our fields is taken as ours.
 */
export function parseSendRequest(input: unknown, strict: boolean): Parsed<UnfilledRequest> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return { ok: false, fault: invalid('body', 'must be a JSON object') };
  }
  const named = withoutAliases(input as Readonly<Record<string, unknown>>);
  if (!named.ok) return named;
  const body = named.value;
  const unknown = Object.keys(body).filter((name) => !SUPPORTED.has(name));
  const fault = specialFault(body) ?? unknownFault(body, unknown, strict);
  if (fault) return { ok: false, fault };
  const parsed = parse(sendBody, body);
  const text = textFault(body);
  if (!parsed.ok) return text && parsed.fault.errors ? both(parsed.fault.errors, text) : parsed;
  if (text) return { ok: false, fault: text };
  return { ok: true, value: withDefaults(parsed.value, unknown.map(ignored)) };
}

/** The text comes from one place. */
function textFault({ body, template_id: template }: Readonly<Record<string, unknown>>): Fault | null {
  const [hasBody, hasTemplate] = [(body ?? null) !== null, (template ?? null) !== null];
  if (!hasBody && !hasTemplate) return invalid('body', 'is required');
  if (!hasBody || !hasTemplate) return null;
  return { code: 'CONFLICTING_FIELDS', detail: 'body and template_id exclude each other.', param: 'template_id' };
}

const both = (errors: readonly FieldError[], { errors: others = [] }: Fault) => {
  return { ok: false, fault: invalidFields([...errors, ...others]) } as const;
};

/** Whether the body of a valid send asks what would become of it instead. */
export function isDryRun(input: unknown): boolean {
  return typeof input === 'object' && input !== null && Reflect.get(input, 'dry_run') === true;
}

/** RFC 7240 §2: `Prefer: handling=strict`, among others. */
export function isStrict(prefer: string | readonly string[] | undefined): boolean {
  const text = [prefer ?? []].flat().join(',');
  return /(^|[,;])\s*handling\s*=\s*"?strict"?\s*($|[,;])/i.test(text);
}

const SUPPORTED = new Set(Object.keys(sendBody.shape));

/** A slip in a name of ours, or in one of the long ones that are taken for ours. */
const KNOWN = [...SUPPORTED, ...[...ALIASES.keys()].filter((name) => name.length > 7)];
const UNKNOWN_MAX = 50;

/** Faults that have a code or an explanation of their own. */
function specialFault(body: Readonly<Record<string, unknown>>): Fault | null {
  const { to, body: text, channel, metadata } = body;
  if (Array.isArray(to)) {
    const message = 'must be one number. Send to many with /v1/messages/batch';
    return invalid('to', message);
  }
  if (typeof channel === 'string' && channel !== 'sms') {
    return { code: 'UNSUPPORTED_CHANNEL', detail: 'The only channel is sms.', param: 'channel' };
  }
  const media = MEDIA.find((name) => !isEmpty(body[name]));
  if (media) {
    const detail = 'Pictures and files do not go by SMS: send a link in the body.';
    return { code: 'UNSUPPORTED_CHANNEL', detail, param: media };
  }
  if (typeof text === 'string' && isStorable(text) && !fits(text, 0, BODY_CHARACTERS_MAX)) {
    const detail = `body must be 1 to ${BODY_CHARACTERS_MAX} characters long.`;
    return { code: 'BODY_TOO_LONG', detail, param: 'body' };
  }
  // The contract's parser drops this key unseen, because it could change the object it is put into.
  if (typeof metadata === 'object' && metadata !== null && Object.hasOwn(metadata, '__proto__')) {
    return invalid('metadata', 'must not have a key __proto__');
  }
  return null;
}

/** What other APIs call it. Left out in silence, half of the message would be missing. */
const MEDIA = ['media_urls', 'media_url', 'mediaUrl', 'MediaUrl', 'attachments'] as const;

const isEmpty = (value: unknown) =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

function unknownFault(
  body: Readonly<Record<string, unknown>>,
  unknown: readonly string[],
  strict: boolean,
): Fault | null {
  if (unknown.length === 0) return null;
  if (unknown.length > UNKNOWN_MAX) return invalid('body', `must not have more than ${UNKNOWN_MAX} unknown fields`);
  const errors = unknown.flatMap((name): FieldError[] => {
    const message = unknownField(name, strict);
    return message === null ? [] : [{ param: shownName(name), message }];
  });
  return errors.length > 0 ? invalidFields(errors) : null;
}

/** Why the field has to be refused, or null. */
function unknownField(name: string, strict: boolean): string | null {
  if (!isStorable(name)) return `is not a field name: it ${UNSTORABLE}`;
  const meant = nearMiss(name, KNOWN);
  if (meant !== null) return `is not a field of this request, perhaps you mean ${meant}`;
  return strict ? 'is not a field of this request' : null;
}

function ignored(name: string): Warning {
  return { code: 'UNKNOWN_FIELD', message: `${shownName(name)} is not a field of this request and was ignored.` };
}

function withDefaults(body: ReturnType<typeof sendBody.parse>, warnings: readonly Warning[]): UnfilledRequest {
  const type = body.message_type ?? 'transactional';
  return {
    to: body.to,
    from: body.from ?? null,
    body: body.body ?? null,
    message_type: type,
    on_ambiguous: body.on_ambiguous ?? 'default',
    validity_period: body.validity_period ?? (type === 'otp' ? CODE_SECONDS : 86_400),
    status_callback: body.status_callback ?? null,
    client_ref: body.client_ref ?? null,
    metadata: body.metadata ?? null,
    encoding: body.encoding ?? 'auto',
    smart_encoding: body.smart_encoding ?? false,
    max_segments: body.max_segments ?? SEGMENTS_MAX,
    flash: body.flash ?? false,
    ...(body.expect_reply ? { expect_reply: expected(body.expect_reply) } : {}),
    topic: body.topic ?? null,
    schedule_for: typeof body.schedule_for === 'string' ? new Date(body.schedule_for) : null,
    quiet_hours: body.quiet_hours ?? null,
    warnings,
    ...given({
      template_id: body.template_id,
      variables: body.variables,
      tags: body.tags && [...new Set(body.tags)],
      campaign_id: body.campaign_id,
      send_window: body.send_window,
      priority: body.priority,
      on_failure: body.on_failure,
      default_country: body.default_country,
    }),
  };
}

/** A one-time code that comes later is of no use. */
const CODE_SECONDS = 300;

/** Without the fields that are null. */
function given<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: NonNullable<Fields[Name]> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof Fields]?: NonNullable<Fields[Name]> };
}

type Expected = NonNullable<ReturnType<typeof sendBody.parse>['expect_reply']>;

const expected = ({ match, timeout_seconds, callback_url }: Expected): ExpectReply => ({
  match: match ?? { type: 'free_text' },
  timeout_seconds: timeout_seconds ?? REPLY_WAIT_SECONDS.default,
  callback_url: callback_url ?? null,
});
