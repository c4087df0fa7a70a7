import { z } from 'zod';
import { withoutStyles } from './mrkdwn.ts';

/** What somebody wrote in Slack, taken apart: from the rich text of their client, or from the text where there is none. */
export type Part =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'link'; readonly url: string; readonly label: string | null }
  /** `unicode` is null for an emoji that only this workspace has. */
  | { readonly type: 'emoji'; readonly name: string; readonly unicode: string | null }
  /** A person, a group or a channel. */
  | { readonly type: 'mention' }
  /** @here, @channel, @everyone. */
  | { readonly type: 'broadcast' }
  /** What is in front of it is struck through. */
  | { readonly type: 'strike' };

const PARTS_MAX = 2_000;

export function partsOf(message: { readonly text: string; readonly blocks: unknown }): Part[] {
  const rich = richText.safeParse(message.blocks);
  const [block, ...others] = rich.success ? rich.data : [];
  // Several blocks, or one of another kind, come from apps; their text says the same.
  if (block && others.length === 0) return trimmed(ofContainers(block.elements)).slice(0, PARTS_MAX);
  return trimmed(ofText(message.text)).slice(0, PARTS_MAX);
}

const leaf = z.looseObject({
  type: z.string(),
  style: z.object({ strike: z.boolean().optional() }).optional().catch(undefined),
});
const section = z.looseObject({
  type: z.string(),
  elements: z.array(leaf).max(PARTS_MAX),
  /** Of a list: how deep it is in others, and how many of its items came before. */
  indent: z.int().min(0).max(10).catch(0),
  offset: z.int().min(0).max(PARTS_MAX).catch(0),
});
const richText = z.array(z.object({ type: z.literal('rich_text'), elements: z.array(section).max(PARTS_MAX) })).max(50);

type Container = z.output<typeof section>;
type Leaf = z.output<typeof leaf>;

/** Each on a line of its own; what is in front of a list may end with a line feed already. */
function ofContainers(containers: readonly Container[]): Part[] {
  const parts: Part[] = [];
  for (const container of containers) {
    const last = parts.at(-1);
    if (last && !(last.type === 'text' && last.text.endsWith('\n'))) parts.push(text('\n'));
    parts.push(...ofContainer(container));
  }
  return parts;
}

function ofContainer({ type, elements, style, indent, offset }: Container): Part[] {
  if (type !== 'rich_text_list') return elements.flatMap(ofStyled);
  // A list goes on behind a deeper one, and counts on.
  const first = 1 + offset;
  return elements.flatMap((item, place) => [
    text(place === 0 ? '' : '\n'),
    text(`${'  '.repeat(indent)}${style === 'ordered' ? `${first + place}.` : '-'} `),
    ...(section.safeParse(item).data?.elements ?? []).flatMap(ofStyled),
  ]);
}

/** Of all styles this one alone changes what is said. */
function ofStyled(element: Leaf): Part[] {
  const parts = ofLeaf(element);
  const isSeen = parts.some((part) => part.type !== 'text' || visible(part.text) !== '');
  return element.style?.strike === true && isSeen ? [...parts, STRIKE] : parts;
}

const STRIKE: Part = { type: 'strike' };

function ofLeaf(element: Leaf): Part[] {
  const said = (name: string) => (typeof element[name] === 'string' ? element[name] : null);
  switch (element.type) {
    case 'text':
      return [text(said('text') ?? '')];
    case 'link':
      return [{ type: 'link', url: said('url') ?? '', label: said('text') }];
    case 'emoji':
      return [emoji(said('name') ?? '', unicodeOf(said('unicode')))];
    case 'broadcast':
      return [{ type: 'broadcast' }];
    case 'color':
      // Slack takes #123456 for one, also where it is the number of an order.
      return said('value') === null ? UNKNOWN : [text(said('value') ?? '')];
    case 'date':
      return said('fallback') === null ? UNKNOWN : [text(said('fallback') ?? '')];
    // Whatever Slack invents next is taken for somebody's name, so that a person looks at it.
    default:
      return UNKNOWN;
  }
}

const UNKNOWN: Part[] = [{ type: 'mention' }];

/** `1f44d-1f3fb` → 👍🏻 */
function unicodeOf(codes: string | null): string | null {
  if (codes === null || !/^[0-9a-f]{1,6}(-[0-9a-f]{1,6})*$/i.test(codes)) return null;
  const points = codes.split('-').map((code) => Number.parseInt(code, 16));
  return points.every((point) => point <= 0x10ffff) ? String.fromCodePoint(...points) : null;
}

/** Slack's own markup (docs.slack.dev, "Formatting text"): everything in angle brackets means something. */
function ofText(styled: string): Part[] {
  const { text: source, isStruck } = withoutStyles(styled);
  const parts: Part[] = [];
  let end = 0;
  for (const match of source.matchAll(/<([^<>]{1,3000})>|:([a-z0-9_+'-]{1,100}):(?::skin-tone-\d:)?/g)) {
    parts.push(text(unescape(source.slice(end, match.index))));
    const [, inner, emoji] = match;
    if (inner !== undefined) parts.push(ofMarkup(inner));
    else if (emoji !== undefined) parts.push(ofShortCode(match[0], emoji));
    end = match.index + match[0].length;
  }
  parts.push(text(unescape(source.slice(end))));
  return isStruck ? [...parts, STRIKE] : parts;
}

function ofMarkup(inner: string): Part {
  const [target = '', label = null] = inner.split('|', 2);
  if (/^!(here|channel|everyone)\b/.test(target)) return { type: 'broadcast' };
  if (target.startsWith('!date^')) return text(unescape(label ?? ''));
  if (/^[@#!]/.test(target)) return { type: 'mention' };
  return { type: 'link', url: unescape(target), label: label === null ? null : unescape(label) };
}

/** 10:30:45 is no emoji. */
const ofShortCode = (whole: string, name: string): Part => (/^\d+$/.test(name) ? text(whole) : emoji(name, null));

const emoji = (name: string, unicode: string | null): Part => ({
  type: 'emoji',
  name,
  unicode: unicode ?? KNOWN.get(name) ?? null,
});

/** Those that mark a note; every client sends the others with their code points. */
const KNOWN = new Map([
  ['lock', '🔒'],
  ['mute', '🔇'],
]);

const text = (value: string): Part => ({ type: 'text', text: value });

const unescape = (value: string) => value.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** Without empty texts, and without what cannot be seen at the beginning. */
function trimmed(parts: readonly Part[]): Part[] {
  const kept = parts.filter((part) => part.type !== 'text' || part.text !== '');
  while (kept[0]?.type === 'text' && visible(kept[0].text) === '') kept.shift();
  const [first, ...rest] = kept;
  return first?.type === 'text' ? [{ type: 'text', text: visible(first.text) }, ...rest] : kept;
}

const visible = (value: string) => value.replace(/^[\s\p{Cf}\p{Cc}]+/u, '');
