/**
 * What the zone data of libphonenumber says otherwise than the IANA time zone database (2026c). The data names for each
 * prefix the busiest zone with a similar clock, of 2018: harmless where the clocks agree, an hour wrong where one of
 * them keeps summer time.
 */
export interface ReplacedZone {
  /** Prefixes that begin so. */
  readonly under: string;
  readonly zone: string;
  readonly by: string;
  readonly why: string;
}

export const REPLACED: readonly ReplacedZone[] = [
  { under: '211', zone: 'Africa/Nairobi', by: 'Africa/Juba', why: 'South Sudan left UTC+3 for UTC+2 in 2021.' },
  { under: '212', zone: 'Atlantic/Canary', by: 'Africa/Casablanca', why: 'Morocco has kept UTC+1 since 2018.' },
  { under: '213', zone: 'Europe/Paris', by: 'Africa/Algiers', why: 'Algeria has no summer time.' },
  { under: '218', zone: 'Europe/Bucharest', by: 'Africa/Tripoli', why: 'Libya has no summer time.' },
  { under: '505', zone: 'America/Chicago', by: 'America/Managua', why: 'Nicaragua has no summer time.' },
  { under: '52', zone: 'America/New_York', by: 'America/Cancun', why: 'Quintana Roo has no summer time.' },
  { under: '7', zone: 'Europe/Bucharest', by: 'Europe/Kaliningrad', why: 'Kaliningrad has no summer time.' },
  { under: '970', zone: 'Europe/Bucharest', by: 'Asia/Hebron', why: 'Palestine changes its clocks on other days.' },
];

/**
 * Mobile ranges that the data places at the capital although they serve the whole country: whoever has such a number
 * may live in any of its zones.
 */
export interface NationwideRange {
  readonly country: string;
  readonly prefixes: readonly string[];
  readonly zones: readonly string[];
}

export const RANGES: readonly NationwideRange[] = [
  {
    country: 'AU',
    prefixes: ['614'],
    zones: [
      'Australia/Adelaide',
      'Australia/Brisbane',
      'Australia/Darwin',
      'Australia/Eucla',
      'Australia/Lord_Howe',
      'Australia/Perth',
      'Australia/Sydney',
    ],
  },
  { country: 'CL', prefixes: ['569'], zones: ['America/Punta_Arenas', 'America/Santiago', 'Pacific/Easter'] },
  { country: 'EC', prefixes: ['5939'], zones: ['America/Guayaquil', 'Pacific/Galapagos'] },
  { country: 'ES', prefixes: ['346', '347'], zones: ['Atlantic/Canary', 'Europe/Madrid'] },
  { country: 'ID', prefixes: ['628'], zones: ['Asia/Jakarta', 'Asia/Jayapura', 'Asia/Makassar'] },
  { country: 'NZ', prefixes: ['642'], zones: ['Pacific/Auckland', 'Pacific/Chatham'] },
  {
    country: 'RU',
    prefixes: ['79'],
    zones: [
      'Asia/Irkutsk',
      'Asia/Kamchatka',
      'Asia/Krasnoyarsk',
      'Asia/Magadan',
      'Asia/Omsk',
      'Asia/Vladivostok',
      'Asia/Yakutsk',
      'Asia/Yekaterinburg',
      'Europe/Kaliningrad',
      'Europe/Moscow',
      'Europe/Samara',
    ],
  },
];
