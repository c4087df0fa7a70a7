import { createHmac } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { OptOutPage } from '../messages/prepare.ts';
import type { Mode } from '../rules/message.ts';
import { linkByToken, type OptOutLinkRow } from '../store/opt-out-links.ts';
import { optOutsOf } from '../store/opt-outs.ts';
import { type ConsentOptions, optOut } from './consent.ts';
import { countryOf } from './said.ts';

/** The page on which a recipient opts out who cannot answer the sender. */
export interface OptOutPages extends OptOutPage {
  /** Null: no text had this link. */
  find(token: string): Promise<OptOutVisit | null>;
  /** As the recipient asked for it on the page. Opting out again changes and records nothing. */
  optOut(token: string, evidence: PageEvidence): Promise<OptOutVisit | null>;
}

export interface OptOutVisit {
  readonly mode: Mode;
  /** E.164. */
  readonly number: string;
  /** What the recipient was texted from. */
  readonly sender: string;
  readonly isOptedOut: boolean;
}

export interface PageEvidence {
  readonly user_agent: string | null;
}

export interface OptOutPageOptions extends ConsentOptions {
  /** 32 bytes under which numbers are hashed. */
  readonly numberKey: Buffer;
  /** Where others reach us, without a slash at the end. */
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly onEvents: () => void;
}

export function createOptOutPages(options: OptOutPageOptions): OptOutPages {
  const { database, ledger, numberKey, publicUrl, clock, onEvents } = options;
  const key = createHmac('sha256', numberKey).update('opt-out links').digest();
  const urlOf = (token: string) => `${publicUrl}/o/${token}`;
  const linkOf = (token: string) => (TOKEN.test(token) ? linkByToken(database, token) : undefined);

  const visitOf = async ({ mode, number, sender }: OptOutLinkRow): Promise<OptOutVisit> => {
    const optOuts = await optOutsOf(database, mode, number, ledger.numberHmac(number));
    return { mode, number, sender, isOptedOut: optOuts.some(({ topic }) => topic === '*') };
  };

  return {
    linkFor({ mode, from, contact }) {
      const digest = createHmac('sha256', key).update(`${mode}|${contact}|${from}`).digest();
      const token = digest.subarray(0, TOKEN_BYTES).toString('base64url');
      return { token, url: urlOf(token) };
    },
    async find(token) {
      const link = await linkOf(token);
      return link ? visitOf(link) : null;
    },
    async optOut(token, evidence) {
      const link = await linkOf(token);
      if (!link) return null;
      const visit = await visitOf(link);
      if (visit.isOptedOut) return visit;
      const at = new Date(clock.now());
      await ledger.inTurn(link.mode, () => optOut(options, decisionOf(link, urlOf(token), evidence, at), at));
      onEvents();
      return { ...visit, isOptedOut: true };
    },
  };
}

/** 72 bits: short enough for a text, and nobody finds one by trying. */
const TOKEN_BYTES = 9;
const TOKEN = /^[\w-]{12}$/;
const USER_AGENT_MAX = 500;

function decisionOf({ mode, number, sender }: OptOutLinkRow, url: string, { user_agent }: PageEvidence, at: Date) {
  return {
    mode,
    number,
    topic: '*',
    source: 'web_form',
    channel: 'web',
    method: 'electronic' as const,
    actor: null,
    jurisdiction: countryOf(number),
    language: null,
    keyword: null,
    messageId: null,
    evidence: { url, sender, ...(user_agent === null ? {} : { user_agent: user_agent.slice(0, USER_AGENT_MAX) }) },
    at,
    // The page says it, and the sender of these texts cannot be answered.
    answerFrom: null,
  };
}
