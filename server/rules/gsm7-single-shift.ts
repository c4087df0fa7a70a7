/**
 * The national language single shift tables (3GPP TS 23.038, A.2), by national language identifier (6.2.1.2.4): what
 * a septet behind the escape stands for. Each replaces the extension table of the default alphabet. Runs of
 * characters, by the code of the first one; what many languages have in common is written once.
 *
 * The euro sign of Telugu is left out, because not all editions have it.
 */
type Runs = readonly (readonly [code: number, characters: string])[];

/** 6.2.1.1, and the part of it that Turkish, Spanish and Portuguese keep. */
export const DEFAULT_EXTENSION: Runs = [
  [0x0a, '\f'],
  [0x14, '^'],
  [0x28, '{}'],
  [0x2f, '\\'],
  [0x3c, '[~]'],
  [0x40, '|'],
  [0x65, '€'],
];

/** What the tables of the Indian languages have in common (A.2.4 to A.2.13). */
const INDIAN: Runs = [
  [0x00, '@£$¥¿"¤%&\'\f*+'],
  [0x0e, '-/<=>¡^¡_#*'],
  [0x28, '{}'],
  [0x2f, '\\'],
  [0x3c, '[~]'],
  [0x40, '|ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
];

const OWN: readonly (readonly [language: number, runs: Runs])[] = [
  // A.2.1 Turkish
  [
    1,
    [
      [0x47, 'Ğ'],
      [0x49, 'İ'],
      [0x53, 'Ş'],
      [0x63, 'ç'],
      [0x67, 'ğ'],
      [0x69, 'ı'],
      [0x73, 'ş'],
    ],
  ],
  // A.2.2 Spanish
  [
    2,
    [
      [0x09, 'ç'],
      [0x41, 'Á'],
      [0x49, 'Í'],
      [0x4f, 'Ó'],
      [0x55, 'Ú'],
      [0x61, 'á'],
      [0x69, 'í'],
      [0x6f, 'ó'],
      [0x75, 'ú'],
    ],
  ],
  // A.2.3 Portuguese
  [
    3,
    [
      [0x05, 'ê'],
      [0x09, 'ç'],
      [0x0b, 'Ôô'],
      [0x0e, 'Áá'],
      [0x12, 'ΦΓ'],
      [0x15, 'ΩΠΨΣΘ'],
      [0x1f, 'Ê'],
      [0x41, 'À'],
      [0x49, 'Í'],
      [0x4f, 'Ó'],
      [0x55, 'Ú'],
      [0x5b, 'ÃÕ'],
      [0x61, 'Â'],
      [0x69, 'í'],
      [0x6f, 'ó'],
      [0x75, 'ú'],
      [0x7b, 'ãõ'],
      [0x7f, 'â'],
    ],
  ],
  // A.2.4 Bengali
  [
    4,
    [
      [0x19, '০১'],
      [0x1c, '২৩৪৫৬৭৮৯\u09dfৠৡ\u09e2'],
      [0x2a, '\u09e3৲৳৴৵'],
      [0x30, '৶৷৸৹৺'],
      [0x65, '€'],
    ],
  ],
  // A.2.5 Gujarati
  [
    5,
    [
      [0x19, '।॥'],
      [0x1c, '૦૧૨૩૪૫૬૭૮૯'],
      [0x65, '€'],
    ],
  ],
  // A.2.6 Hindi
  [
    6,
    [
      [0x19, '।॥'],
      [0x1c, '०१२३४५६७८९\u0951\u0952'],
      [0x2a, '\u0953\u0954\u0958\u0959\u095a'],
      [0x30, '\u095b\u095c\u095d\u095e\u095fॠॡ\u0962\u0963॰ॱ'],
      [0x65, '€'],
    ],
  ],
  // A.2.7 Kannada
  [
    7,
    [
      [0x19, '।॥'],
      [0x1c, '೦೧೨೩೪೫೬೭೮೯ೞೱ'],
      [0x2a, 'ೲ'],
      [0x65, '€'],
    ],
  ],
  // A.2.8 Malayalam
  [
    8,
    [
      [0x19, '।॥'],
      [0x1c, '൦൧൨൩൪൫൬൭൮൯൰൱'],
      [0x2a, '൲൳൴൵ൺ'],
      [0x30, 'ൻർൽൾൿ'],
      [0x65, '€'],
    ],
  ],
  // A.2.9 Oriya
  [
    9,
    [
      [0x19, '।॥'],
      [0x1c, '୦୧୨୩୪୫୬୭୮୯\u0b5c\u0b5d'],
      [0x2a, 'ୟ୰ୱ'],
      [0x65, '€'],
    ],
  ],
  // A.2.10 Punjabi
  [
    10,
    [
      [0x19, '।॥'],
      [0x1c, '੦੧੨੩੪੫੬੭੮੯\u0a59\u0a5a'],
      [0x2a, '\u0a5bੜ\u0a5e\u0a75'],
      [0x65, '€'],
    ],
  ],
  // A.2.11 Tamil
  [
    11,
    [
      [0x19, '।॥'],
      [0x1c, '௦௧௨௩௪௫௬௭௮௯௳௴'],
      [0x2a, '௵௶௷௸௺'],
      [0x65, '€'],
    ],
  ],
  // A.2.12 Telugu
  [
    12,
    [
      [0x1c, '౦౧౨౩౪౫౬౭౮౯ౘౙ'],
      [0x2a, '౸౹౺౻౼'],
      [0x30, '౽౾౿'],
    ],
  ],
  // A.2.13 Urdu
  [
    13,
    [
      [0x19, '\u0600\u0601'],
      [0x1c, '\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9\u060c\u060d'],
      [0x2a, '\u060e\u060f\u0610\u0611\u0612'],
      [0x30, '\u0613\u0614\u061b\u061f\u0640\u0652\u0658\u066b\u066c\u0672\u0673\u06cd'],
      [0x3f, '\u06d4'],
      [0x65, '€'],
    ],
  ],
];

const INDIAN_FIRST = 4;

export const SINGLE_SHIFT: ReadonlyMap<number, Runs> = new Map(
  OWN.map(([language, runs]) => [language, [...(language < INDIAN_FIRST ? DEFAULT_EXTENSION : INDIAN), ...runs]]),
);
