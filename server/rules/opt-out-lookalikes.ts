/**
 * A word in Latin letters where it is written with letters that only look like them (`ЅТОР`, `sтoр`, `ꜱᴛᴏᴘ`), or null
 * when nothing was exchanged or a letter has no Latin twin. For a whole reply alone: in a sentence the same letters are
 * Russian or Greek. The letters are lower case already (`fold`), so a capital that looks like a Latin one counts too.
 */
export function inLatinLetters(letters: string): string | null {
  if (letters.length > LETTERS_MAX || LATIN.test(letters)) return null;
  const latin = Array.from(letters, (letter) => TWIN.get(letter) ?? letter).join('');
  return LATIN.test(latin) ? latin : null;
}

const LETTERS_MAX = 20;
const LATIN = /^[a-z0-9]*$/;

/** Pairs `letter, twin`: the confusable letters (Unicode Technical Standard 39) that keyboards and styled text have. */
const TWINS = [
  'аaвbеeкkмmнhоoрpсcтtуyхxѕsіiјjԛqԝwԁdһhӏlүyґr',
  'αaβbεeζzηhιiκkμmνnοoρpτtυyχx',
  'ᴀaʙbᴄcᴅdᴇeɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpʀrꜱsᴛtᴜuᴠvᴡwʏyᴢz',
];

const TWIN: ReadonlyMap<string, string> = new Map(
  TWINS.flatMap((pairs) => (pairs.match(/../gu) ?? []).map((pair): [string, string] => [pair[0] ?? '', pair[1] ?? ''])),
);
