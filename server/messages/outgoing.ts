import { type Accept, type AcceptOptions, createAccept } from './accept.ts';
import { createBacklog } from './backlog.ts';
import { type Batches, type BatchLimits, createBatches } from './batch.ts';
import { createEdits, type Edits } from './edit.ts';
import { openTemplates, type Templates } from './templates.ts';

/** Everything that a request can do about texts before they leave. */
export interface Outgoing {
  readonly accept: Accept;
  readonly batches: Batches;
  readonly edits: Edits;
  readonly templates: Templates;
}

export interface OutgoingOptions extends AcceptOptions {
  /** How many texts may wait before new ones are refused; 0 = any number. */
  readonly maxWaiting: number;
  readonly limits?: BatchLimits | undefined;
}

export function openOutgoing(options: OutgoingOptions): Outgoing {
  const backlog = createBacklog(options, options.maxWaiting);
  const onAccepted: AcceptOptions['onAccepted'] = (mode, text) => {
    backlog.note();
    options.onAccepted(mode, text);
  };
  const { isFull } = backlog;
  const accept = createAccept({ ...options, isFull, onAccepted });
  return {
    accept,
    batches: createBatches({ ...options, isFull, accept }),
    edits: createEdits(options),
    templates: openTemplates(options),
  };
}
