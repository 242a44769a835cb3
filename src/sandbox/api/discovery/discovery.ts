import type { Kind, Kinds, KindVersion } from '../../schema/kind.ts'

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const podParts = [
  { name: 'attach', kind: 'PodAttachOptions', verbs: ['create', 'get'] },
  { name: 'eviction', kind: 'Eviction', verbs: ['create'], group: 'policy', version: 'v1' },
  { name: 'exec', kind: 'PodExecOptions', verbs: ['create', 'get'] },
  { name: 'log', kind: 'Pod', verbs: ['get'] },
  { name: 'portforward', kind: 'PodPortForwardOptions', verbs: ['create', 'get'] },
]

/** Kinds that are asked, and not kept. */
const reviews = [
  {
    name: 'selfsubjectaccessreviews',
    singularName: 'selfsubjectaccessreview',
    kind: 'SelfSubjectAccessReview',
  },
  { name: 'selfsubjectrulesreviews', singularName: 'selfsubjectrulesreview', kind: 'SelfSubjectRulesReview' },
]
export const reviewGroup = 'authorization.k8s.io'

/** `/api` */
export function coreVersions(): object {
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }
}

/** `/apis` */
export function groupList(kinds: Kinds): object {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupsOf(kinds).map(describeGroup) }
}

/** `/apis/apps`; undefined: there is no such group. */
export function groupNamed(kinds: Kinds, name: string): object | undefined {
  const group = groupsOf(kinds).find(one => one.name === name)
  return group && { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(group) }
}

/** `/api/v1`, `/apis/apps/v1`; undefined: there is no such version. */
export function resourceList(kinds: Kinds, groupVersion: string): object | undefined {
  const resources = kinds.all().flatMap(kind => {
    const version = kind.versions.find(one => one.apiVersion === groupVersion)
    return version ? resourcesOf(kind, version) : []
  })
  if (groupVersion === `${reviewGroup}/v1`) {
    resources.push(...reviews.map(review => ({ ...review, namespaced: false, verbs: ['create'] })))
  }
  if (resources.length === 0) return undefined
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources }
}

/** All groups, versions and kinds in one answer, as newer clients ask for at `/api` and `/apis`. */
export function aggregated(kinds: Kinds, root: 'api' | 'apis', version: string): object {
  const groups = root === 'api' ? [{ name: '', versions: ['v1'] }] : groupsOf(kinds)
  const items = groups.map(group => ({
    metadata: { name: group.name, creationTimestamp: null },
    versions: group.versions.map(name => ({
      version: name,
      resources: aggregatedResources(kinds, group.name, name),
      freshness: 'Current',
    })),
  }))
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items,
  }
}

interface Group {
  readonly name: string
  readonly versions: readonly string[]
}

function groupsOf(kinds: Kinds): Group[] {
  const groups = new Map<string, string[]>()
  for (const { group, versions } of kinds.all()) {
    if (group === '') continue
    const names = groups.get(group) ?? []
    groups.set(group, names)
    for (const { name } of versions) if (!names.includes(name)) names.push(name)
  }
  groups.set(reviewGroup, ['v1'])
  return [...groups].map(([name, versions]) => ({ name, versions }))
}

function describeGroup({ name, versions }: Group): object {
  const described = versions.map(version => ({ groupVersion: `${name}/${version}`, version }))
  return { name, versions: described, preferredVersion: described[0] }
}

function resourcesOf(kind: Kind, { hasStatus, scale }: KindVersion): object[] {
  const { plural, singular, isNamespaced: namespaced, shortNames, categories } = kind
  const part = (name: string) => ({ name: `${plural}/${name}`, singularName: '', namespaced })
  return [
    {
      name: plural,
      singularName: singular,
      namespaced,
      kind: kind.kind,
      verbs,
      ...(shortNames.length > 0 && { shortNames }),
      ...(categories.length > 0 && { categories }),
    },
    ...(hasStatus ? [{ ...part('status'), kind: kind.kind, verbs: ['get', 'patch', 'update'] }] : []),
    ...(scale
      ? [
          {
            ...part('scale'),
            group: 'autoscaling',
            version: 'v1',
            kind: 'Scale',
            verbs: ['get', 'patch', 'update'],
          },
        ]
      : []),
    ...(kind.resource === 'pods' ? podParts.map(one => ({ ...one, ...part(one.name) })) : []),
    ...(kind.resource === 'namespaces'
      ? [{ ...part('finalize'), kind: 'Namespace', verbs: ['update'] }]
      : []),
  ]
}

function aggregatedResources(kinds: Kinds, group: string, version: string): object[] {
  const responseKind = (kind: string) => ({ group, version, kind })
  if (group === reviewGroup) {
    return reviews.map(({ name, singularName, kind }) => ({
      resource: name,
      responseKind: responseKind(kind),
      scope: 'Cluster',
      singularResource: singularName,
      verbs: ['create'],
    }))
  }
  return kinds
    .all()
    .filter(kind => kind.group === group)
    .flatMap(kind => {
      const served = kind.versions.find(({ name }) => name === version)
      return served ? [{ kind, served }] : []
    })
    .map(({ kind, served }) => {
      const [, ...parts] = resourcesOf(kind, served) as { name: string; kind: string; verbs: string[] }[]
      return {
        resource: kind.plural,
        responseKind: responseKind(kind.kind),
        scope: kind.isNamespaced ? 'Namespaced' : 'Cluster',
        singularResource: kind.singular,
        verbs,
        ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
        ...(kind.categories.length > 0 && { categories: kind.categories }),
        subresources: parts.map(part => ({
          subresource: part.name.slice(kind.plural.length + 1),
          responseKind: {
            ...responseKind(part.kind),
            ...(part.kind === 'Scale' && { group: 'autoscaling', version: 'v1' }),
          },
          verbs: part.verbs,
        })),
      }
    })
}
