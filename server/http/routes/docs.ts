import { openGuides } from '../guides.ts';
import type { Answer, PublicHandlers } from '../handlers.ts';
import type { Ports } from '../ports.ts';
import { notFound } from '../problem.ts';
import { answerFile } from '../static-file.ts';

/** The reference of the API and the guides. They hold nothing but what is in the repository, so they need no key. */
export function docsRoutes({
  docsFolders,
}: Pick<Ports, 'docsFolders'>): Pick<PublicHandlers, 'getDocsPage' | 'getDocsFile' | 'listGuides' | 'getGuide'> {
  const { page, reference } = docsFolders;
  const guides = openGuides(docsFolders.guides);
  const guide = async (name: string): Promise<Answer> => {
    const html = await guides.html(name);
    return html === null ? { fault: notFound } : { status: 200, body: html, headers: GUIDE_HEADERS };
  };
  return {
    getDocsPage: () => answerFile(page, 'index.html', REFERENCE_HEADERS),
    getDocsFile({ params: { file = '' } }) {
      if (OF_THE_PAGE.has(file)) return answerFile(page, file, REFERENCE_HEADERS);
      if (OF_THE_REFERENCE.has(file)) return answerFile(reference, file, { ...REFERENCE_HEADERS, ...KEPT });
      return { fault: notFound };
    },
    listGuides: () => guide('README'),
    getGuide: ({ params: { name = '' } }) => (name === 'README' ? { fault: notFound } : guide(name)),
  };
}

const OF_THE_PAGE: ReadonlySet<string> = new Set(['docs.css', 'docs.js', 'guide.css']);
/** Of everything in the package of Swagger UI. */
const OF_THE_REFERENCE: ReadonlySet<string> = new Set(['swagger-ui.css', 'swagger-ui-bundle.js']);

/** 1.7 MB that change with a release only. */
const KEPT = { 'Cache-Control': 'public, max-age=3600' };

const COMMON_POLICY = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const policy = (rest: string) => ({
  'Content-Security-Policy': `default-src 'none'; style-src 'self'; img-src 'self' data:; ${rest}${COMMON_POLICY}`,
  'Referrer-Policy': 'no-referrer',
});

/** The reference sends requests to this server, with a key that is typed in, and to no other. */
const REFERENCE_HEADERS = policy("script-src 'self'; connect-src 'self'; ");
const GUIDE_HEADERS = { ...policy(''), 'Content-Type': 'text/html; charset=utf-8' };
