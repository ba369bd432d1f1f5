import { BatchApiRequestFactory as AssociationsApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/associations/v4/apis/BatchApi.js'
import * as associations from '@hubspot/api-client/lib/codegen/crm/associations/v4/index.js'
import { BasicApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/objects/apis/BasicApi.js'
import { BatchApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/objects/apis/BatchApi.js'
import { SearchApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/objects/apis/SearchApi.js'
import * as objects from '@hubspot/api-client/lib/codegen/crm/objects/index.js'
import { OwnersApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/owners/apis/OwnersApi.js'
import * as owners from '@hubspot/api-client/lib/codegen/crm/owners/index.js'
import { PipelinesApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/pipelines/apis/PipelinesApi.js'
import * as pipelines from '@hubspot/api-client/lib/codegen/crm/pipelines/index.js'
import { CoreApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/properties/apis/CoreApi.js'
import { GroupsApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/properties/apis/GroupsApi.js'
import * as properties from '@hubspot/api-client/lib/codegen/crm/properties/index.js'
import type { Config } from './config.ts'
import type { Wire } from './transport.ts'

const ACCOUNT_PATH = '/account-info/v3/details'
const TOKEN_PATH = '/oauth/v2/private-apps/get/access-token-info'

/**
 * What makes requests without sending them: the SDK's factories, and paths that it has no method for. Beside
 * `client.ts` the only file that knows the API's paths.
 */
export function requestFactories(config: Config) {
  const baseUrl = config.base_url.replace(/\/+$/, '')
  const authMethods = { oauth2: { accessToken: config.token } }
  const plain = async (method: string, path: string, body?: unknown): Promise<SdkRequest> => ({
    getHttpMethod: () => method,
    getUrl: () => baseUrl + path,
    getHeaders: () => ({ 'Content-Type': 'application/json', Authorization: `Bearer ${config.token}` }),
    getBody: () => (body === undefined ? undefined : JSON.stringify(body)),
  })
  const forObjects = objects.createConfiguration({
    baseServer: new objects.ServerConfiguration(baseUrl, {}),
    authMethods,
  })
  const forProperties = properties.createConfiguration({
    baseServer: new properties.ServerConfiguration(baseUrl, {}),
    authMethods,
  })
  const forOwners = owners.createConfiguration({
    baseServer: new owners.ServerConfiguration(baseUrl, {}),
    authMethods,
  })
  const forPipelines = pipelines.createConfiguration({
    baseServer: new pipelines.ServerConfiguration(baseUrl, {}),
    authMethods,
  })
  const forAssociations = associations.createConfiguration({
    baseServer: new associations.ServerConfiguration(baseUrl, {}),
    authMethods,
  })
  return {
    basic: new BasicApiRequestFactory(forObjects),
    batch: new BatchApiRequestFactory(forObjects),
    search: new SearchApiRequestFactory(forObjects),
    core: new CoreApiRequestFactory(forProperties),
    groups: new GroupsApiRequestFactory(forProperties),
    owners: new OwnersApiRequestFactory(forOwners),
    pipelines: new PipelinesApiRequestFactory(forPipelines),
    associations: new AssociationsApiRequestFactory(forAssociations),
    account: () => plain('GET', ACCOUNT_PATH),
    scopes: () => plain('POST', TOKEN_PATH, { tokenKey: config.token }),
    /** The types of association that a portal knows from one object to another. */
    labels: (from: string, to: string) => plain('GET', `/crm/v4/associations/${from}/${to}/labels`),
  }
}

/** What the SDK's modules agree on: their own types of a request are one for each module. */
export interface SdkRequest {
  getHttpMethod(): string
  getUrl(): string
  getHeaders(): Readonly<Record<string, string>>
  getBody(): unknown
}

export function wireOf(request: SdkRequest): Wire {
  const body = request.getBody()
  return {
    method: request.getHttpMethod(),
    url: request.getUrl(),
    headers: { ...request.getHeaders(), Accept: 'application/json', 'User-Agent': 'oql-sync' },
    ...(typeof body === 'string' ? { body } : {}),
  }
}
