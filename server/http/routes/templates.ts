import type { StoredTemplate, Template } from '../../messages/templates.ts';
import { parseTemplate, TEMPLATE_FAULTS, templateVariables } from '../../rules/template.ts';
import { templateBody, templatePreviewBody, templateQuery } from '../contract-templates.ts';
import { fillRequest } from '../fill-text.ts';
import type { Call, KeyHandlers } from '../handlers.ts';
import { answerList } from '../list.ts';
import { parse, type Parsed } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { type Fault, invalid, notFound } from '../problem.ts';
import { parseSendRequest } from '../send-request.ts';
import { answerPreview } from './preview.ts';

type Operations =
  | 'listTemplates'
  | 'createTemplate'
  | 'getTemplate'
  | 'updateTemplate'
  | 'deleteTemplate'
  | 'previewTemplate';

export function templateRoutesOf(ports: Ports): Pick<KeyHandlers, Operations> {
  const { templates, cursorKey } = ports;
  const find = async (call: Call) => {
    const id = idOf(call);
    return id === null ? null : templates.find(call.key.mode, id);
  };
  return {
    listTemplates({ key, query }) {
      const parsed = parse(templateQuery, { ...query });
      if (!parsed.ok) return parsed;
      return answerList<Template>({
        cursorKey,
        path: '/v1/templates',
        mode: key.mode,
        filters: {},
        limit: parsed.value.limit,
        cursor: parsed.value.cursor,
        read: (place, size) => templates.list(key.mode, behind(place), size + 1),
        placeOf: ({ created_at, id }) => [created_at.toISOString(), id],
        view: templateView,
      });
    },
    async createTemplate({ key, json }) {
      const parsed = templateOf(json);
      if (!parsed.ok) return parsed;
      const stored = await templates.add(key.mode, parsed.value);
      return stored.ok ? { status: 201, body: templateView(stored.template) } : { fault: faultOf(stored.reason) };
    },
    async getTemplate(call) {
      const template = await find(call);
      if (!template) return { fault: notFound };
      const versions = (await templates.versions(template.id)).map((version) => {
        return { ...version, created_at: version.created_at.toISOString() };
      });
      return { status: 200, body: { ...templateView(template), versions } };
    },
    async updateTemplate(call) {
      const parsed = templateOf(call.json);
      if (!parsed.ok) return parsed;
      const id = idOf(call);
      const stored = id === null ? null : await templates.change(call.key.mode, id, parsed.value);
      if (!stored) return { fault: notFound };
      return stored.ok ? { status: 200, body: templateView(stored.template) } : { fault: faultOf(stored.reason) };
    },
    async deleteTemplate(call) {
      const id = idOf(call);
      const isKnown = id !== null && (await templates.remove(call.key.mode, id));
      return isKnown ? { status: 204 } : { fault: notFound };
    },
    async previewTemplate(call) {
      const parsed = parse(templatePreviewBody, call.json);
      if (!parsed.ok) return parsed;
      const template = await find(call);
      if (!template) return { fault: notFound };
      const request = parseSendRequest({ variables: {}, ...parsed.value, template_id: template.id }, true);
      const filled = request.ok ? await fillRequest(ports, call.key.mode, request.value) : request;
      return filled.ok ? answerPreview(ports, call, filled.value) : filled;
    },
  };
}

/** What is no id is nobody's; asking PostgreSQL for it may be an error. */
function idOf({ params }: Call): string | null {
  const id = params['template_id'] ?? '';
  return /^tpl_[0-9a-f]{16}$/.test(id) ? id : null;
}

function behind(place: readonly string[] | null): readonly [Date, string] | null {
  const [at, id] = place ?? [];
  return at === undefined || id === undefined ? null : [new Date(at), id];
}

/** A template that cannot be read would only be found out when it is used. */
function templateOf(json: unknown): Parsed<{ readonly name: string; readonly body: string }> {
  const parsed = parse(templateBody, json);
  if (!parsed.ok) return parsed;
  const read = parseTemplate(parsed.value.body);
  return read.ok ? parsed : { ok: false, fault: invalid('body', TEMPLATE_FAULTS[read.fault]) };
}

function faultOf(reason: Extract<StoredTemplate, { ok: false }>['reason']): Fault {
  if (reason === 'name_taken') return invalid('name', 'belongs to another template');
  return invalid('name', 'cannot be added: delete a template that is no longer needed first');
}

function templateView({ id, mode, name, version, body, created_at, updated_at }: Template) {
  const parsed = parseTemplate(body);
  return {
    id,
    object: 'template',
    mode,
    name,
    version,
    body,
    variables: parsed.ok ? templateVariables(parsed.pieces) : [],
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
  };
}
