/** 3GPP TS 23.038, 6.2.1 and 6.2.1.1: the default alphabet and its extension table. */
const GSM7 = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà\f^{}\\[~]|€',
);

/** What keeps a text out of GSM-7, each once and in the order of the text: one of them makes every SMS shorter. */
export function beyondGsm7(text: string): string[] {
  const found = new Set<string>();
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    if (Array.from(segment).some((character) => !GSM7.has(character))) found.add(segment);
  }
  return [...found];
}
