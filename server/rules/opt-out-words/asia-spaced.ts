import type { LanguageWords } from './language.ts';

const source = 'general knowledge, written for this project; native review needed';
const date = '2026-11-20';

export const hindi: LanguageWords = {
  language: 'hi',
  source,
  date,
  strong: 'stop, बंद, बंद करो, बंद करें, रोकें, रोको, स्टॉप, band karo, बंद कीजिए, सदस्यता समाप्त',
  keywords:
    'रोक दो, बंद कर दो, हटाओ, हटाएं, अनसब्सक्राइब, band kar do, msg band karo, message band karo, sms band karo, बन्द करो, बन्द',
  local: 'band, roko, रद्द, नहीं चाहिए मैसेज',
  optIn: 'शुरू, चालू, start',
  help: 'मदद, सहायता, help, info',
  polite: 'कृपया धन्यवाद प्लीज नमस्ते जी अभी तुरंत सर मैडम kripya dhanyavad ji sir abhi bhai yaar',
  classes: {
    SMS: 'मैसेज मेसेज संदेश एसएमएस सन्देश message messages msg msgs sms विज्ञापन',
    BHEJO: 'भेजो भेजें भेजना भेजिए भेजे bhejo bheje bhejna bhejiye karo करो करें कीजिए bhejna',
  },
  optOut: [
    'SMS ..3 (मत|ना|न|नहीं|mat|na) ..2 BHEJO',
    '(मत|ना|mat) BHEJO ..3 SMS',
    '(band|बंद|बन्द) (karo|kardo|करो|करें) ..2 SMS $',
    'SMS ..3 (बंद|बन्द|band|रोक|रोको|बंद) ..2',
    '(मुझे|मुझको|mujhe) ..3 (मैसेज|message|msg|sms|संदेश) ..2 (नहीं|nahi|मत|mat)',
    '(मेरा|mera) (नंबर|नम्बर|number) ..3 (हटा*|hata*|डिलीट|delete|निकाल*|nikal*)',
    '(सूची|लिस्ट|list) ..1 (से|se) ..2 (हटा*|hata*|निकाल*)',
    '(मुझे|mujhe) ..2 परेशान (मत|ना|न)',
    '(mujhe|muje) pareshan mat',
  ],
  ordinary: ['SMS ..1 (nahi|नहीं) (mila|aaya|aya|मिला|आया)', 'stop (kahan|pe|par|कहाँ)'],
  review: [
    'स्टॉप $',
    '(गलत|ग़लत|galat|wrong) (नंबर|नम्बर|number)',
    '^ (आप)? (कौन|kaun|kon) (है|हैं|हो|hai|ho|bol) (आप|aap|tum)? $',
    '^ (आप|aap|tum) (कौन|kaun|kon) ..1 $',
    '(दिलचस्पी|रुचि|interest) (नहीं|nahi)',
    '(परेशान|pareshan)',
    '(dnd|trai|स्पैम)',
  ],
};

export const vietnamese: LanguageWords = {
  language: 'vi',
  source: 'TC (từ chối): usual in Vietnamese advertising texts (general knowledge); ' + source,
  date,
  strong: 'stop, hủy đăng ký, từ chối, ngừng, hủy sms',
  keywords: 'dừng lại, ngưng, từ chối qc, hủy nhận tin, dừng nhận tin, tc qc, tc all, ngừng gửi',
  // đừng (do not) and dừng (stop) are the same word without accents.
  local: 'tc, hủy, dừng',
  optIn: 'bắt đầu, đăng ký, start',
  help: 'trợ giúp, giúp, hướng dẫn, help, info',
  polite: 'xin vui lòng cảm ơn cám chào ngay nhé ạ đi em anh chị bạn giùm với dùm',
  classes: { TIN: 'tin nhan nhắn sms quang cao', GUI: 'gửi nhắn nhan gui phiền spam liên' },
  ordinary: [
    '(đừng|dừng|ngừng|không) ..1 (gửi|gui) ..1 (hàng|đơn|bưu|kiện|hóa|đồ)',
    'trạm dừng',
    'điểm dừng',
    '(đừng|không) (dừng|ngừng|hủy)',
  ],
  optOut: [
    '(đừng|không|chớ|dung) ..1 (gửi|nhắn|gui|nhan) ..3 (tin|nữa|nua|tôi|sms|cho)',
    '(dừng|ngừng|ngưng|thôi) ..1 (gửi|nhắn|gui|nhan) ..2',
    '(không|ko|k|khong) ..1 (muốn|muon|cần|can) ..1 (nhận|nhan) ..3 (tin|sms|quảng)',
    '(hủy|huỷ|huy) ..1 (đăng|nhận) ..2',
    '(xóa|xoá|xoa|bỏ) ..1 số ..2 (tôi|toi|mình|khỏi)',
    '(đừng|không) làm phiền',
    'chối (nhận|quảng|tin)',
  ],
  review: [
    '(nhầm|sai) (số|người)',
    '^ ai (vậy|đó|đấy|thế|day|vay) $',
    '^ bạn là ai $',
    'không quan tâm',
    'không có nhu cầu',
    '(phiền)',
  ],
};

export const indonesian: LanguageWords = {
  language: 'id',
  source,
  date,
  strong: 'stop, berhenti, unreg, berhenti langganan, henti, setop',
  keywords: 'hentikan, batal langganan, stop sms, unreg all, berhenti berlangganan, hapus saya, keluar dari daftar',
  local: 'batal, keluar, off, cukup',
  optIn: 'mulai, reg, start',
  help: 'bantuan, tolong, help, info',
  polite: 'tolong mohon terima kasih makasih halo pak bu ibu bapak sekarang segera ya dong min kak',
  classes: { SMS: 'sms pesan promo iklan spam whatsapp wa chat notifikasi' },
  ordinary: [
    'jangan (berhenti|stop|hapus)',
    'berhenti (di|depan|dulu)',
    'jangan lupa',
    '(jangan|jgn|gausah) ..1 (kirim|mengirim|ngirim|kirimi) ..1 (paket*|barang*|pesanan*|makanan*|kurir*|faktur*)',
  ],
  optOut: [
    '(jangan|jgn|gausah|stop|berhenti|hentikan) ..2 (kirim|mengirim|hubungi|ganggu|sms|wa|ngirim|kirimi) ..2',
    '(tidak|tdk|gak|ga|nggak|enggak|ogah) ..1 (mau|ingin|butuh|perlu|pengen) ..3 SMS',
    '(tidak|tdk|gak|ga|nggak|enggak|ogah) ..1 (mau|ingin) ..1 (terima|menerima|dapat|dapet) (ini|lagi)? (lagi)? $',
    '(hapus|hilangkan|keluarkan|buang) ..1 (nomor|nomer|no|saya|data) ..2 (saya|ini|dari|aku)',
    '(hapus|keluarkan) ..1 (nomor|nomer|saya)',
    '(hentikan|stop) ..2 SMS',
    'cara ..2 (berhenti|unreg|stop)',
  ],
  review: [
    'berhenti $',
    'salah (sambung|nomor|orang|kirim|nomer)',
    '^ (ini)? siapa (ini|ya|kamu|anda)? $',
    '(tidak|tdk|gak|ga|nggak) (tertarik|minat|berminat)',
    '(penipu*|ganggu*)',
    'dapat nomor saya dari',
  ],
};
