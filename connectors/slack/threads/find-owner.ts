import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import type { SlackClient } from '../egress/client.ts';
import type { Thread } from '../store/threads.ts';
import type { People } from './people.ts';

/**
 * The agent to call for a conversation that nobody has claimed: whose e-mail address the server has as the owner of the
 * contact. Null = nobody, or Slack does not say: a text does not wait for that.
 */
export type FindOwner = (thread: Pick<Thread, 'owner' | 'assignee'>) => Promise<string | null>;

export interface FindOwnerOptions {
  readonly client: Pick<SlackClient, 'bulk'>;
  readonly people: Pick<People, 'find'>;
  readonly clock: Clock;
}

const KEPT_MS = 600_000;
const KNOWN_MAX = 5_000;
const EMAIL = /^[^\s@<>]{1,64}@[^\s@<>]{1,255}$/;
const foundSchema = z.object({ user: z.object({ id: z.string().regex(/^[UW][A-Z0-9]{2,20}$/) }) });

export function createFindOwner({ client, people, clock }: FindOwnerOptions): FindOwner {
  const known = new Map<string, { readonly user: string | null; readonly until: number }>();
  return async ({ owner, assignee }) => {
    const email = owner?.trim().toLowerCase() ?? '';
    if (assignee !== null || !EMAIL.test(email)) return null;
    const cached = known.get(email);
    if (cached && cached.until > clock.monotonic()) return cached.user;
    // No answer is kept as well: while Slack does not say, it is not asked for each text again.
    const user = await ask({ client, people }, email).catch(() => null);
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(email, { user, until: clock.monotonic() + KEPT_MS });
    return user;
  };
}

async function ask({ client, people }: Pick<FindOwnerOptions, 'client' | 'people'>, email: string) {
  const result = await client.bulk('users.lookupByEmail', { email });
  if (result.type !== 'ok') return null;
  const { id } = foundSchema.parse(result.data).user;
  // Whoever may not answer is not called.
  return (await people.find(id)).isAgent ? id : null;
}
