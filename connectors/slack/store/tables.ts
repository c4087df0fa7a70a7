import { TASK_TABLES } from '../../seam/tasks.ts';

/** The tables of the schema `slack`, in the order in which they came. */
export const MIGRATIONS = {
  '0001-tasks': [...TASK_TABLES],
} as const;
