/** Who is texting, for the texts that the rules of the carriers demand, and in which language. */
export interface Programme {
  /** Null when it was not set. */
  readonly organisation: string | null;
  /** Where a person gets help: a number, an address or a page; null when it was not set. */
  readonly supportContact: string | null;
  /** In which it was asked (`Intent.language`); one without texts of its own gets English. */
  readonly language: string | null;
}

/**
 * The answers to STOP, HELP and START in the language of the keyword. STOP: one confirmation that names the programme
 * and markets nothing (47 CFR 64.1200(a)(12)). HELP: programme, contact, frequency, "Msg & data rates may apply" and
 * how to stop (CTIA Messaging Principles, 2023). Words that GSM 7-bit can write, so that each is one segment unless
 * the name or contact is long: no á, í, ó, ú, ç, ê, ã. Other than English: general knowledge, native review needed.
 */
export function optOutAnswer({ organisation, language }: Omit<Programme, 'supportContact'>): string {
  return textsIn(language).stopped(organisation);
}

export function helpAnswer({ organisation, supportContact, language }: Programme): string {
  const { help, helpFrom, contactAt, rates } = textsIn(language);
  const who = organisation === null ? help : helpFrom(organisation);
  return `${who}${supportContact === null ? '' : contactAt(supportContact)} ${rates}`;
}

export function optInAnswer({ organisation, language }: Omit<Programme, 'supportContact'>): string {
  const { started, rates } = textsIn(language);
  return `${started(organisation)} ${rates}`;
}

/** The languages that have texts of their own; the others get English. */
export const TEXT_LANGUAGES = ['en', 'fr', 'es', 'de', 'pt', 'it', 'nl'] as const;

interface Texts {
  readonly stopped: (name: string | null) => string;
  readonly started: (name: string | null) => string;
  readonly help: string;
  readonly helpFrom: (name: string) => string;
  readonly contactAt: (contact: string) => string;
  /** Frequency, price, and how to stop. */
  readonly rates: string;
}

const textsIn = (language: string | null) => TEXTS.get(language ?? 'en') ?? ENGLISH;

/** ` from Acme`, or nothing when there is no name. */
const named = (before: string, name: string | null) => (name === null ? '' : ` ${before} ${name}`);

const ENGLISH: Texts = {
  stopped: (name) =>
    `You are unsubscribed and will receive no more texts${named('from', name)}. Reply START to resubscribe.`,
  started: (name) => `You are subscribed again to texts${named('from', name)}.`,
  help: 'Text messages.',
  helpFrom: (name) => `${name} texts.`,
  contactAt: (contact) => ` Help: ${contact}.`,
  rates: 'Msg frequency varies. Msg & data rates may apply. Reply STOP to opt out.',
};

const TEXTS: ReadonlyMap<string, Texts> = new Map<(typeof TEXT_LANGUAGES)[number], Texts>([
  ['en', ENGLISH],
  [
    'fr',
    {
      stopped: (name) =>
        `Vous ne recevrez plus de SMS${named('de', name)}. Pour vous abonner de nouveau, répondez START.`,
      started: (name) => `Vous recevez de nouveau les SMS${named('de', name)}.`,
      help: 'Service SMS.',
      helpFrom: (name) => `SMS de ${name}.`,
      contactAt: (contact) => ` Aide : ${contact}.`,
      rates: 'Nombre de SMS variable. Frais SMS et internet possibles. Répondez STOP ou ARRET pour les refuser.',
    },
  ],
  [
    'es',
    {
      stopped: (name) => `Ya no va a recibir mensajes${named('de', name)}. Para volver a recibirlos, responda START.`,
      started: (name) => `Vuelve a recibir los mensajes${named('de', name)}.`,
      help: 'Servicio de mensajes.',
      helpFrom: (name) => `Mensajes de ${name}.`,
      contactAt: (contact) => ` Ayuda: ${contact}.`,
      rates: 'La frecuencia varia. Pueden aplicar tarifas de mensajes y datos. Responda STOP para cancelar.',
    },
  ],
  [
    'de',
    {
      stopped: (name) => `Sie erhalten keine SMS mehr${named('von', name)}. Zum Wiederanmelden antworten Sie START.`,
      started: (name) => `Sie erhalten wieder SMS${named('von', name)}.`,
      help: 'SMS-Dienst.',
      helpFrom: (name) => `SMS von ${name}.`,
      contactAt: (contact) => ` Hilfe: ${contact}.`,
      rates: 'Häufigkeit wechselt. Es können Kosten für SMS und Daten anfallen. Abmelden mit STOP.',
    },
  ],
  [
    'pt',
    {
      stopped: (name) => `Voce deixa de receber mensagens${named('de', name)}. Para voltar a receber, responda START.`,
      started: (name) => `Voce volta a receber mensagens${named('de', name)}.`,
      help: 'Mensagens SMS.',
      helpFrom: (name) => `Mensagens de ${name}.`,
      contactAt: (contact) => ` Ajuda: ${contact}.`,
      rates: 'A frequencia varia. Podem incidir tarifas de mensagens e dados. Responda STOP para cancelar.',
    },
  ],
  [
    'it',
    {
      stopped: (name) => `Non riceverà altri messaggi${named('da', name)}. Per iscriversi di nuovo risponda START.`,
      started: (name) => `Riceverà di nuovo i messaggi${named('da', name)}.`,
      help: 'Servizio SMS.',
      helpFrom: (name) => `Messaggi di ${name}.`,
      contactAt: (contact) => ` Aiuto: ${contact}.`,
      rates: 'Frequenza variabile. Possono applicarsi costi per messaggi e dati. Risponda STOP per disiscriversi.',
    },
  ],
  [
    'nl',
    {
      stopped: (name) => `U ontvangt geen berichten meer${named('van', name)}. Antwoord START om u weer aan te melden.`,
      started: (name) => `U ontvangt weer berichten${named('van', name)}.`,
      help: 'Sms-dienst.',
      helpFrom: (name) => `Berichten van ${name}.`,
      contactAt: (contact) => ` Hulp: ${contact}.`,
      rates: 'Frequentie wisselt. Kosten voor berichten en data kunnen gelden. Antwoord STOP om te stoppen.',
    },
  ],
]);
