import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../../server/clock.ts';
import { blockFaults } from './block-limits.ts';
import { answer, textOf, wordOf } from './http.ts';
import { type Block, withIds, type Workspace } from './workspace.ts';

const RESPONSES_MAX = 5;
const RESPONSE_LIFE_MS = 1_800_000;

/** Addresses at which the app may answer a click or a command: five times within half an hour. */
export function createResponseUrls(workspace: Workspace, clock: Clock) {
  const targets = new Map<string, { channel: string; ts: string; user: string; uses: number; until: number }>();
  return {
    knows: (path: string) => targets.has(path),
    pathFor(target: { channel: string; ts: string; user: string }): string {
      const path = `/respond/${workspace.nextId('r')}`;
      targets.set(path, { ...target, uses: 0, until: clock.monotonic() + RESPONSE_LIFE_MS });
      return path;
    },
    async answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
      const target = targets.get(path);
      if (!target || target.uses >= RESPONSES_MAX || clock.monotonic() > target.until)
        return answer(response, 404, { error: 'expired_url' });
      target.uses += 1;
      const given = JSON.parse(await textOf(request)) as Record<string, unknown>;
      const blocks = (given['blocks'] ?? []) as Block[];
      if (blockFaults(blocks).length > 0) return answer(response, 400, { error: 'invalid_blocks' });
      respond(workspace, target, { ...given, blocks });
      answer(response, 200, { ok: true });
    },
  };
}

function respond(
  workspace: Workspace,
  target: { channel: string; ts: string; user: string },
  given: Record<string, unknown> & { blocks: Block[] },
): void {
  const ephemerals = workspace.channels.get(target.channel)?.ephemerals ?? [];
  const shown = ephemerals.find(({ ts }) => ts === target.ts);
  const text = wordOf(given['text']);
  if (given['delete_original'] === true && shown) shown.isGone = true;
  else if (given['replace_original'] === true && shown)
    Object.assign(shown, { text, blocks: withIds(given.blocks, workspace.nextId) });
  else
    ephemerals.push({
      ts: workspace.nextTs(),
      user: target.user,
      thread_ts: shown?.thread_ts ?? null,
      text,
      blocks: given.blocks,
      isGone: false,
    });
}
