import type { ChannelMode } from '../settings.ts';
import type { Part } from './message-parts.ts';
import { isMarked } from './note-marks.ts';
import { looksInternal } from './remark-words.ts';
import { linksIntoSlack } from './slack-links.ts';
import { readCommand, type ThreadCommand } from './thread-command.ts';

/** What becomes of something that an agent wrote in the thread of a conversation. */
export type Classified =
  /** For colleagues: it never leaves. */
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'send'; readonly text: string }
  /** It could be meant either way, or would not arrive as it looks: a person decides. */
  | { readonly kind: 'hold'; readonly text: string; readonly reason: DoubtReason }
  /** Something is to be done with the conversation. */
  | { readonly kind: 'command'; readonly text: string; readonly command: ThreadCommand }
  | { readonly kind: 'empty' };

export type DoubtReason = 'looks_internal' | 'mention' | 'struck' | 'slack_link' | 'custom_emoji';

/**
 * An internal remark that reaches a customer cannot be taken back, and a held reply costs a click: what is marked stays
 * inside, what begins with a person's name or calls a whole channel stays inside, and what is doubtful is held.
 */
export function classifyReply(parts: readonly Part[], mode: ChannelMode): Classified {
  const text = plainTextOf(parts);
  if (text === '' && !parts.some(({ type }) => type !== 'text')) return { kind: 'empty' };
  if (parts.some(({ type }) => type === 'broadcast') || parts[0]?.type === 'mention') return { kind: 'note', text };
  const read = readCommand(text);
  if (read?.kind === 'command') return { kind: 'command', text, command: read.command };
  if (mode === 'alerts') return { kind: 'note', text };
  if (read?.kind === 'note') return { kind: 'note', text: read.text };
  if (read?.kind === 'unknown')
    return mode === 'reply' ? { kind: 'hold', text, reason: 'looks_internal' } : { kind: 'note', text };
  const said = read ? read.text : text;
  // `!sms note: …` is still marked.
  if (isMarked(said) || (mode === 'explicit' && !read)) return { kind: 'note', text: said };
  if (said === '') return { kind: 'empty' };
  return judged(parts, said);
}

function judged(parts: readonly Part[], text: string): Classified {
  const hold = (reason: DoubtReason): Classified => ({ kind: 'hold', text, reason });
  if (parts.some(({ type }) => type === 'mention')) return hold('mention');
  if (looksInternal(text)) return hold('looks_internal');
  if (parts.some(({ type }) => type === 'strike')) return hold('struck');
  if (linksIntoSlack(text)) return hold('slack_link');
  if (parts.some((part) => part.type === 'emoji' && part.unicode === null)) return hold('custom_emoji');
  return { kind: 'send', text };
}

/** As a phone would show it. */
export function plainTextOf(parts: readonly Part[]): string {
  return parts.map(plain).join('').replaceAll('\u0000', '').trim();
}

function plain(part: Part): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'link':
      return linkText(part.url, part.label);
    case 'emoji':
      return part.unicode ?? `:${part.name}:`;
    case 'mention':
      return '@…';
    case 'broadcast':
      return '@channel';
    case 'strike':
      return '';
  }
}

function linkText(url: string, label: string | null): string {
  const bare = url.replace(/^(?:mailto|tel):/, '');
  if (label === null || label === url || label === bare || `http://${label}` === url || `https://${label}` === url)
    return bare;
  return `${label} (${bare})`;
}
