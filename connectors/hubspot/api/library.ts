import * as associationsApi from '@hubspot/api-client/lib/codegen/crm/associations/v4/index.js';
import * as objectsApi from '@hubspot/api-client/lib/codegen/crm/objects/index.js';
import * as pipelinesApi from '@hubspot/api-client/lib/codegen/crm/pipelines/index.js';
import * as propertiesApi from '@hubspot/api-client/lib/codegen/crm/properties/index.js';
import { datedPath } from './rewrite.ts';
import type { Transport } from './transport.ts';

/**
 * The typed requests of HubSpot's own library, and nothing else of it: the calls go through our transport, because the
 * library's own has no deadline, shares its limits between accounts, and puts whole answers into its errors. A fresh set
 * for each call: an api keeps the account that it was made for.
 */
export function createApis(transport: Transport, portalId: number) {
  const send = async (request: Requested) => {
    const { pathname, search } = new URL(request.getUrl());
    const body = request.getBody();
    if (body !== undefined && typeof body !== 'string') throw new Error('Only JSON is sent to HubSpot.');
    const { status, text } = await transport.sendFor(portalId, {
      method: request.getHttpMethod(),
      path: datedPath(pathname) + search,
      headers: request.getHeaders(),
      ...(body === undefined ? {} : { body }),
    });
    return [
      status,
      { 'content-type': 'application/json' },
      { text: () => Promise.resolve(text), binary: () => Promise.resolve(Buffer.from(text)) },
    ] as const;
  };
  const objects = objectsApi.createConfiguration({
    httpApi: objectsApi.wrapHttpLibrary({
      send: async (request) => new objectsApi.ResponseContext(...(await send(request))),
    }),
  });
  const associations = associationsApi.createConfiguration({
    httpApi: associationsApi.wrapHttpLibrary({
      send: async (request) => new associationsApi.ResponseContext(...(await send(request))),
    }),
  });
  const pipelines = pipelinesApi.createConfiguration({
    httpApi: pipelinesApi.wrapHttpLibrary({
      send: async (request) => new pipelinesApi.ResponseContext(...(await send(request))),
    }),
  });
  const properties = propertiesApi.createConfiguration({
    httpApi: propertiesApi.wrapHttpLibrary({
      send: async (request) => new propertiesApi.ResponseContext(...(await send(request))),
    }),
  });
  return {
    objects: {
      basic: new objectsApi.BasicApi(objects),
      batch: new objectsApi.BatchApi(objects),
      search: new objectsApi.SearchApi(objects),
    },
    associations: { batch: new associationsApi.BatchApi(associations) },
    pipelines: new pipelinesApi.PipelinesApi(pipelines),
    properties: new propertiesApi.CoreApi(properties),
    propertyGroups: new propertiesApi.GroupsApi(properties),
  };
}

/** Associations that every account has. */
export const HUBSPOT_DEFINED = objectsApi.AssociationSpecAssociationCategoryEnum.HubspotDefined;

export type Apis = ReturnType<typeof createApis>;

/** Of each part of the library the same, as a type of its own. */
interface Requested {
  getUrl(): string;
  getHttpMethod(): string;
  getHeaders(): Record<string, string>;
  getBody(): unknown;
}
