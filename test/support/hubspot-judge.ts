import { appendFileSync } from 'node:fs';
import type { Exchange } from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import { HUBSPOT_EXCEPTIONS } from './hubspot-spec-exceptions.ts';
import { readSpecs, specsFolder } from './hubspot-specs.ts';
import { createSpecJudge } from './spec-judge.ts';

export interface HubSpotJudge {
  /** Of the stand-in: `startFakeHubSpot({ onExchange })`. */
  readonly onExchange: (exchange: Exchange) => void;
  /** Throws when a request or an answer was not as HubSpot's specs have it. */
  finish(): void;
}

/** What `npm run check:hubspot-specs` adds up: a line for each stand-in. */
export interface Tally {
  /** By operation, how often it was judged. */
  readonly operations: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
}

let specs: ReturnType<typeof createSpecJudge> | null | undefined;

/** One for all tests of a worker; null without specs. */
function loaded(): ReturnType<typeof createSpecJudge> | null {
  if (specs !== undefined) return specs;
  const folder = specsFolder(process.env);
  return (specs = folder === null ? null : createSpecJudge(readSpecs(folder), HUBSPOT_EXCEPTIONS));
}

/**
 * A second judge of the connector and of the stand-in for HubSpot, by HubSpot's own specs, where those are at hand.
 * `of`: of answers alone, where a test asks what the connector would never ask.
 */
export function hubspotJudge(of: 'both' | 'answers' = 'both'): HubSpotJudge {
  const operations = new Map<string, number>();
  const faults = new Map<string, number>();
  const add = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  return {
    onExchange(exchange) {
      // The page on which an administrator agrees is no part of the API.
      if (exchange.path === '/oauth/authorize') return;
      // The specs are of one version.
      if (exchange.path.startsWith('/conversations/custom-channels/2026-03')) return;
      const verdict = loaded()?.judge(exchange);
      if (!verdict) return;
      add(operations, verdict.operation ?? 'none');
      for (const fault of verdict.faults) if (of === 'both' || fault.includes(': answer ')) add(faults, fault);
    },
    finish() {
      const found = [...faults].map(([fault, count]) => `${fault} (${count} times)`);
      const tally: Tally = { operations: Object.fromEntries(operations), faults: found };
      const file = process.env['HUBSPOT_SPECS_TALLY'];
      if (file !== undefined && operations.size > 0) appendFileSync(file, `${JSON.stringify(tally)}\n`);
      if (found.length > 0) throw new Error(`Not as HubSpot's specs have it:\n${found.join('\n')}`);
    },
  };
}
