const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export const isSlackHost = (hostname: string): boolean => hostname === 'slack.com' || hostname.endsWith('.slack.com');

/**
 * Whether an address is that of the stand-in whose Web API is at `apiUrl`, by whichever name of this machine. Never while
 * the Web API is Slack's own: then what Slack names has to be Slack's.
 */
export function isStandIn(address: URL, apiUrl: string): boolean {
  const api = new URL(apiUrl);
  if (isSlackHost(api.hostname)) return false;
  const isSameMachine = LOOPBACK.has(address.hostname) && LOOPBACK.has(api.hostname);
  return address.host === api.host || (isSameMachine && address.port === api.port);
}
