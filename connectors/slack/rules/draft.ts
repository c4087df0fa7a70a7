import { z } from 'zod';

/** What a dialog for writing a text is about. It travels with the view, so that nothing has to be stored. */
const aboutSchema = z.object({
  /** Where the command was given; '' = nowhere. */
  channel: z.string().max(64).default(''),
  /** The conversation that is answered; null = a text to anybody. */
  thread: z.uuid().nullable().default(null),
  /** Counts the texts that the app has put into the field: each has a block of its own. */
  textBlock: z.int().min(0).default(0),
  /** The template that made the text, and the SHA-256 of what it made. */
  template: z.string().max(100).default(''),
  made: z.string().max(64).default(''),
  /** When the contact was heard last before it was opened. */
  heardAt: z.string().max(40).nullable().default(null),
  /** What the author was asked before sending, and sends all the same. */
  confirmed: z.array(z.string().max(100)).max(20).default([]),
});
export type About = z.output<typeof aboutSchema>;

export const NOTHING_ABOUT: About = aboutSchema.parse({});

export function aboutOf(metadata: string): About {
  try {
    return aboutSchema.parse(JSON.parse(metadata));
  } catch {
    return NOTHING_ABOUT;
  }
}

/** What is filled in; '' = nothing. */
export interface Draft {
  /** Typed. */
  readonly to: string;
  /** Chosen. */
  readonly contact: string;
  readonly from: string;
  readonly template: string;
  readonly text: string;
  /** When it is to leave, in Unix seconds. */
  readonly at: string;
}

export const EMPTY_DRAFT: Draft = { to: '', contact: '', from: '', template: '', text: '', at: '' };

/** A field keeps what is typed into it as long as it has the same name; another text needs another one. */
export const textBlockOf = ({ textBlock }: Pick<About, 'textBlock'>) =>
  textBlock === 0 ? 'text' : `text_${textBlock}`;
