import type { LanguageWords } from './language.ts';

const source = 'general knowledge, written for this project; native review needed';
const date = '2026-11-20';

export const turkish: LanguageWords = {
  language: 'tr',
  source: 'RET and IPTAL: usual in Turkish bulk texts (general knowledge); ' + source,
  date,
  strong: 'stop, abonelikten çık, üyelik iptal, sms iptal, mesaj iptal',
  keywords:
    'iptal, durdur, durdurun, iptal et, iptal edin, abonelik iptal, listeden çıkar, listeden çıkarın, çıkar beni, istemiyorum mesaj, mesaj istemiyorum, sms istemiyorum',
  local: 'ret, red, dur, çık, hayır ret, yeter',
  optIn: 'başlat, start',
  help: 'yardım, bilgi, help, info',
  polite: 'lütfen teşekkürler sağolun merhaba selam hemen şimdi artık rica ederim iyi günler sayın',
  classes: {
    SMS: 'mesaj mesajı mesajları mesajlar mesajlarınızı sms smsleri reklam reklamları spam bildirim kampanya',
    ATMA: 'atmayın atmayin atma göndermeyin gondermeyin gönderme yollamayın yollama yazmayın yazma rahatsız aramayın',
  },
  optOut: [
    'SMS ..3 ATMA',
    '(bana|artık|lütfen|daha|bir) ..3 ATMA',
    '^ ATMA $',
    'SMS ..3 (istemiyorum|istemiyoruz)',
    '(almak|gelsin) istemiyorum',
    'SMS ..2 (kesin|durdurun|bırakın|kes)',
    '(numaramı|numarayı|beni) ..3 (silin|sil|çıkarın|çıkar|kaldırın)',
    '(listeden|listenizden|rehberden|sistemden) (beni|bizi|numaramı|lütfen)? (silin|sil|çıkarın|çıkar)',
    '(abonelikten|üyelikten|listeden) ..2 (çık|çıkmak*|çıkış*|çıkabil*|ayrıl*)',
    '(nasıl|sms|mesaj) ..2 iptal (ederim|edilir|edebilirim|etmek)',
  ],
  ordinary: [
    '(paket*|sipariş*|kargo*|ürün*|fatura*|yemek*) ..2 ATMA',
    '(randevu*|sipariş*|rezervasyon*|uçuş*) ..2 iptal*',
  ],
  review: [
    'yanlış (numara|kişi)',
    '^ (siz)? kim* (siniz|sin|bu|sen)? $',
    '^ (kimsiniz|kimsin) ',
    '(ilgilenmiyorum|ilgilenmiyoruz)',
    'rahat bırak*',
    'rahatsız etmeyin',
    '(kvkk|şikayet|taciz|siktir*|defol*)',
    'numaramı nereden',
    '^ istemiyorum $',
    '^ yeter',
  ],
};

export const greek: LanguageWords = {
  language: 'el',
  source,
  date,
  strong: 'στοπ, stop, διαγραφή, απεγγραφή, διακοπή, διαγραφή αριθμού',
  keywords: 'σταματήστε, σταματήστε τα μηνύματα, διαγράψτε με, ακύρωση συνδρομής, σταμάτα, κατάργηση εγγραφής',
  local: 'τέλος, ακύρωση, φτάνει',
  optIn: 'έναρξη, εγγραφή, start',
  help: 'βοήθεια, πληροφορίες, help, info',
  polite: 'παρακαλώ ευχαριστώ καλημέρα καλησπέρα γεια σας τώρα αμέσως',
  classes: { SMS: 'μηνύματα μήνυμα sms διαφημίσεις διαφημιστικά προσφορές spam' },
  optOut: [
    '(μη|μην) ..2 (στέλνετε|στείλετε|στέλνεις|ξαναστείλετε|ενοχλείτε|στειλετε) ..3 SMS',
    '(μη|μην) ..2 (στέλνετε|ξαναστείλετε|ενοχλείτε) ..1 (άλλα|άλλο|ξανά)',
    '(μη|μην) (μου|με) (στέλνετε|ξαναστείλετε|ενοχλείτε|στέλνεις) $',
    '(σταματήστε|σταμάτα|σταματήσετε|σταμάτησε) ..3 (στέλνετε|στέλνεις|SMS)',
    'δε* θέλω ..4 (SMS|λαμβάνω)',
    '(διαγράψτε|αφαιρέστε|σβήστε|βγάλτε) ..2 (με|αριθμό|νούμερο)',
    '(όχι|τέρμα) ..1 (άλλα|τα) SMS',
    'πως ..3 (διαγραφώ|απεγγραφώ|σταματήσω)',
  ],
  review: [
    '(στοπ|διαγραφή|απεγγραφή)',
    'λάθος (αριθμό|αριθμός|νούμερο|άτομο)',
    '^ ποιος (είναι|είσαι|ειστε|είστε) $',
    'δε* (με)? (ενδιαφέρει|ενδιαφέρομαι)',
    'αφήστε με',
    '(παρενόχληση)',
  ],
};

export const arabic: LanguageWords = {
  language: 'ar',
  source,
  date,
  strong: 'قف, توقف, إيقاف, ايقاف, stop, إلغاء الاشتراك, الغاء الاشتراك, ستوب',
  keywords:
    'توقفوا, أوقف, أوقفوا, الغي الاشتراك, إلغاء التسجيل, الغاء التسجيل, أوقف الرسائل, وقف, وقفوا, ايقاف الرسائل, إيقاف الرسائل, حذف رقمي, كفى',
  local: 'إلغاء, الغاء, حذف, خروج, لا للرسائل, انهاء',
  optIn: 'ابدأ, ابدا, اشتراك, start',
  help: 'مساعدة, معلومات, help',
  polite: 'من فضلك فضلكم لو سمحت سمحتم شكرا رجاء الرجاء مرحبا السلام عليكم الان الآن فورا يرجى',
  ordinary: [
    '(لا|ما) (ترسل|ترسلوا|ترسلون) ..1 (الطرد|طرد|الطلب|طلب|الطلبية|الشحنة|شحنة|الفاتورة|المندوب|السائق|الطعام)',
  ],
  classes: { SMS: 'رسائل الرسائل رسالة رسالات رسايل الرسايل اعلانات الاعلانات إعلانات مسجات المسجات عروض رسائلكم' },
  optOut: [
    '(لا|ما|بلاش) ..1 (ترسل|ترسلوا|ترسلون|ترسلو|تراسلني|تراسلوني|تبعث|تبعثوا|تبعتوا) ..3 (SMS|لي|شي|مرة)',
    '(لا|ما) (تراسلني|تراسلوني|تزعجوني|تزعجني|تتواصلوا|ترسلوا|ترسل)',
    '(توقف|توقفوا|أوقف|أوقفوا|اوقفوا|اوقف|كفى|وقفوا|وقف|بطلوا|ايقاف|إيقاف) ..3 (ارسال|إرسال|SMS|مراسلتي)',
    '(لا|ما|مو|مش) ..1 (اريد|أريد|ارغب|أرغب|ابي|ابغى|عايز|بدي) ..3 SMS',
    '(لا|ما|مو|مش) ..1 (اريد|أريد|ارغب|أرغب) ..1 (استلام|استقبال) $',
    '(احذف|احذفوا|امسح|امسحوا|شيلوا|ازالة|ازيلوا|أزيلوا|حذف) ..2 (رقمي|اسمي|بياناتي)',
    '(كيف|اريد|أريد|ارغب) ..2 (الغي|الغاء|إلغاء) ..1 الاشتراك',
  ],
  review: [
    'ستوب',
    '(رقم|الرقم) (خاطئ|خطأ|غلط|خطا)',
    '^ (من|مين) (انت|أنت|انتم|معي|أنتم|انتو|هذا) $',
    '(غير|مو|مش|لست) ..1 (مهتم|مهتمة)',
    '(اتركني|اتركوني|ازعاج|إزعاج|سبام|حلوا)',
    'من اين ..2 رقمي',
  ],
};

export const hebrew: LanguageWords = {
  language: 'he',
  source: 'הסר / הסרה: the word of section 30A notices (general knowledge); ' + source,
  date,
  strong: 'הסר, הסרה, להסיר, הסירו אותי, הסר אותי, stop, סטופ, תסירו אותי, הסירו',
  keywords: 'עצור, עצרו, הפסק, הפסיקו, תפסיקו, להסרה, בטל מנוי, ביטול מנוי, הסר מהרשימה, תסיר אותי',
  local: 'די, ביטול, בטל, מספיק',
  optIn: 'התחל, הצטרף, start',
  help: 'עזרה, מידע, help',
  polite: 'בבקשה תודה נא אנא שלום היי עכשיו מיד כבר רבה בוקר טוב',
  classes: { SMS: 'הודעות הודעה סמס סמסים פרסומות פרסומת ספאם מסרונים' },
  optOut: [
    '(תפסיקו|תפסיק|הפסיקו|הפסק|להפסיק|די|מספיק|עצרו) ..3 (לשלוח|SMS|להטריד|לסמס|עם)',
    '(אל|לא) (תשלחו|תשלח|לשלוח|תסמסו|תטרידו) ..3',
    '(לא|אין) ..1 (רוצה|רוצים|מעוניין|מעוניינת) ..3 SMS',
    '(לא|אין) ..1 (רוצה|רוצים|מעוניין|מעוניינת) ..1 לקבל $',
    '(תורידו|הורידו|תוריד|תסירו|הסירו|תסיר|להסיר|תמחקו|מחקו|תוציאו|הסר) ..2 (אותי|המספר|מספר|שמי)',
    '(להסיר|הסרה) ..3 (מהרשימה|מרשימת|אותי)',
    '(איך|רוצה) ..3 (להסיר|מסירים|מוסר)',
  ],
  ordinary: [
    '(אל|לא) (תשלחו|תשלח|לשלוח) את? (החבילה|חבילה|המשלוח|משלוח|ההזמנה|הזמנה|השליח|שליח|החשבונית|חשבונית|האוכל)',
    '(הסירו|תורידו|תסירו|להסיר) ..1 (בצל|הבצל|פריט|המוצר)',
  ],
  review: [
    '(סטופ|להסיר)',
    '(טעות|טעיתם) ..1 (במספר|מספר)',
    'מספר (שגוי|לא)',
    '^ מי (זה|אתה|אתם|את|זאת) $',
    '(לא) (מעוניין|מעוניינת|מתעניין)',
    '^ די',
    '(עזבו|תעזבו) אותי',
    '(ספאם|תביעה|הטרדה)',
    '(מאיפה|איך) ..3 מספר',
  ],
};
