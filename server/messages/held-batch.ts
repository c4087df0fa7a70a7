/** Why a text waits whose batch is paused. */
export const HELD_PAUSED = 'batch_paused';
