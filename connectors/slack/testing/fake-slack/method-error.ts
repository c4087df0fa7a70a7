/** A refusal with the name that Slack gives it. */
export class MethodError extends Error {
  readonly fields: Readonly<Record<string, unknown>>;
  constructor(name: string, fields: Readonly<Record<string, unknown>> = {}) {
    super(name);
    this.name = 'MethodError';
    this.fields = fields;
  }
}
