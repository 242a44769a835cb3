import path from 'node:path'
import { readIfThere } from '../../util/files.ts'
import type { JvmProject } from './project.ts'

/** A module of a Maven build, as its pom.xml says. */
interface Module {
  /** Absolute. */
  readonly pom: string
  readonly text: string
  readonly artifactId: string
}

/**
 * Reads what the image of a module is made from. Properties are not filled in: names of modules and artifacts hardly ever have any.
 *
 * @param context the folder of the wrapper and of the outermost pom.xml, absolute.
 * @param module as `-pl` takes it: a folder relative to the context, `:artifact` or `group:artifact`. Without one it is the
 *   context's own.
 */
export async function readMavenProject(context: string, module: string | undefined): Promise<JvmProject> {
  const modules = await readModules(path.join(context, 'pom.xml'))
  const wanted = module === undefined ? modules[0] : findModule(modules, context, module)
  const folder = wanted ? path.dirname(wanted.pom) : path.resolve(context, module ?? '.')
  // Without a module, Maven builds them all.
  const used = module === undefined ? modules : wanted ? withDependencies(wanted, modules) : []
  const parents = wanted ? await readParents(wanted) : []
  return {
    module: folder,
    buildFiles: [
      path.join(context, 'pom.xml'),
      path.join(context, '.mvn'),
      path.join(folder, 'pom.xml'),
      ...used.map(({ pom }) => pom),
      ...parents.map(({ pom }) => pom),
    ],
    sources: [...new Set([folder, ...used.map(({ pom }) => path.dirname(pom))])].map(one =>
      path.join(one, 'src'),
    ),
    pluginBuilds: [],
    text: [wanted, ...parents].map(one => one?.text ?? '').join('\n'),
  }
}

/** The module of a POM and those below it, the outermost first. */
async function readModules(pom: string, seen = new Set<string>()): Promise<readonly Module[]> {
  if (seen.has(pom)) return []
  seen.add(pom)
  const own = await readPom(pom)
  if (!own) return []
  const below = await Promise.all(
    elements(own.text, 'module').map(name => {
      const place = path.resolve(path.dirname(pom), name)
      return readModules(place.endsWith('.xml') ? place : path.join(place, 'pom.xml'), seen)
    }),
  )
  return [own, ...below.flat()]
}

async function readPom(pom: string): Promise<Module | undefined> {
  const text = await readIfThere(pom)
  if (text === undefined) return undefined
  const plain = text.replace(/<!--[\s\S]*?-->/g, '')
  // The parent's identity comes before the module's own.
  const [artifactId = ''] = elements(plain.replace(/<parent>[\s\S]*?<\/parent>/g, ''), 'artifactId')
  return { pom, text: plain, artifactId }
}

function findModule(modules: readonly Module[], context: string, module: string): Module | undefined {
  const colon = module.lastIndexOf(':')
  if (colon >= 0) return modules.find(({ artifactId }) => artifactId === module.slice(colon + 1))
  return modules.find(({ pom }) => path.dirname(pom) === path.resolve(context, module))
}

/** The module and all modules of the build that it depends on, directly or not. */
function withDependencies(module: Module, modules: readonly Module[]): readonly Module[] {
  const used = new Set([module])
  // A set gives what is added while it is gone through, too.
  for (const { text } of used) {
    const names = elements(text, 'dependency').flatMap(one => elements(one, 'artifactId'))
    for (const other of modules) if (names.includes(other.artifactId)) used.add(other)
  }
  return [...used]
}

/** The POMs that a module inherits from, as far as they are files: `relativePath` is `../pom.xml` where it is not written. */
async function readParents(module: Module): Promise<readonly Module[]> {
  const parents: Module[] = []
  for (let current: Module | undefined = module; current && !parents.includes(current); ) {
    const [said] = elements(current.text, 'parent')
    const relative = said === undefined ? undefined : (elements(said, 'relativePath')[0] ?? '../pom.xml')
    if (relative === undefined) break
    const place = path.resolve(path.dirname(current.pom), relative)
    current = await readPom(place.endsWith('.xml') ? place : path.join(place, 'pom.xml'))
    if (!current || parents.some(({ pom }) => pom === current?.pom)) break
    parents.push(current)
  }
  return parents
}

/** The contents of all elements of a name. */
function elements(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'g'))].map(([, text = '']) =>
    text.trim(),
  )
}
