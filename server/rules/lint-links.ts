import type { Found } from './lint-codes.ts';
import { type Link, linksIn } from './links.ts';
import { PUBLIC_SHORTENERS } from './public-shorteners.ts';

/** Links that carriers filter and recipients distrust; one finding for each. */
export function linkFindings(text: string): Found[] {
  return linksIn(text).flatMap((link) => finding(link) ?? []);
}

function finding(link: Link): Found | null {
  const { host, url, at } = link;
  if (PUBLIC_SHORTENERS.has(host))
    return {
      code: 'PUBLIC_SHORTENER',
      message: `Carriers filter links of ${host}, because they hide where they lead.`,
      at,
      suggestion: 'Use a link of your own domain.',
    };
  const suspicion = suspicionOf(link);
  if (suspicion !== null) return { code: 'SUSPICIOUS_LINK', message: suspicion, at };
  return /^http:\/\//i.test(url) ? { code: 'INSECURE_LINK', at, suggestion: url.replace(/^http:/i, 'https:') } : null;
}

function suspicionOf({ host, url }: Link): string | null {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(host) || host.startsWith('['))
    return 'The link leads to an address instead of a name.';
  if (/^https?:\/\/[^/]*@/i.test(url)) return 'What is before the @ of the link is not where it leads.';
  const isForeign = host.split('.').some((label) => label.startsWith('xn--') || isMixed(label));
  return isForeign ? 'The name in the link is written with letters that look like others.' : null;
}

/** Latin beside Cyrillic or Greek in one label: `pаypal` with a Cyrillic a. */
const isMixed = (label: string) =>
  /\p{Script=Latin}/u.test(label) && /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(label);
