import type { SlackClient } from '../egress/client.ts';

/**
 * Shows a dialog, on top of the one in which something was clicked. The trigger of a click lives for 3 s and opens one
 * view, so this is not written down first; false = it was too late.
 */
export async function openDialog(
  { client }: { readonly client: Pick<SlackClient, 'interactive'> },
  { trigger_id, view: below }: { readonly trigger_id: string; readonly view?: { readonly type: string } | undefined },
  view: object,
): Promise<boolean> {
  const method = below?.type === 'modal' ? 'views.push' : 'views.open';
  const result = await client.interactive(method, { trigger_id, view });
  return result.type === 'ok';
}
