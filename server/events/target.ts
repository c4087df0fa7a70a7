import { isIP } from 'node:net';
import type { Mode } from '../rules/message.ts';
import { type AddressClass, classifyAddress } from './addresses.ts';

export type TargetFault =
  | 'invalid_url'
  | 'userinfo_not_allowed'
  | 'https_required'
  | 'port_not_allowed'
  | 'address_not_allowed';

export type Target =
  | {
      readonly ok: true;
      readonly url: URL;
      /** Without the brackets of an IPv6 address. */
      readonly host: string;
      /** What the addresses behind the name may be. */
      readonly accepts: (address: string) => boolean;
    }
  | { readonly ok: false; readonly reason: TargetFault };

export interface TargetPolicy {
  /** `host` (all its ports) or `host:port`: these may use http, other ports and internal addresses. */
  readonly allowlist: readonly string[];
  /** Whether keys of this mode may call this machine itself. Only ever asked for `test`. */
  readonly allowLoopback: (mode: Mode) => boolean;
}

/** Judges a webhook's address by its text alone, without resolving a name. */
export function targetRules({ allowlist, allowLoopback }: TargetPolicy): (url: string, mode: Mode) => Target {
  const allowed = allowlist.map(parseAllowed);

  return (text, mode) => {
    const url = parseUrl(text);
    if (!url) return fault('invalid_url');
    if (url.username !== '' || url.password !== '') return fault('userinfo_not_allowed');
    const host = hostOf(url);
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
    const listed = allowed.some((entry) => entry.host === host && (entry.port === null || entry.port === port));
    // A name that merely resolves to this machine gets no such right: its owner is somebody else.
    const local = !listed && isLocalName(host) && mode === 'test' && allowLoopback(mode);
    const accepts = acceptedBy(listed, local);
    if (isIP(host) !== 0 && !accepts(host)) return fault('address_not_allowed');
    if (isLocalName(host) && !local && !listed) return fault('address_not_allowed');
    if (url.protocol !== 'https:' && !listed && !local) return fault('https_required');
    if (!PORTS.has(port) && !listed && !local) return fault('port_not_allowed');
    return { ok: true, url, host, accepts };
  };
}

const PORTS = new Set([443, 8443]);
const URL_LENGTH_MAX = 2_048;

const fault = (reason: TargetFault) => ({ ok: false, reason }) as const;

/** URL also turns `2130706433`, `0x7f.1` and `127.1` into 127.0.0.1, so numbers in disguise are seen as such. */
function parseUrl(text: string): URL | null {
  if (text.length > URL_LENGTH_MAX || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : null;
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/** RFC 6761 §6.3: `localhost` and what ends in it mean this machine. */
function isLocalName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || classifyIfAddress(host) === 'loopback';
}

function classifyIfAddress(host: string): AddressClass | null {
  return isIP(host) === 0 ? null : classifyAddress(host);
}

function acceptedBy(listed: boolean, local: boolean): (address: string) => boolean {
  return (address) => {
    const found = classifyAddress(address);
    if (listed) return found !== 'forbidden';
    if (local) return found === 'loopback';
    return found === 'public';
  };
}

function parseAllowed(entry: string): { host: string; port: number | null } {
  const [, name = '', digits] = /^(\[[^\]]+\]|[^:/@?#\s]+)(?::(\d{1,5}))?$/.exec(entry) ?? [];
  const port = digits === undefined ? null : Number(digits);
  if (!URL.canParse(`http://${name}`) || name === '' || port === 0 || (port ?? 1) > 65_535) {
    throw new RangeError(`"${entry}" is not a host or host:port.`);
  }
  return { host: hostOf(new URL(`http://${name}`)), port };
}
