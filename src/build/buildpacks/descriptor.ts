import { parse, type TomlTable, type TomlValue } from 'smol-toml'

/** What a project descriptor (`project.toml`) says of the files that a build reads. */
export interface Descriptor {
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  /** Buildpacks on this machine, relative to the descriptor's folder. */
  readonly buildpacks: readonly string[]
}

/**
 * Reads a descriptor of schema 0.2, or of 0.1, which has no `schema-version`
 * (https://buildpacks.io/docs/reference/config/project-descriptor/). One that is broken is for `pack` to complain of.
 */
export function parseDescriptor(text: string): Descriptor {
  const root = parseText(text)
  const isNewer = tableAt(root, '_')['schema-version'] !== undefined
  const build = isNewer ? tableAt(tableAt(root, 'io'), 'buildpacks') : tableAt(root, 'build')
  const groups = isNewer
    ? [build.group, tableAt(build, 'pre').group, tableAt(build, 'post').group]
    : [build.buildpacks]
  return {
    include: textsOf(build.include),
    exclude: textsOf(build.exclude),
    buildpacks: groups.flatMap(localBuildpacks),
  }
}

function parseText(text: string): TomlTable {
  try {
    return parse(text)
  } catch {
    return {}
  }
}

function localBuildpacks(group: TomlValue | undefined): readonly string[] {
  if (!Array.isArray(group)) return []
  return group.flatMap(entry => {
    const { uri } = isTable(entry) ? entry : {}
    // Anything else is fetched: `https://…`, `docker://…`, `urn:cnb:…`.
    return typeof uri === 'string' && !/^[a-z]+:/.test(uri) ? [uri] : []
  })
}

function tableAt(table: TomlTable, key: string): TomlTable {
  const value = table[key]
  return isTable(value) ? value : {}
}

function textsOf(value: TomlValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter(entry => typeof entry === 'string') : []
}

function isTable(value: TomlValue | undefined): value is TomlTable {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date)
}
