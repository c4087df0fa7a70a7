/**
 * When promotional texts may arrive, by the recipient's clock, with where it says so and when that was read. Facts to
 * edit, not legal advice: secondary sources disagree, and where they do the stricter one stands here.
 */
export interface QuietHoursRow {
  /** ISO 3166-1 countries, ISO 3166-2 US states (`US-TX`), or `*`: every country without a row. All that fit apply. */
  readonly places: readonly string[];
  /** Allowed local times, `HH:MM-HH:MM`, the second one no longer included; null = never on these days. */
  readonly mon_fri: string | null;
  readonly saturday: string | null;
  readonly sunday: string | null;
  /** `closed`: nothing on public holidays. */
  readonly public_holidays: 'as_weekday' | 'closed';
  /** ISO 8601 dates, the first and the last on which the row holds; null = since and until further notice. */
  readonly effective_from: string | null;
  readonly effective_until: string | null;
  readonly note: string;
  readonly source_urls: readonly string[];
  /** ISO 8601 date. */
  readonly verified_on: string;
}

const CFR = 'https://www.ecfr.gov/current/title-47/section-64.1200';
const REFERRIZER =
  'https://support.referrizer.com/en/category/text-campaigns/article/tcpa-quiet-hours-and-state-specific-rules-for-text-campaigns';
const DROP_COWBOY = 'https://www.dropcowboy.com/state-compliance';
const STELLO = 'https://usestello.com/compliance';
const VERO = 'https://help.getvero.com/vero-2/articles/sms-quiet-hours-compliance';
const BREVO = 'https://help.brevo.com/hc/en-us/articles/11884482521234';
const ELEMENT = 'https://github.com/element-hq/element-web/issues/7672';
const RI_STATUTE = 'https://instalawyer.io/laws/rhode-island-general-laws/section-5-61-2-definitions';
const WA_STATUTE = 'https://app.leg.wa.gov/RCW/default.aspx?cite=19.158.040';
const TX_HELP = 'https://appfueled.com/help/complying-with-quiet-hours';
const IN_DLT =
  'https://crm.smsgatewayhub.com/knowledge-base/article/important-update-new-service-explicit-message-restriction-time-10-am-to-9-pm';

const always = { effective_from: null, effective_until: null, verified_on: '2026-11-20' } as const;
const daily = (hours: string) => ({
  ...always,
  mon_fri: hours,
  saturday: hours,
  sunday: hours,
  public_holidays: 'as_weekday' as const,
});

export const QUIET_HOURS: readonly QuietHoursRow[] = [
  {
    ...daily('08:00-21:00'),
    places: ['US', 'AS', 'GU', 'MP', 'PR', 'VI'],
    note: '47 CFR 64.1200(c)(1), for the states and the territories; states narrow it.',
    source_urls: [CFR],
  },
  {
    ...daily('08:00-20:00'),
    places: ['US-FL', 'US-MD', 'US-OK'],
    note: 'Three sources agree.',
    source_urls: [REFERRIZER, DROP_COWBOY, STELLO],
  },
  {
    ...daily('08:00-20:00'),
    places: ['US-MA'],
    note: '201 CMR 12.00; two sources agree.',
    source_urls: [DROP_COWBOY, STELLO],
  },
  {
    ...daily('08:00-20:00'),
    places: ['US-NJ'],
    note: 'One source says 20:00, others the federal 21:00: the stricter one.',
    source_urls: [REFERRIZER],
  },
  {
    ...daily('08:00-20:00'),
    places: ['US-MS'],
    sunday: null,
    note: 'One source has no calls on Sundays, the others say nothing of them: the stricter one.',
    source_urls: [REFERRIZER, DROP_COWBOY],
  },
  {
    ...daily('08:00-20:00'),
    places: ['US-AL', 'US-LA'],
    sunday: null,
    public_holidays: 'closed',
    note: 'Not on Sundays and holidays; the holidays of the state are more than the federal ones.',
    source_urls: [DROP_COWBOY, STELLO],
  },
  { ...daily('08:00-20:00'), places: ['US-WA'], note: 'RCW 19.158.040(2).', source_urls: [WA_STATUTE] },
  {
    ...daily('09:00-20:00'),
    places: ['US-CT'],
    effective_from: '2023-10-01',
    note: 'Conn. Gen. Stat. 42-288a as amended by SB 1058; all sources agree.',
    source_urls: [REFERRIZER, DROP_COWBOY, STELLO],
  },
  { ...daily('09:00-20:00'), places: ['US-NV'], note: 'One source.', source_urls: [DROP_COWBOY] },
  {
    ...daily('09:00-21:00'),
    places: ['US-TX'],
    sunday: '12:00-21:00',
    effective_from: '2025-09-01',
    note: 'Business and Commerce Code 302 with SB 140, which counts texts; goes by residence, not by area code.',
    source_urls: [REFERRIZER, TX_HELP],
  },
  {
    ...daily('10:00-21:00'),
    places: ['US-KY'],
    note: 'KRS 367.46955(3); two sources agree.',
    source_urls: [DROP_COWBOY, STELLO],
  },
  {
    ...daily('09:00-21:00'),
    places: ['US-MI', 'US-MN'],
    note: 'MCL 750.540e, Minn. Stat. 325E.30; two sources agree.',
    source_urls: [DROP_COWBOY, STELLO],
  },
  { ...daily('09:00-21:00'), places: ['US-NM'], note: 'One source.', source_urls: [DROP_COWBOY] },
  {
    ...daily('09:00-18:00'),
    places: ['US-RI'],
    saturday: '10:00-17:00',
    sunday: null,
    public_holidays: 'closed',
    note: 'R.I. Gen. Laws 5-61-2(2) names no Sunday hours and no holidays; one source has 10:00-17:00 all weekend.',
    source_urls: [RI_STATUTE, REFERRIZER, DROP_COWBOY],
  },
  {
    ...daily('08:00-21:00'),
    places: ['US-PA'],
    saturday: '08:00-12:00',
    public_holidays: 'closed',
    note: 'One source, stricter than the federal hours on Saturdays and holidays.',
    source_urls: [DROP_COWBOY],
  },
  {
    ...daily('09:00-21:00'),
    places: ['US-CA', 'US-IL'],
    note: 'One source says 09:00, others the federal 08:00: the stricter one.',
    source_urls: [STELLO, DROP_COWBOY],
  },
  {
    ...daily('08:30-20:00'),
    places: ['FR'],
    sunday: null,
    public_holidays: 'closed',
    note: 'Monday to Saturday 08:00-22:00 without public holidays; two operators take 08:30-20:00: the stricter one.',
    source_urls: [BREVO, ELEMENT],
  },
  {
    ...daily('10:00-21:00'),
    places: ['IN'],
    note: 'Promotional traffic outside is refused by the DLT platforms (EC_INVALID_PROMO_TIME).',
    source_urls: [IN_DLT],
  },
  {
    ...daily('08:00-20:00'),
    places: ['*'],
    note: 'What a marketing platform does everywhere it knows no other rule.',
    source_urls: [VERO],
  },
];
