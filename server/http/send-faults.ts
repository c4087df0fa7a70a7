import type { SendRequest } from '../messages/accept-types.ts';
import type { Call } from './handlers.ts';
import type { Ports } from './ports.ts';
import { keyLimitFault } from './key-limits.ts';
import type { Fault } from './problem.ts';
import { urlFault } from './url-fault.ts';

/** What a key may not ask of a text, whether it is sent or only previewed. Null = nothing is wrong. */
export function sendFault(
  ports: Pick<Ports, 'checkUrl' | 'senders' | 'defaultCountry'>,
  request: SendRequest,
  { key }: Call,
): Fault | null {
  const { checkUrl } = ports;
  const urls = {
    status_callback: request.status_callback,
    'expect_reply.callback_url': request.expect_reply?.callback_url ?? null,
  };
  for (const [param, url] of Object.entries(urls)) {
    const checked = url === null ? null : checkUrl(url, key.mode);
    if (checked && !checked.ok) return urlFault(param, checked.reason);
  }
  const mayWake = request.quiet_hours !== 'ignore' || key.scopes.has(WAKES_PEOPLE);
  return mayWake ? keyLimitFault(ports, request, key) : noScope;
}

/** Who answers for consent answers for the night, too. */
const WAKES_PEOPLE = 'consents:write';

const noScope: Fault = {
  code: 'FORBIDDEN',
  detail: `quiet_hours: "ignore" needs the scope ${WAKES_PEOPLE}.`,
  param: 'quiet_hours',
  extra: { scope: WAKES_PEOPLE },
};
