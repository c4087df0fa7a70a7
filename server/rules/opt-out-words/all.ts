import { hindi, indonesian, vietnamese } from './asia-spaced.ts';
import { chinese } from './zh.ts';
import { japanese, korean, thai } from './asia.ts';
import { dutch } from './nl.ts';
import { english } from './en.ts';
import { french } from './fr.ts';
import { german } from './de.ts';
import { italian } from './it.ts';
import type { LanguageWords } from './language.ts';
import { arabic, greek, hebrew, turkish } from './near-east.ts';
import { danish, finnish, norwegian, swedish } from './nordic.ts';
import { portuguese } from './pt.ts';
import { polish, russian, ukrainian } from './slavic.ts';
import { spanish } from './es.ts';

/** Every word list there is; `opt-out-lexicon.ts` makes them ready. */
export const ALL_LANGUAGES: readonly LanguageWords[] = [
  english,
  french,
  spanish,
  portuguese,
  german,
  italian,
  dutch,
  swedish,
  norwegian,
  danish,
  finnish,
  polish,
  turkish,
  russian,
  ukrainian,
  greek,
  arabic,
  hebrew,
  hindi,
  chinese,
  japanese,
  korean,
  vietnamese,
  indonesian,
  thai,
];
