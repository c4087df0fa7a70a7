import type { ConnectorLog } from '../../seam/connector.ts';
import { isStandIn } from '../rules/stand-in.ts';

/** Where Slack takes what follows a click; nothing else is ever called. */
const ORIGIN = 'https://hooks.slack.com';
const TIMEOUT_MS = 5_000;

/** Puts a sentence in the place of what only one person saw. It matters to nothing else, so it is not tried again. */
export function createRespond(apiUrl: string, log: ConnectorLog) {
  return (responseUrl: string | undefined, text: string): void => {
    if (responseUrl === undefined || !URL.canParse(responseUrl)) return;
    const address = new URL(responseUrl);
    if (address.origin !== ORIGIN && !isStandIn(address, apiUrl)) return;
    const body = JSON.stringify({ replace_original: true, response_type: 'ephemeral', text });
    const options = { method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) } as const;
    fetch(responseUrl, { ...options, headers: { 'Content-Type': 'application/json' } }).then(
      (response) => response.body?.cancel(),
      (error: unknown) => log.warn({ err: error }, 'an answer to a click was not taken'),
    );
  };
}
