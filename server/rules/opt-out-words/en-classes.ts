/** Words that the patterns of English use; part of `en.ts`, with its source and date. */
export const EN_CLASSES: Readonly<Record<string, string>> = {
  NOUN:
    'text texts message messages spam spams promo promos promotion promotions promotional marketing ads ad ' +
    'advertising advertisement advertisements notification notifications alert alerts reminders communication ' +
    'communications solicitation solicitations newsletter newsletters mailings mailing',
  JUNK: 'crap shit bs bullshit junk garbage stuff nonsense trash rubbish',
  STOP: 'stop quit cease discontinue halt',
  QUALIFIER:
    'all any the these those this your with of getting receiving my future further text promotional marketing daily ' +
    'weekly constant automated annoying fucking damn stupid unwanted sending me anymore more no even',
  WRITING: 'texting messaging contacting spamming harassing soliciting',
  WRITE: 'text message contact',
  MY: 'my this our',
  NUM: '0* 1* 2* 3* 4* 5* 6* 7* 8* 9*',
  NEVER: 'dont never not',
  TAIL: 'again anymore ever further please thanks or and no already period futher',
  TOPIC:
    'arbitration overdraft protection bills statements billing coverage insurance warranty trip photo photos yearbook ' +
    'paperless lunch test testing exam tracking donation',
  PROMO: 'coupon coupons deal deals offer offers blasts specials discounts surveys updates sales',
  REMOVE: 'remove take delete drop scratch erase pull get wipe removing strike cross omit exclude scrub purge expunge',
  LIST:
    'list lists database databases db system systems records mailing distribution campaign campaigns contacts texts ' +
    'messages text directory blast',
  DETAILS: 'number phone cell name info information data details contact email address',
  WANT: 'want wish need care like',
  DONTWANT: 'dontwant',
  OUT: 'unsubscribe optout',
  EVERYDAY:
    'waitlist guest guestlist wait waiting wish booking reservation order appointment schedule class meeting shift ' +
    'slot invoice bill group game roster team hold price vendor event tour cart basket',
  JOB:
    'story delivery deliveries order orders newspaper paper service payment payments check cheque shipment music mower ' +
    'car bleeding project work auto renewal noise mail package packages water rain press bus train taxi driver autopay ' +
    'refill refills medication medications meds insulin antibiotics trial clock timer leak pain machine transfer deposit',
  DOING:
    'worrying working crying laughing thinking smiling being eating taking drinking smoking using leaving ringing ' +
    'making doing putting charging selling knowing saying lying joking wondering talking playing looking trying ' +
    'whining fighting arguing bragging cheating wasting growing serving carrying offering accepting watching parking honking barking blocking coming going running singing dancing loving teasing complaining',
};

/** The word, and how else people write it. */
export const EN_SPELLINGS: Readonly<Record<string, string>> = {
  you: 'u, ya, yall, yous, y all',
  this: 'dis',
  that: 'dat',
  these: 'dese',
  them: 'em',
  isnt: 'is not, aint',
  your: 'ur, youre, yr, yer',
  are: 'r',
  please: 'pls, plz, plse, pleas, plesae, pleese, plese',
  thanks: 'thx, ty, thnx, thanx',
  text: 'txt, tex',
  texts: 'txts, sms, smses, texes, textes',
  texting: 'txting, textin, txtin, texing, smsing, txtng',
  texted: 'txted',
  message: 'msg, mssg, mesage, mesg',
  messages: 'msgs, mssgs, mesages, messgaes, messges, mesgs',
  messaging: 'msging, msgin, messagin, messageing',
  stop: 'stahp, stopp, stpo, sotp, st0p, stp',
  harassing: 'harrassing, harrasing, harasing, harassin',
  sending: 'sendin, sendng, seding',
  calling: 'callin',
  getting: 'gettin',
  receive: 'recieve, recive, receve',
  receiving: 'recieving, reciving',
  dont: 'dnt, do not, donot, don t',
  didnt: 'did not, didn t',
  cancel: 'cancle, cancell, cancal, cansel',
  cant: 'can not, cannot',
  wont: 'will not',
  doesnt: 'does not',
  amnot: 'am not, im not',
  im: 'i am',
  ive: 'i have',
  id: 'i would',
  'want to': 'wanna',
  'going to': 'gonna',
  'got to': 'gotta',
  anymore: 'any more',
  'no more': 'nomore',
  unsubscribe:
    'unsubscribing, unsub, unsubcribe, un subcribe, unsuscribe, unsubsribe, unsubscibe, un subscribe, unscribe',
  optout: 'opt out, opting out',
  optedout: 'opted out',
  number: 'phone number, phone numbers, cell phone, cell number, num, nbr, numba, nmbr',
  'my number': 'my no, my nos, my contact',
  'this number': 'this no',
  'wrong number': 'wrong no, wrong num, wrng number, wrong numb, rong number',
  interested: 'intrested, interrested, intersted',
  remove: 'remve, remov, rmove, removed me',
  whois: 'whos, who is, who are, who r, whose, who tf is, who this, who dis, whos dis, who da',
  dontwant:
    'dont want, dont wanna, dont wish, dont need, dont care, dont like, not want, not wish, dnt want, dnt wanna, dnt need, ' +
    'never want',
};
