/**
 * Link shorteners that anyone may use, so that carriers and recipients cannot see who is behind a link. Carriers of the
 * United States refuse texts with them: https://www.twilio.com/docs/api/errors/30857 ("shared public URL shortener"),
 * https://help.activecampaign.com/hc/en-us/articles/360021662720. Hosts collected by hand, verified on 2026-11-20.
 * A short host of one organisation (`amzn.to`) is not one of them.
 */
export const PUBLIC_SHORTENERS: ReadonlySet<string> = new Set(
  (
    'bit.ly bitly.com bitly.is j.mp bit.do tinyurl.com tiny.cc tiny.one tiny.pl t.co t.ly goo.gl ow.ly is.gd v.gd ' +
    'buff.ly rebrand.ly rb.gy cutt.ly cutt.us shorturl.at shorturl.asia short.gy short.link bl.ink b.link ' +
    's.id soo.gd lnkd.in adf.ly mcaf.ee su.pr qr.ae shorte.st tny.im x.co tr.im cli.gs snip.ly snipurl.com budurl.com ' +
    'clck.ru u.to goo.by url.ie ouo.io bc.vc lnk.to dub.sh tly.us urlz.fr vu.fr n9.cl acortar.link encr.pw ' +
    'kutt.it chilp.it clicky.me da.gd hyperurl.co po.st shrtco.de t2m.io ulvis.net 1url.com zpr.io'
  ).split(' '),
);
