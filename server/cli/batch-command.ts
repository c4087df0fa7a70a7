import { basename } from 'node:path';
import { type SendText, SmsApiError, type SmsClient } from '../../connectors/sdk/index.ts';
import { REFUSED, openResults } from './batch-results.ts';
import { type BatchLine, readBatchSheet } from './batch-sheet.ts';
import { clientOf, contentOf } from './client.ts';
import type { Arguments, Command } from './command.ts';
import { EXIT, SheetError, UsageError } from './exit-codes.ts';
import type { Output } from './output.ts';
import { textOptions } from './send-command.ts';

export const batchCommand: Command = {
  summary: 'a text for each line of a table: batch FILE.csv',
  options: ['from', 'type', 'topic', 'tag', 'body', 'template', 'results', 'dry-run'],
  help: `smsbridge batch <file.csv> [options]

Sends a text for each line of a table, up to 10,000 lines and a million characters. The first line names the columns: to; body, unless --body or
--template has the words; from, topic and client_ref where they differ; every other column is the variable of its name.

  --body TEXT               the same words for all, with {{name}} for the column name
  --template ID             the same for the words of a template
  --from --type --topic --tag   as in send, for all
  --results FILE            what became of each line; FILE.csv.results.csv when left out
  --dry-run                 previews each text: nothing is stored or sent

What was stopped goes on when it is run again: lines that were accepted are not sent again, also when others were mended
meanwhile. To send all again on purpose, name other results. The exit code is 10 when a line was refused; the results
say why.

Example: smsbridge batch customers.csv --body "Hello {{name}}, we are open again." --type promotional --dry-run`,
  run,
};

async function run(args: Arguments, out: Output): Promise<number> {
  const [file, ...rest] = args.positionals;
  if (file === undefined || rest.length > 0) throw new UsageError('batch takes one file: smsbridge batch texts.csv.');
  const { body, template, results = `${file}.results.csv` } = args.values;
  if (body !== undefined && template !== undefined) throw new UsageError('Either --body or --template has the words.');
  const shared: Partial<SendText> = {
    ...textOptions(args.values),
    ...(body === undefined ? {} : { body }),
    ...(template === undefined ? {} : { template_id: template }),
  };
  const sheet = readBatchSheet(contentOf(file), shared, basename(results));
  if (!sheet.ok) throw new SheetError(file, sheet.faults);
  const { sms } = clientOf(args);
  if (args.values['dry-run']) return preview(sms, file, sheet.lines, out);
  return send(sms, sheet.lines, results, out);
}

type Sms = SmsClient['sms'];

/** So many requests at once keep the server busy and leave room for others. */
const AT_ONCE = 16;

async function send(sms: Sms, all: readonly BatchLine[], file: string, out: Output): Promise<number> {
  const results = openResults(file);
  const lines = all.filter(({ key }) => !results.done.has(key));
  const counts = { accepted: 0, refused: 0, segments: 0 };
  const sendOne = async ({ line, text, key }: BatchLine) => {
    const answer = await refusable(sms.send(text, { idempotencyKey: key }));
    if (answer.ok) {
      const { status, message_id, segments } = answer.value;
      counts.accepted += 1;
      counts.segments += segments;
      results.add({ line, to: text.to, key, status, message_id, error: '' });
    } else {
      const { code, detail } = answer.error;
      counts.refused += 1;
      results.add({ line, to: text.to, key, status: REFUSED, message_id: '', error: `${code}: ${detail}` });
    }
  };
  await forEach(lines, sendOne, (done) => out.progress(done, lines.length));
  const skipped = all.length - lines.length;
  out.say(`${counts.accepted} accepted, ${counts.refused} refused, ${skipped} accepted before: ${file}`);
  out.result({ ...counts, accepted_before: skipped, results: file });
  return counts.refused === 0 ? EXIT.ok : EXIT.fix;
}

async function preview(sms: Sms, file: string, lines: readonly BatchLine[], out: Output): Promise<number> {
  let segments = 0;
  const refused: { line: number; code: string; detail: string }[] = [];
  const previewOne = async ({ line, text }: BatchLine) => {
    const answer = await refusable(sms.preview(text));
    if (!answer.ok) refused.push({ line, code: answer.error.code, detail: answer.error.detail });
    else if (answer.value.verdict.allowed) segments += answer.value.segments;
    else {
      const { code, detail } = answer.value.verdict;
      refused.push({ line, code: code ?? 'UNKNOWN_ERROR', detail: detail ?? '' });
    }
  };
  await forEach(lines, previewOne, (done) => out.progress(done, lines.length));
  refused.sort((a, b) => a.line - b.line);
  for (const { line, code, detail } of refused) out.say(`${file}, line ${line}: ${code}: ${detail}`);
  const allowed = lines.length - refused.length;
  out.say(`${allowed} of ${lines.length} would be accepted, ${segments} segments. Nothing was sent.`);
  out.result({ lines: lines.length, allowed, segments, refused });
  return refused.length === 0 ? EXIT.ok : EXIT.fix;
}

/** What is wrong about one text is its result; what would be wrong about every text ends the run. */
async function refusable<Value>(
  answer: Promise<Value>,
): Promise<{ readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: SmsApiError }> {
  try {
    return { ok: true, value: await answer };
  } catch (error) {
    if (!(error instanceof SmsApiError) || error.retryable || OF_ALL.has(error.code)) throw error;
    return { ok: false, error };
  }
}

const OF_ALL: ReadonlySet<string> = new Set([
  'AUTH_FAILED',
  'FORBIDDEN',
  'NOT_FOUND',
  'NO_CARRIER',
  'INSUFFICIENT_BALANCE',
  'INVALID_ANSWER',
]);

/** The first failure stops the others before their next line. */
async function forEach<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
  onDone: (done: number) => void,
): Promise<void> {
  const rest = items.values();
  let done = 0;
  let isStopped = false;
  const worker = async () => {
    for (const item of rest) {
      if (isStopped) return;
      await work(item).catch((error: unknown) => {
        isStopped = true;
        throw error;
      });
      onDone((done += 1));
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}
