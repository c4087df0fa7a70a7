import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Answer, PublicHandlers, Visit } from '../handlers.ts';
import type { Ports } from '../ports.ts';
import { type Fault, notFound } from '../problem.ts';

/** The page of the simulated phones: plain files, asked for by name. The key never comes here: it is in the fragment. */
export function filesOfPhonePage({
  phonePageFolder,
  publicUrl,
}: Ports): Pick<PublicHandlers, 'getPhonePage' | 'getPhoneFile'> {
  const isOurs = hostRule(publicUrl);
  const serve = async ({ headers }: Visit, name: string): Promise<Answer> => {
    if (!isOurs(headers.host)) return { fault: foreignHost };
    const type = NAME.test(name) ? TYPES.get(path.extname(name)) : undefined;
    const file = type === undefined ? null : await readFile(path.join(phonePageFolder, name)).catch(() => null);
    if (file === null || type === undefined) return { fault: notFound };
    return { status: 200, body: file, headers: { ...PAGE_HEADERS, 'Content-Type': type } };
  };
  return {
    getPhonePage: (visit) => serve(visit, 'index.html'),
    getPhoneFile: (visit) => serve(visit, visit.params['file'] ?? ''),
  };
}

/** No separators and no leading dot, so a name cannot lead out of the folder. */
const NAME = /^[a-z0-9][a-z0-9-]{0,60}\.[a-z0-9]{1,5}$/;

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
]);

const PAGE_HEADERS = {
  'Content-Security-Policy':
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  'Referrer-Policy': 'no-referrer',
};

const foreignHost: Fault = {
  code: 'FORBIDDEN',
  detail: 'This page is served under its own host name only.',
  action: 'Open it under the address in PUBLIC_URL, or on the machine itself under localhost.',
};

/** Another name in Host is a page of somebody else whose name was pointed at this machine (DNS rebinding). */
function hostRule(publicUrl: string): (host: string | undefined) => boolean {
  const allowed = new Set([new URL(publicUrl).hostname, 'localhost', '127.0.0.1', '[::1]']);
  return (host) => {
    const url = `http://${host ?? ''}`;
    return host !== undefined && /^[\w.:[\]-]+$/.test(host) && URL.canParse(url) && allowed.has(new URL(url).hostname);
  };
}
