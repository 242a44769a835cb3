import path from 'node:path'
import { readIfThere } from '../../util/files.ts'
import type { JvmProject } from './project.ts'

/*
 * Gradle's build files are programs, so what can be read from them without running Gradle is what people write as text:
 * `project(':lib')`, the accessors `projects.lib`, `include`, `includeBuild`, `apply from`. A file that is missed here is not
 * watched; one that is named here without need costs a build that changes nothing.
 */

/**
 * Reads what the image of a module is made from.
 *
 * @param context the folder of the wrapper and of the settings, absolute.
 * @param module the module's path in Gradle's form (`:services:web`); `:` is the root project.
 */
export async function readGradleProject(context: string, module: string): Promise<JvmProject> {
  const settings = await readScripts(context, 'settings.gradle')
  const layout = layoutOf(context, settings)
  const texts = new Map<string, string>()
  const waiting = [':', module]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (texts.has(next)) continue
    const text = await readScripts(layout.folderOf(next), 'build.gradle')
    texts.set(next, text)
    waiting.push(...dependenciesIn(text, layout.modules))
  }
  const folders = [...texts.keys()].map(layout.folderOf)
  // The root project's own sources are part of the image only where it is the module itself, or depended on.
  const used = [...texts.keys()].filter(name => name !== ':' || module === ':' || isNamed(name, texts))
  return {
    module: layout.folderOf(module),
    buildFiles: [
      ...scriptNames('settings.gradle').map(name => path.join(context, name)),
      path.join(context, 'gradle'),
      ...folders.flatMap(folder => [
        ...scriptNames('build.gradle').map(name => path.join(folder, name)),
        path.join(folder, 'gradle.properties'),
      ]),
      ...[...texts].flatMap(([name, text]) => appliedScripts(text, layout.folderOf(name), context)),
      ...appliedScripts(settings, context, context),
    ],
    sources: used.map(name => path.join(layout.folderOf(name), 'src')),
    pluginBuilds: [
      path.join(context, 'buildSrc'),
      ...matches(settings, /\bincludeBuild\b[\s(]*['"]([^'"]+)['"]/g).map(name =>
        path.resolve(context, name),
      ),
    ],
    text: [texts.get(module), texts.get(':')].join('\n'),
  }
}

interface Layout {
  /** The paths of all modules that the settings name. */
  readonly modules: readonly string[]
  folderOf(module: string): string
}

function layoutOf(context: string, settings: string): Layout {
  const included = [...settings.matchAll(/\binclude\b[\s(]*((?:['"][^'"]+['"][\s,)]*)+)/g)]
  const modules = included.flatMap(([, list = '']) => matches(list, /['"]([^'"]+)['"]/g)).map(gradlePath)
  const moved = new Map(
    [
      ...settings.matchAll(/\bproject\(\s*['"]([^'"]+)['"]\s*\)\.projectDir\s*=[^'"\n]*['"]([^'"]+)['"]/g),
    ].map(
      ([, name = '', folder = '']) => [gradlePath(name), path.resolve(context, withoutRoot(folder))] as const,
    ),
  )
  return {
    modules,
    folderOf: module => moved.get(module) ?? path.join(context, ...module.split(':').filter(Boolean)),
  }
}

/** A module's path in Gradle's form, from the forms that people write: `web`, `:web`, `services/web`. */
export function gradlePath(module: string): string {
  return `:${module.split(/[:/]/).filter(Boolean).join(':')}`
}

function dependenciesIn(text: string, modules: readonly string[]): readonly string[] {
  const named = matches(text, /\bproject\(\s*(?:path\s*[:=]\s*)?['"](:[^'"]*)['"]/g).map(gradlePath)
  const accessors = matches(text, /\bprojects\.([\w.]+)/g)
  return [
    ...named,
    ...modules.filter(module => accessors.some(accessor => isOrGoesOn(accessor, accessorOf(module)))),
  ]
}

/** The accessor may be followed by a member: `projects.lib.dependencyProject`. */
function isOrGoesOn(accessor: string, module: string): boolean {
  return accessor === module || accessor.startsWith(`${module}.`)
}

/** `:my-lib:core` is `projects.myLib.core`. */
function accessorOf(module: string): string {
  return module
    .slice(1)
    .replaceAll(':', '.')
    .replace(/[-_](\w)/g, (_, letter: string) => letter.toUpperCase())
}

function isNamed(module: string, texts: ReadonlyMap<string, string>): boolean {
  return [...texts.values()].some(text => dependenciesIn(text, []).includes(module))
}

/** Scripts that are read into this one: `apply from: 'gradle/java.gradle'`, `apply(from = "…")`. */
function appliedScripts(text: string, folder: string, context: string): readonly string[] {
  return matches(text, /\bfrom\s*[:=]\s*(?:file\()?["']([^"']+\.kts|[^"']+\.gradle)["']/g)
    .filter(name => !/^https?:/.test(name))
    .map(name => (hasRoot(name) ? path.join(context, withoutRoot(name)) : path.resolve(folder, name)))
}

const rootPrefix = /^\$\{?(?:rootDir|rootProject\.(?:projectDir|rootDir)|settingsDir)\}?\//

function hasRoot(name: string): boolean {
  return rootPrefix.test(name)
}

function withoutRoot(name: string): string {
  return name.replace(rootPrefix, '')
}

function scriptNames(name: string): readonly string[] {
  return [name, `${name}.kts`]
}

async function readScripts(folder: string, name: string): Promise<string> {
  const texts = await Promise.all(scriptNames(name).map(one => readIfThere(path.join(folder, one))))
  return withoutComments(texts.map(text => text ?? '').join('\n'))
}

// Only behind a space: the `//` of a URL and the stars of a glob begin no comment.
function withoutComments(text: string): string {
  return text.replace(/(^|\s)\/\*[\s\S]*?\*\//g, '$1').replace(/(^|\s)\/\/.*$/gm, '$1')
}

function matches(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].flatMap(([, group]) => (group === undefined ? [] : [group]))
}
