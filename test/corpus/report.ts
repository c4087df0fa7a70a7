import { judge, type JudgedLine, optOuts, ordinary } from './corpus.ts';

/**
 * Prints how the opt-out classifier does on the corpus: precision and recall by language and by tier, for all lines
 * and for those that were held out. `node test/corpus/report.ts`; `--misses` lists what went wrong.
 */
const asked = judge(optOuts());
const replies = judge(ordinary());

const isOptOut = ({ intent }: JudgedLine) => intent?.type === 'opt_out';
const isReview = ({ intent }: JudgedLine) => intent?.type === 'review';
const isCaught = (line: JudgedLine) => isOptOut(line) || isReview(line);
const isNatural = ({ kind }: JudgedLine) => kind === 'natural';

const percent = (part: number, whole: number) => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);
const row = (cells: readonly (string | number)[]) =>
  console.log(cells.map((cell, index) => (index === 0 ? String(cell).padEnd(12) : String(cell).padStart(13))).join(''));

function summary(name: string, wanted: readonly JudgedLine[], others: readonly JudgedLine[]): void {
  const right = wanted.filter(isOptOut).length;
  const wrong = others.filter(isOptOut).length;
  const natural = wanted.filter(isNatural);
  row([
    name,
    wanted.length,
    others.length,
    percent(right, right + wrong),
    percent(right, wanted.length),
    percent(wanted.filter(isCaught).length, wanted.length),
    percent(natural.filter(isCaught).length, natural.length),
    percent(others.filter(isReview).length, others.length),
  ]);
}

const HEAD = ['opt-outs', 'ordinary', 'precision', 'recall', '+ review', 'natural +', 'false review'];

row(['', ...HEAD]);
summary('all', asked, replies);
summary('held out', asked.filter(heldOut), replies.filter(heldOut));
console.log();
row(['language', ...HEAD]);
for (const language of [...new Set(asked.map((line) => line.language))].toSorted()) {
  const spoken = (line: JudgedLine) => line.language === language;
  summary(language, asked.filter(spoken), replies.filter(spoken));
}
console.log();
row(['tier', 'right', 'wrong', 'precision', 'of opt-outs']);
for (const tier of ['exact', 'filler', 'clause', 'phrase', 'typo', 'emoji', 'review']) {
  const by = ({ intent }: JudgedLine) => intent?.tier === tier && intent.type !== 'help';
  const [right, wrong] = [asked.filter(by).length, replies.filter(by).length];
  row([tier, right, wrong, percent(right, right + wrong), percent(right, asked.length)]);
}
if (process.argv.includes('--misses')) {
  list(
    'Opt-outs that nobody would see',
    asked.filter((line) => !isCaught(line)),
  );
  list('Ordinary replies taken for an opt-out', replies.filter(isOptOut));
  list('Ordinary replies for a person to look at', replies.filter(isReview));
}

function heldOut({ isHeldOut }: JudgedLine): boolean {
  return isHeldOut;
}

function list(title: string, lines: readonly JudgedLine[]): void {
  console.log(`\n${title}: ${lines.length}`);
  for (const { language, text, intent } of lines) {
    console.log(`  ${language} ${JSON.stringify(text)} ${intent === null ? '' : `${intent.tier}: ${intent.matched}`}`);
  }
}
