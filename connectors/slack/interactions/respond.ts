import type { ConnectorLog } from '../../seam/connector.ts';

/** Where Slack takes what follows a click; nothing else is ever called. */
const HOST = 'hooks.slack.com';
const TIMEOUT_MS = 5_000;

/** Puts a sentence in the place of what only one person saw. It matters to nothing else, so it is not tried again. */
export function createRespond(apiUrl: string, log: ConnectorLog) {
  // A stand-in answers on its own host.
  const hosts = new Set([HOST, ...(new URL(apiUrl).hostname.endsWith('slack.com') ? [] : [new URL(apiUrl).host])]);
  return (responseUrl: string | undefined, text: string): void => {
    if (responseUrl === undefined || !URL.canParse(responseUrl)) return;
    const { host, protocol } = new URL(responseUrl);
    if (!hosts.has(host) || (host === HOST && protocol !== 'https:')) return;
    const body = JSON.stringify({ replace_original: true, response_type: 'ephemeral', text });
    const options = { method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) } as const;
    fetch(responseUrl, { ...options, headers: { 'Content-Type': 'application/json' } }).then(
      (response) => response.body?.cancel(),
      (error: unknown) => log.warn({ err: error }, 'an answer to a click was not taken'),
    );
  };
}
