/**
 * The languages of the word lists that are official or official in fact, by country (ISO 3166-1), the most spoken
 * first. Source: Unicode CLDR 47, supplemental/territoryInfo, `languagePopulation` with `_officialStatus` official or
 * de_facto_official; read 2026-11-20. Written Norwegian (nb, nn) is `no`; regional official languages are left out.
 */
const COUNTRIES_OF: Readonly<Record<string, string>> = {
  en:
    'AG AI AS AU BB BM BS BW BZ CC CK CQ CX DG DM FJ FK FM GB GD GG GH GI GM GS GU GY IE IM IO JE JM KE KI KN KY LC ' +
    'LR LS MH MP MS MT MW NA NF NG NR NU NZ PG PH PK PN PW SB SH SL SS SZ TC TK TO TT TV TZ UG UM US VC VG VI WS ZA ZM ZW',
  fr: 'BF BJ BL CD CF CG CI FR GA GF GN GP HT MC MF ML MQ NC NE PF PM RE SN TG WF YT',
  es: 'AR BO CL CO CR CU DO EA EC ES GT HN IC MX NI PA PE PY SV UY VE',
  ar: 'AE BH EG EH IQ JO KW LB LY MR OM PS QA SA SO SY YE',
  pt: 'AO BR CV GW MZ PT ST TL',
  nl: 'AW BQ CW NL SR',
  'fr en': 'BI CM MG MU SC',
  'ar fr': 'DZ KM MA TD TN',
  ru: 'BY KG KZ RU',
  de: 'AT DE LI',
  'en fr': 'CA RW VU',
  it: 'IT SM VA',
  sv: 'AX SE',
  zh: 'CN TW',
  ko: 'KP KR',
  no: 'NO SJ',
  'nl fr de': 'BE',
  'de fr it': 'CH',
  'el tr': 'CY',
  'fr ar': 'DJ',
  da: 'DK',
  'en ar': 'ER',
  'fi sv': 'FI',
  'es fr pt': 'GQ',
  el: 'GR',
  'zh en': 'HK',
  id: 'ID',
  'he ar': 'IL',
  'hi en': 'IN',
  ja: 'JP',
  'fr de': 'LU',
  'zh pt': 'MO',
  pl: 'PL',
  'es en': 'PR',
  'ar en': 'SD',
  'en zh': 'SG',
  'en nl': 'SX',
  th: 'TH',
  tr: 'TR',
  'uk ru': 'UA',
  vi: 'VN',
};

const LANGUAGES_OF: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(COUNTRIES_OF).flatMap(([languages, countries]) =>
    countries.split(' ').map((country) => [country, languages.split(' ')] as const),
  ),
);

/** The languages of a country that have a word list; none for one that is not known. */
export function languagesOf(country: string | null): readonly string[] {
  return country === null ? [] : (LANGUAGES_OF.get(country.toUpperCase()) ?? []);
}
