/**
 * How the share of an account begins that has what comes by ten thousands: changes of contacts, and opt-outs. It is the
 * second part of a lane; that of everything else is the account alone.
 */
export const MANY = 'many of ';

/** What happens to one record. A stage is counted before its rule texts anybody, so deals and tickets share with rules. */
export const objectLane = (portalId: number, object: string, id: string) =>
  `object:${object === 'contact' ? MANY : ''}${portalId}:${object}:${id}`;

/** Whether one number wants texts. */
export const consentLane = (portalId: number, number: string) => `consent:${MANY}${portalId}:${number}`;

/** Texts from and to one number. */
export const talkLane = (portalId: number, number: string) => `talk:${portalId}:${number}`;
