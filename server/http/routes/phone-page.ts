import type { Answer, PublicHandlers, Visit } from '../handlers.ts';
import type { Ports } from '../ports.ts';
import type { Fault } from '../problem.ts';
import { answerFile } from '../static-file.ts';

/** The page of the simulated phones: plain files, asked for by name. The key never comes here: it is in the fragment. */
export function filesOfPhonePage({
  phonePageFolder,
  publicUrl,
}: Ports): Pick<PublicHandlers, 'getPhonePage' | 'getPhoneFile'> {
  const isOurs = hostRule(publicUrl);
  const serve = async ({ headers }: Visit, name: string): Promise<Answer> => {
    if (!isOurs(headers.host)) return { fault: foreignHost };
    return answerFile(phonePageFolder, name, PAGE_HEADERS);
  };
  return {
    getPhonePage: (visit) => serve(visit, 'index.html'),
    getPhoneFile: (visit) => serve(visit, visit.params['file'] ?? ''),
  };
}

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
