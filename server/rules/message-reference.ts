/**
 * The user_message_reference of one submit_sm (SMPP 3.4 §5.3.2.17): 1 to 65,535, the same whenever it is asked for, so
 * it need not be stored. It is spread as FNV-1a spreads (the remainder of 32 bits), so two texts share one in 65,535
 * cases: it decides nothing without the recipient. Never 0, which carriers send that have none.
 */
export function messageReference(messageId: string, attempt: number, part: number): number {
  let hash = 0x811c_9dc5;
  for (const character of `${messageId.toLowerCase()}/${attempt}/${part}`) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x0100_0193);
  }
  return ((hash >>> 0) % 0xffff) + 1;
}
