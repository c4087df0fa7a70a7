import type { Mode } from '../rules/message.ts';

/** Test and live texts never share a queue: a worker of one cannot even see a job of the other. */
export const laneOf = (mode: Mode): string => `send.${mode}`;
