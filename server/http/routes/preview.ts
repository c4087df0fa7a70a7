import type { PreviewedText } from '../../messages/preview.ts';
import type { SendRequest } from '../../messages/accept-types.ts';
import type { LintFinding } from '../../rules/lint-codes.ts';
import { messageView } from '../../rules/message-view.ts';
import { numberType, parseRecipient, RECIPIENT_FAULTS } from '../../rules/phone-number.ts';
import { zonesOf } from '../../rules/zones/of-number.ts';
import { lintBody, validateBody } from '../contract-preview.ts';
import { fillRequest } from '../fill-text.ts';
import type { Answer, Call, KeyHandlers } from '../handlers.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { invalid } from '../problem.ts';
import { withOwnSender } from '../key-limits.ts';
import { sendFault } from '../send-faults.ts';
import { isStrict, parseSendRequest } from '../send-request.ts';

type Operations = 'previewMessage' | 'lintTemplate' | 'validateNumber';

export function previewRoutesOf(ports: Ports): Pick<KeyHandlers, Operations> {
  const { lintText, consents, defaultCountry } = ports;
  return {
    async previewMessage(call) {
      const parsed = parseSendRequest(call.json, isStrict(call.headers['prefer']));
      const filled = parsed.ok ? await fillRequest(ports, call.key.mode, parsed.value) : parsed;
      return filled.ok ? answerPreview(ports, call, filled.value) : filled;
    },
    lintTemplate({ key, json }) {
      const parsed = parse(lintBody, json);
      if (!parsed.ok) return parsed;
      const { body, message_type = 'transactional', from } = parsed.value;
      const found = lintText({ text: body, message_type, from: from ?? null, mode: key.mode });
      return found === null
        ? { fault: invalid('from', 'is no sender') }
        : { status: 200, body: { object: 'lint', lint: found.map(lintView) } };
    },
    async validateNumber({ key, json }) {
      const parsed = parse(validateBody, json);
      if (!parsed.ok) return parsed;
      const { number: text, default_country = defaultCountry } = parsed.value;
      const read = parseRecipient(text, { strictness: 'possible', defaultCountry: default_country });
      const shared = { object: 'number', mode: key.mode };
      if (!read.ok) return { status: 200, body: { ...shared, ...NO_NUMBER, reason: RECIPIENT_FAULTS[read.reason] } };
      const { e164: number, country } = read;
      const strictly = parseRecipient(number, { strictness: 'valid', defaultCountry: null });
      const { status: consent } = await consents.status(key.mode, number);
      const facts = { number, country, type: numberType(number), time_zones: zonesOf(number), consent };
      const reason = strictly.ok ? null : RECIPIENT_FAULTS[strictly.reason];
      return { status: 200, body: { ...shared, valid: strictly.ok, possible: true, reason, ...facts } };
    },
  };
}

const NO_NUMBER = {
  valid: false,
  possible: false,
  number: null,
  country: null,
  type: null,
  time_zones: [],
  consent: null,
};

/** Also the answer to a send with `dry_run`. */
export async function answerPreview(
  ports: Pick<Ports, 'preview' | 'checkUrl' | 'senders' | 'defaultCountry'>,
  call: Call,
  wanted: SendRequest,
): Promise<Answer> {
  const { key } = call;
  const request = withOwnSender(wanted, key, ports);
  const fault = sendFault(ports, request, call);
  if (fault) return { fault };
  const previewed = await ports.preview(request, { keyId: key.id, mode: key.mode });
  if (!previewed.ok) return { fault: previewed.refusal };
  return { status: 200, body: view(request, previewed.preview) };
}

function lintView({ code, level, ...finding }: LintFinding) {
  return { rule: code.toLowerCase(), severity: level === 'warning' ? 'warn' : 'error', ...finding };
}

function view(request: SendRequest, { message, placed, timeZones, size, verdict, lint }: PreviewedText) {
  const { to, mode, message_type, encoding, segments, smart_replacements, message_price, currency, schedule_for } =
    messageView(message);
  const [first, ...others] = placed.plan?.routes ?? [];
  return {
    object: 'preview',
    mode,
    to,
    normalized: to !== request.to,
    number: { country: message.country, type: numberType(to), time_zones: timeZones },
    from: { resolved: message.from, reason: placed.sender.reason },
    message_type,
    body: request.body,
    final_body: message.body,
    encoding,
    segments,
    characters: size.characters,
    remaining: size.remaining,
    smart_replacements,
    message_price,
    currency,
    schedule_for,
    verdict: {
      allowed: verdict.allowed,
      status: message.status,
      code: verdict.refusal?.code ?? null,
      detail: verdict.refusal?.detail ?? null,
      send_at: verdict.sendAt?.toISOString() ?? null,
      send_before: verdict.sendBefore?.toISOString() ?? null,
      held_by: verdict.heldBy,
      rule: verdict.rule,
      consent: verdict.consent,
    },
    lint: lint.map(lintView),
    warnings: message.warnings,
    route: { smsc: first?.smsc_id ?? '', fallback: others.map(({ smsc_id }) => smsc_id) },
  };
}
