/** What becomes of replies to one of our numbers: nothing but the timeline, a ticket of ours, or a thread in an inbox. */
export type NumberMode = 'off' | 'ticket' | 'channel';

export interface NumberQuestion {
  /** What was chosen for the number; null = nothing. */
  readonly chosen: NumberMode | null;
  /** HubSpot takes texts of the number, and its users can answer them. */
  readonly isConnected: boolean;
  /** What the account chose for numbers without a choice of their own. */
  readonly makesTickets: boolean;
}

/** Never two at once: HubSpot makes tickets of what is in an inbox. A reply to a number that was turned off there is a ticket. */
export function modeOf({ chosen, isConnected, makesTickets }: NumberQuestion): NumberMode {
  if (chosen === null) return makesTickets ? 'ticket' : 'off';
  return chosen === 'channel' && !isConnected ? 'ticket' : chosen;
}
