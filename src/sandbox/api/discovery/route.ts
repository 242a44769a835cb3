import { ok, type Result } from '../../../model/result.ts'
import type { ObjectStore, StatusError } from '../../store/object-store.ts'
import { type Answer, json, methodNotAllowed, noSuchPath } from '../answer.ts'
import type { ApiRequest } from '../request.ts'
import { aggregated, coreVersions, groupList, groupNamed, resourceList } from './discovery.ts'
import { openApiIndex, openApiOf, openApiV2 } from './open-api.ts'
import { encodeOpenApi, openApiProtobufType } from './open-api-protobuf.ts'
import { serverVersion } from './server-version.ts'

/** Answers what is asked about the API itself; undefined: it is about objects. */
export function answerDiscovery(
  { kinds }: ObjectStore,
  request: ApiRequest,
): Result<Answer, StatusError> | undefined {
  const body = bodyOf(request)
  if (body === undefined) return undefined
  if (request.method !== 'GET') return methodNotAllowed()
  return body

  function bodyOf({ path, accept }: ApiRequest): Result<Answer, StatusError> | undefined {
    if (/^\/(?:healthz|livez|readyz)(?:\/|$)/.test(path)) return ok({ code: 200, body: 'ok' })
    const [, root, group, version] = /^\/(apis?)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path) ?? []
    if (root === 'api' || root === 'apis') return discover(root, group, version, accept)
    if (path === '/version') return json(serverVersion)
    if (path === '/openapi/v2') {
      const document = openApiV2(kinds)
      if (!accept.includes(openApiProtobufType)) return json(document)
      return ok({ code: 200, body: encodeOpenApi(document), contentType: 'application/octet-stream' })
    }
    if (path === '/openapi/v3') return json(openApiIndex(kinds))
    if (path.startsWith('/openapi/v3/')) {
      const document = openApiOf(kinds, path.slice('/openapi/v3/'.length))
      return document ? json(document) : noSuchPath
    }
    return path === '/'
      ? json({ paths: ['/api', '/apis', '/healthz', '/openapi/v3', '/version'] })
      : undefined
  }

  function discover(
    root: 'api' | 'apis',
    group: string | undefined,
    version: string | undefined,
    accept: string,
  ): Result<Answer, StatusError> | undefined {
    if (group === undefined) {
      const [, wanted] =
        /g=apidiscovery\.k8s\.io;v=(v2(?:beta1)?);as=APIGroupDiscoveryList/.exec(accept) ?? []
      if (!wanted) return json(root === 'api' ? coreVersions() : groupList(kinds))
      const contentType = `application/json;g=apidiscovery.k8s.io;v=${wanted};as=APIGroupDiscoveryList`
      return ok({ code: 200, body: aggregated(kinds, root, wanted), contentType })
    }
    if (root === 'api') {
      if (version !== undefined) return undefined
      return found(group === 'v1' ? resourceList(kinds, 'v1') : undefined)
    }
    return found(
      version === undefined ? groupNamed(kinds, group) : resourceList(kinds, `${group}/${version}`),
    )
  }
}

function found(body: object | undefined): Result<Answer, StatusError> {
  return body ? json(body) : noSuchPath
}
