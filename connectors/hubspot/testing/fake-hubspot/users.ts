import type { Called, Caller, Tampering } from './webhooks.ts';

/** What people in HubSpot do, as the app sees it. */
export function openUsers(caller: Caller, appId: number) {
  return {
    /** An administrator opens the install page of the app, agrees for an account, and comes back; what they see then. */
    async install(portalId: number): Promise<Called> {
      const visit = (url: string, cookie = '') => fetch(url, { headers: { Cookie: cookie }, redirect: 'manual' });
      const begun = await visit(`${caller.origin()}/connectors/hubspot/install`);
      const page = begun.headers.get('location');
      if (page === null) return seen(begun);
      const agreed = await visit(`${page}&portal=${portalId}`);
      const back = agreed.headers.get('location');
      if (back === null) return seen(agreed);
      const { pathname, search } = new URL(back);
      const [cookie] = (begun.headers.get('set-cookie') ?? '').split(';');
      return seen(await visit(caller.origin() + pathname + search, cookie));
    },
    /** What `hubspot.fetch` of a card does: signed, with who acts in the signed query. */
    cardFetch(
      portalId: number,
      user: { readonly id: number; readonly email: string },
      method: string,
      path: string,
      body?: object,
      tampering: Tampering = {},
    ): Promise<Called> {
      const query = new URLSearchParams({
        userId: String(user.id),
        portalId: String(portalId),
        userEmail: user.email,
        appId: String(appId),
      });
      const address = `${path}${path.includes('?') ? '&' : '?'}${query.toString()}`;
      return caller.call(method, address, body === undefined ? '' : JSON.stringify(body), tampering);
    },
  };
}

const seen = async (page: Response): Promise<Called> => ({ status: page.status, text: await page.text() });
