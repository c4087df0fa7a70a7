import type { Audit, AuditActor } from '../access/audit.ts';
import type { Route } from './contract-route.ts';
import type { Answer, Call, Reply } from './handlers.ts';
import { readNumber } from './numbers.ts';
import type { Ports } from './ports.ts';

/**
 * The one place where calls of the API get into the audit log: every change that was made, who fetched an export, and in
 * HIPAA mode every successful read. It is written before the answer goes out, so nothing is answered that is not in the log.
 */
export async function auditCall(
  ports: AuditPorts,
  route: Route,
  call: Call,
  ip: string,
  answer: Answer,
): Promise<void> {
  if ('fault' in answer) return;
  const isTold = ports.auditReads || isDisclosure(route, answer.body);
  const action = isRead(route) ? (isTold ? actionOf(route.operation) : null) : actionOfChange(route, call);
  if (action === null) return;
  const { key } = call;
  const actor: AuditActor = { type: 'api_key', id: key.id, ...(ip === '' ? {} : { ip }) };
  const target = targetOf(ports, call, answer.body);
  await ports.audit.record({ mode: key.mode, actor, action, target, details: detailsOf(route, call, answer) });
}

export interface AuditPorts extends Pick<Ports, 'defaultCountry' | 'auditReads'> {
  readonly audit: Pick<Audit, 'record' | 'nameOf'>;
}

/** Reads, and what looks like a change but makes none. */
const isRead = ({ method, operation }: Route) =>
  method === 'get' || /^(explain|lint|preview|test|validate)[A-Z]/.test(operation);

/** What was gathered about a person leaves the server. */
const isDisclosure = ({ operation }: Route, body: unknown) =>
  operation === 'getExportedTexts' || (operation === 'getPrivacyJob' && fieldOf(body, 'result') !== null);

/** Sends have rows of their own, and the simulated carrier forgets everything. */
function actionOfChange(route: Route, call: Call): string | null {
  if (route.access === 'sandbox:use') return null;
  if (route.access !== 'messages:send' && route.operation !== 'replyInConversation') return actionOf(route.operation);
  return ignoresQuietHours(call.json) ? 'quiet_hours.ignored' : null;
}

/** Of one text, of all of a batch, or of one of them. */
function ignoresQuietHours(json: unknown): boolean {
  const messages = fieldOf(json, 'messages');
  const texts = [json, fieldOf(json, 'defaults'), ...(Array.isArray(messages) ? (messages as unknown[]) : [])];
  return texts.some((text) => fieldOf(text, 'quiet_hours') === 'ignore');
}

/** `createOptOut` becomes `opt_out.create`, `listOptOuts` `opt_out.list`. */
export function actionOf(operation: string): string {
  const own = ACTIONS.get(operation);
  if (own !== undefined) return own;
  const [verb = '', ...words] = operation.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).split(' ');
  const what = words.join('_').replace(/(?<=[^s])s$/, '');
  return `${WHAT.get(what) ?? (what || 'server')}.${verb}`;
}

const ACTIONS: ReadonlyMap<string, string> = new Map([
  ['exportPersonalData', 'privacy.export'],
  ['erasePersonalData', 'privacy.erase'],
]);
const WHAT: ReadonlyMap<string, string> = new Map([
  ['carrier', 'smsc'],
  ['carrier_password', 'smsc_password'],
  ['webhook_endpoint', 'webhook'],
  ['api_key', 'key'],
]);

/** What the call was about: a number, masked, or the id in its address, or that of what it made. */
function targetOf(ports: AuditPorts, { params, json }: Call, body: unknown): string | null {
  const named = Object.values(params)[0];
  const written = named ?? fieldOf(json, 'number') ?? fieldOf(json, 'to') ?? fieldOf(body, 'id');
  if (typeof written !== 'string') return null;
  const read = LIKE_A_NUMBER.test(written) ? readNumber(written, ports.defaultCountry) : null;
  if (read === null) return written.slice(0, TARGET_MAX);
  return read.ok ? ports.audit.nameOf(read.number) : 'a number';
}

const TARGET_MAX = 100;
/** No id of ours consists of nothing but digits and what people put between them. */
const LIKE_A_NUMBER = /^[ +(]*\d[\d\s().+/-]{4,}$/;

/** Operation, status, and how many numbers a list had; never what was in the body. */
function detailsOf({ operation }: Route, { json, csv }: Call, { status, body }: Reply) {
  const numbers = fieldOf(json, 'numbers');
  const count =
    csv === undefined ? (Array.isArray(numbers) ? numbers.length : null) : Number(fieldOf(body, 'received'));
  return { operation, status, ...(count === null ? {} : { numbers: count }) };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
