import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { words } from '../../connectors/slack/blocks/blocks.ts';
import { card } from '../../connectors/slack/blocks/card.ts';
import { seen } from '../../connectors/slack/rules/plain-words.ts';
import { blockFaults } from '../../connectors/slack/testing/fake-slack/block-limits.ts';
import { THREAD } from '../support/slack-thread.ts';

/** What 255 segments of 153 septets hold (3GPP TS 23.040, 9.2.3.24.1), in the characters that Slack writes longest. */
const longText = fc
  .array(fc.constantFrom('&', '<', '"', '\\', '\n', 'a', 'é', '漢', '👍', '👩🏿‍🚒', 'Where is my order? '), {
    minLength: 1,
    maxLength: 20,
  })
  .chain((parts) =>
    fc.integer({ min: 1, max: 39_015 }).map((length) => parts.join('').repeat(length).slice(0, length)),
  );

interface Leaf {
  readonly text: string;
  readonly style?: object;
}
const leavesOf = (block: unknown) =>
  (block as { readonly elements: readonly { readonly elements: readonly Leaf[] }[] }).elements.flatMap(
    ({ elements }) => elements,
  );
/** The words of a contact, and what we say behind them. */
function saidIn(block: unknown) {
  const said = leavesOf(block);
  const textOf = (leaves: readonly Leaf[]) => leaves.map(({ text }) => text).join('');
  return { theirs: textOf(said.filter(({ style }) => !style)), ours: textOf(said.filter(({ style }) => style)) };
}

describe('a long text', () => {
  property.prop([longText], { numRuns: 200 })(
    'is shown as far as Slack takes it in one message, and it is said how much more there is, and where',
    (body) => {
      const name = '&'.repeat(200);
      const worst = { ...THREAD, contact_name: name, owner: name, last_outcome: name, first_text: body };
      const { blocks } = card(worst, {
        earlier: 'https://fake.slack.example/archives/C0000000001/p1766458026240809',
        owner: null,
      });
      expect(blockFaults(blocks)).toEqual([]);
      const length = JSON.stringify(blocks).length;
      expect(length).toBeLessThan(13_000);
      const { theirs, ours } = saidIn(blocks[1]);
      expect(saidIn(words(body, 'key'))).toEqual({ theirs, ours });
      const left = seen(body).length - theirs.length;
      expect(seen(body).startsWith(theirs)).toBe(true);
      expect(ours).toBe(
        left === 0 ? '' : `\n… and ${left} more characters. The server has the whole text: GET /v1/messages.`,
      );
    },
  );
  test('of everyday letters is shown whole up to 60 segments, and nobody else can say that there is more', () => {
    const body = `${'Where is my order? '.repeat(480)}\n… and 9 more characters.`;
    const { theirs, ours } = saidIn(words(body));
    expect([theirs === body, ours]).toEqual([true, '']);
  });
});
