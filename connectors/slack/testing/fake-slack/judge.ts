import type { Clock } from '../../../../server/clock.ts';
import { mayAnswer, METHODS, type MethodContract, type MethodName } from './contract.ts';
import { MethodError } from './method-error.ts';
import type { Arguments } from './methods.ts';
import type { Grant, OAuth } from './oauth.ts';
import type { FakeTeam } from './team.ts';
import { FIRST_TEAM } from './workspace.ts';

/** What a call is answered: what is wrong first is the token, then its scopes, the arguments, and only then the matter. */

export const APP_TOKEN = 'xapp-fake-app-token';
export const BOT_TOKEN = 'xoxb-fake-bot-token';

export interface Judging {
  readonly clock: Clock;
  readonly oauth: Pick<OAuth, 'grantOf'>;
  readonly teams: readonly FakeTeam[];
  readonly first: FakeTeam;
  /** Of the token of the first workspace. */
  readonly scopes: readonly string[];
  /** What is wrong with that token; null = nothing. */
  readonly tokenError: string | null;
}

export function judge(judging: Judging, method: string, token: string, given: Arguments): Record<string, unknown> {
  const { teams, first, clock, tokenError } = judging;
  const contract = isMethod(method) ? METHODS[method] : null;
  if (method === 'oauth.v2.access' && contract) return carryOut(first, method, given, token);
  if (token === '') return { error: 'not_authed' };
  // Each token is good for its own methods alone.
  const isOfApp = method === 'apps.connections.open';
  const ofRun = method.startsWith('functions.')
    ? teams.find(({ functions }) => functions.isRunToken(token))
    : undefined;
  if (ofRun && isMethod(method)) return carryOut(ofRun, method, given, token);
  const grant = isOfApp ? null : grantOf(judging, token);
  if (isOfApp ? token !== APP_TOKEN : !grant) return { error: 'invalid_auth' };
  if (tokenError !== null && (!grant || grant.team === FIRST_TEAM)) return { error: tokenError };
  if (grant?.isRevoked === true) return { error: 'token_revoked' };
  if ((grant?.expiresAt ?? Infinity) <= clock.now()) return { error: 'token_expired' };
  if (!contract || !isMethod(method)) return { error: 'unknown_method' };
  const needed: readonly string[] = contract.scopes;
  const provided = grant?.scopes ?? [];
  if (needed.length > 0 && !needed.some((scope) => provided.includes(scope))) {
    return { error: 'missing_scope', needed: needed.join(','), provided: provided.join(',') };
  }
  const team = teams.find(({ workspace }) => workspace.team === grant?.team) ?? first;
  return carryOut(team, method, given, token);
}

function carryOut({ methods }: FakeTeam, method: MethodName, given: Arguments, token: string): Record<string, unknown> {
  const messages = argumentFaults(METHODS[method], given);
  if (messages.length > 0) return { error: 'invalid_arguments', response_metadata: { messages } };
  try {
    return { ...methods[method](given, token) };
  } catch (error) {
    if (!(error instanceof MethodError)) throw error;
    if (!mayAnswer(method, error.message)) throw new Error(`${method} never answers ${error.message}.`);
    return { error: error.message, ...error.fields };
  }
}

/** Who calls: the first workspace by the token that its settings show, others by what OAuth gave them. */
export function grantOf({ oauth, scopes }: Judging, token: string): Grant | null {
  if (token !== BOT_TOKEN) return oauth.grantOf(token);
  return { team: FIRST_TEAM, scopes, expiresAt: null, isRevoked: false };
}

function argumentFaults(contract: MethodContract, given: Arguments): string[] {
  const known = new Set(['token', ...contract.required, ...contract.optional]);
  const missing = contract.required.filter((name) => given[name] === undefined || given[name] === '');
  const unknown = Object.keys(given).filter((name) => !known.has(name));
  return [
    ...missing.map((name) => `[ERROR] missing required field: ${name}`),
    ...unknown.map((name) => `[ERROR] unknown field: ${name}`),
  ];
}

export const isMethod = (name: string): name is MethodName => Object.hasOwn(METHODS, name);
