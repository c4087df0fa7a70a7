import { inLine } from '../rules/plain-words.ts';
import type { Explained } from '../rules/routing.ts';
import { plain, section } from './blocks.ts';
import { dialog, input } from './fields.ts';

const PASSED_MAX = 20;

/** Which channel would get a text. `says`: what came out of the last try; null = none yet. */
export const routeDialog = (says: string | null) =>
  dialog({
    callbackId: 'sms_route',
    title: 'Which channel?',
    submit: 'Try',
    about: '',
    blocks: [
      ...(says === null ? [] : [section(says, 'answer')]),
      input({
        id: 'number',
        label: 'Who texts',
        element: { type: 'plain_text_input', max_length: 40, placeholder: plain('+14155550123') },
      }),
      input({
        id: 'ours',
        label: 'To which of your numbers',
        isOptional: true,
        element: { type: 'plain_text_input', max_length: 40 },
      }),
      input({
        id: 'text',
        label: 'What they text',
        isOptional: true,
        hint: 'Nothing is sent.',
        element: { type: 'plain_text_input', max_length: 500 },
      }),
    ],
  });

/** `openIn`: the channel in which a conversation with them is open, which goes on there. */
export function routeWords({ channel, rule, passedOver }: Explained, openIn: string | null): string {
  const why =
    rule === null ? 'no rule fits, and this is the channel for everything' : `rule ${rule} is the first that fits`;
  const shown = passedOver
    .slice(0, PASSED_MAX)
    .map((one) => `• Rule ${one.rule} does not fit: ${inLine(one.why, 120)}.`);
  const more = passedOver.length > PASSED_MAX ? [`• … and ${passedOver.length - PASSED_MAX} more.`] : [];
  const first =
    openIn === null
      ? []
      : [`Their conversation is open in <#${openIn}> and goes on there. A new one would be routed so:`];
  return [...first, `It would go to <#${channel}>: ${why}.`, ...shown, ...more].join('\n');
}
