/** HubSpot's own page of a record. `objectTypeId`: 0-1 contact, 0-3 deal, 0-5 ticket ("Object type IDs"). */
export const recordLink = (
  { portalId, uiDomain }: { readonly portalId: number; readonly uiDomain: string | null },
  objectTypeId: string,
  id: string,
): string => `https://${uiDomain ?? 'app.hubspot.com'}/contacts/${portalId}/record/${objectTypeId}/${id}`;
