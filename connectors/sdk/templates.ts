import type {
  Template,
  CreateTemplateBody,
  GetTemplateAnswer,
  LintTemplateAnswer,
  LintTemplateBody,
  ListTemplatesAnswer,
  PreviewTemplateAnswer,
  PreviewTemplateBody,
} from './contract.ts';
import { type SendOptions, type Transport, all, at } from './transport.ts';

const templatePath = (id: string) => at`/v1/templates/${id}`;

export const templatesOf = (http: Transport) => ({
  /** The newest first. */
  list: (): Promise<readonly Template[]> => all(http.each<ListTemplatesAnswer>('/v1/templates')),
  /** With its versions. */
  get: (id: string): Promise<GetTemplateAnswer> => http.get(templatePath(id)),
  create: (template: CreateTemplateBody, options?: SendOptions): Promise<Template> =>
    http.once('/v1/templates', template, options),
  /** Another text is its next version. */
  update: (id: string, template: CreateTemplateBody): Promise<Template> => http.put(templatePath(id), template),
  remove: (id: string): Promise<void> => http.remove(templatePath(id)),
  /** What sending it would make of these variables. */
  preview: (id: string, text: PreviewTemplateBody): Promise<PreviewTemplateAnswer> =>
    http.post(`${templatePath(id)}/preview`, text),
  /** What is wrong about a wording, or likely to be filtered. */
  lint: (text: LintTemplateBody): Promise<LintTemplateAnswer['lint']> =>
    http.post<LintTemplateAnswer>('/v1/templates/lint', text).then(({ lint }) => lint),
});
