import { Marked, type Tokens } from 'marked';

export interface GuideToRender {
  /** Null = the list of guides. */
  readonly name: string | null;
  readonly markdown: string;
  /** All guides, for the menu. */
  readonly titles: readonly { readonly name: string; readonly title: string }[];
  /** Programs that guides show, by their address below them. */
  readonly snippets: ReadonlyMap<string, string>;
}

/** A guide as a page without scripts. HTML in the Markdown is shown, not obeyed, so that nothing needs to be trusted. */
export function renderGuide({ name, markdown, titles, snippets }: GuideToRender): string {
  const title = guideTitle(markdown);
  const menu = titles.map(
    (each) =>
      `<li><a href="/docs/guides/${each.name}"${each.name === name ? ' aria-current="page"' : ''}>${escaped(each.title)}</a></li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/guide.css">
<title>${escaped(title)} · SMS Bridge</title>
</head>
<body>
<header><a class="name" href="/docs/guides">SMS Bridge</a> <a href="/docs">API reference</a></header>
<nav aria-label="Guides"><ul>${menu.join('')}</ul></nav>
<main>
${articleOf(markdown, snippets)}</main>
</body>
</html>
`;
}

/** The first heading. */
export function guideTitle(markdown: string): string {
  return /^# (.+)$/m.exec(markdown)?.[1]?.trim() ?? 'Guide';
}

/** The anchor of a heading, the same as GitHub makes of it. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-');
}

function articleOf(markdown: string, snippets: ReadonlyMap<string, string>): string {
  const marked = new Marked({ gfm: true });
  marked.use({
    renderer: {
      html: ({ text }) => (text.startsWith('<!--') ? '' : escaped(text)),
      image: ({ text }) => escaped(text),
      heading({ tokens, depth, text }) {
        const anchor = anchorOf(text.replaceAll('`', ''));
        return `<h${depth} id="${anchor}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens);
        const address = addressOf(href);
        return address === null ? words : `<a href="${escaped(address)}">${words}</a>`;
      },
      paragraph({ tokens }) {
        const shown = snippetsIn(tokens, snippets);
        return shown ?? `<p>${this.parser.parseInline(tokens)}</p>\n`;
      },
      table(token) {
        const cells = (row: readonly Tokens.TableCell[], tag: string) =>
          `<tr>${row.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('')}</tr>`;
        const rows = token.rows.map((row) => cells(row, 'td')).join('\n');
        // A wide one scrolls by itself, so that the page does not.
        return `<div class="wide"><table><thead>${cells(token.header, 'th')}</thead><tbody>${rows}</tbody></table></div>\n`;
      },
    },
  });
  return marked.parse(markdown, { async: false });
}

/** Where a link of a guide leads on this server; null = to a file that is in the repository alone. */
function addressOf(href: string): string | null {
  if (/^(https?:\/\/|#|\/)/.test(href)) return href;
  const [, name, anchor = ''] = /^([\w-]+)\.md(#[\w-]+)?$/.exec(href) ?? [];
  if (name === undefined) return null;
  return name === 'README' ? '/docs/guides' : `/docs/guides/${name}${anchor}`;
}

/** A paragraph of nothing but links to programs shows the programs: GitHub cannot do that, so there it links to them. */
function snippetsIn(tokens: readonly Tokens.Generic[], snippets: ReadonlyMap<string, string>): string | null {
  const links = tokens.filter(({ type }) => type === 'link') as Tokens.Link[];
  const others = tokens.filter(({ type }) => type !== 'link');
  const isList = links.length > 0 && others.every(({ raw }) => /^[\s·]*$/.test(raw));
  if (!isList || !links.every(({ href }) => snippets.has(href))) return null;
  const group = links[0]?.href.split('/')[1] ?? '';
  const shown = links.map(({ href, text }, place) => {
    const program = escaped(snippets.get(href) ?? '').trimEnd();
    const open = place === 0 ? ' open' : '';
    return `<details class="snippet" name="${escaped(group)}"${open}><summary>${escaped(text)}</summary><pre><code>${program}</code></pre></details>\n`;
  });
  return shown.join('');
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
