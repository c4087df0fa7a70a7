import type { Routed } from '../rules/routing.ts';
import type { Around } from '../threads/around.ts';

/** What the server knows of somebody, as far as rules of routing ask for it. */
export async function knownContact(
  { sdk }: Pick<Around, 'sdk'>,
  number: string,
): Promise<Pick<Routed, 'owner' | 'language' | 'tags'>> {
  const contact = await sdk.contacts.get(number).catch(() => null);
  return { owner: contact?.owner ?? null, language: contact?.language ?? null, tags: await tagsOf(sdk, number) };
}

async function tagsOf(sdk: Around['sdk'], contact: string): Promise<readonly string[]> {
  for await (const { tags } of sdk.conversations.list({ contact })) return tags;
  return [];
}
