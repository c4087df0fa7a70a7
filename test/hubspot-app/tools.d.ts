/** HubSpot's own tools, as far as these tests use them; `npm run check:hubspot` installs them. */
declare module '@hubspot/local-dev-lib/http' {
  export const http: object;
}
declare module '@hubspot/project-parsing-lib/projects.js' {
  export function parseProjectConfig(folder: string): { name: string; srcDir: string; platformVersion: string };
}
declare module '@hubspot/project-parsing-lib/translate.js' {
  export function translate(
    context: { projectSourceDir: string; platformVersion: string; accountId: number },
    options: { profile: string },
  ): Promise<unknown>;
  export function isTranslationError(error: unknown): error is Error;
}
