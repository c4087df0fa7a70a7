import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { guideTitle, renderGuide } from './guide-html.ts';

export interface Guides {
  /** The page of a guide by its name (`quickstart`; `README` is the list of them); null = there is none. */
  html(name: string): Promise<Buffer | null>;
}

/** The Markdown files of a folder as pages; read and rendered once, when the first one is asked for. */
export function openGuides(folder: string): Guides {
  let pages: Promise<ReadonlyMap<string, Buffer>> | null = null;
  return {
    async html(name) {
      pages ??= render(folder).catch((error: unknown) => {
        pages = null;
        throw error;
      });
      return (await pages).get(name) ?? null;
    },
  };
}

async function render(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const guides = await textsOf(folder, '.md');
  const snippets = await snippetsOf(path.join(folder, 'snippets'));
  const titles = inOrder([...guides.keys()], guides.get(LIST) ?? '').map((name) => {
    return { name, title: guideTitle(guides.get(name) ?? '') };
  });
  return new Map(
    [...guides].map(([name, markdown]) => {
      return [name, Buffer.from(renderGuide({ name: name === LIST ? null : name, markdown, titles, snippets }))];
    }),
  );
}

const LIST = 'README';

/** As the list of guides has them. */
function inOrder(names: readonly string[], list: string): readonly string[] {
  const places = new Map([...list.matchAll(/\]\(([\w-]+)\.md\)/g)].map(([, name = ''], place) => [name, place]));
  return names
    .filter((name) => name !== LIST)
    .toSorted((a, b) => (places.get(a) ?? places.size) - (places.get(b) ?? places.size));
}

/** File names without their extension, and texts. */
async function textsOf(folder: string, extension: string): Promise<ReadonlyMap<string, string>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(extension));
  return new Map(
    await Promise.all(
      files.map(async (file) => {
        return [file.slice(0, -extension.length), await readFile(path.join(folder, file), 'utf8')] as const;
      }),
    ),
  );
}

/** By their address below the guides: `snippets/send/curl.sh`. */
async function snippetsOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const texts = files.map(async (file) => {
    const address = ['snippets', ...path.relative(folder, file).split(path.sep)].join('/');
    return [address, await readFile(file, 'utf8')] as const;
  });
  return new Map(await Promise.all(texts));
}
