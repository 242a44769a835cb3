import path from 'node:path'
import { gradlePath } from '../../build/jvm/gradle-project.ts'
import type { Recipe } from './draft.ts'
import { type Maker, namesOf } from './maker.ts'
import type { Survey } from './survey.ts'
import { readWritten } from './text-file.ts'

/** Finds the modules of Gradle and Maven whose build makes an image, with Jib's plugin or with Spring Boot's. */
export async function jvmMakers({ root, files }: Survey): Promise<readonly Maker[]> {
  const makers: Maker[] = []
  const texts = new Map<string, string>()
  for (const file of files) {
    if (!/(?:^|\/)(?:build\.gradle|settings\.gradle)(?:\.kts)?$|(?:^|\/)pom\.xml$/.test(file)) continue
    texts.set(file, withoutComments((await readWritten(path.join(root, file))) ?? ''))
  }
  for (const [file, text] of texts) {
    const folder = path.posix.dirname(file)
    const isMaven = path.posix.basename(file) === 'pom.xml'
    const builder = isMaven ? mavenBuilder(text) : gradleBuilder(file, text)
    if (!builder) continue
    const options = isMaven ? mavenPlace(folder, texts) : gradlePlace(folder, texts)
    makers.push({ file, folder, names: namesOf(root, folder), recipe: { builder, options } })
  }
  return makers
}

function gradleBuilder(file: string, text: string): Recipe['builder'] | undefined {
  if (path.posix.basename(file).startsWith('settings.')) return undefined
  // A root project names the versions of plugins that only its modules apply.
  const applied = text
    .split('\n')
    .filter(line => !/\bapply\s*\(?\s*false\b/.test(line))
    .join('\n')
  if (/com\.google\.cloud\.tools\.jib|\bplugins\.jib\b/.test(applied)) return 'jib'
  return /org\.springframework\.boot['"]|\bplugins\.spring\.?boot\b/i.test(applied) ? 'gradle' : undefined
}

function mavenBuilder(text: string): Recipe['builder'] | undefined {
  if (/<packaging>\s*pom\s*<\/packaging>/.test(text)) return undefined
  if (/<artifactId>\s*jib-maven-plugin\s*</.test(text)) return 'jib'
  return /<artifactId>\s*spring-boot-maven-plugin\s*</.test(text) ? 'maven' : undefined
}

/** A module is built from the folder of the settings that include it. */
function gradlePlace(folder: string, texts: ReadonlyMap<string, string>): Recipe['options'] {
  for (const context of above(folder)) {
    const module = gradlePath(path.posix.relative(context, folder))
    const settings = ['settings.gradle', 'settings.gradle.kts'].map(name => texts.get(below(context, name)))
    const quoted = settings.join('\n').matchAll(/["']([^"']+)["']/g)
    if ([...quoted].some(([, text = '']) => gradlePath(text) === module)) {
      return { ...contextOption(context), module }
    }
  }
  return contextOption(folder)
}

/** The context is the outermost parent that leads to the module, by way of parents that are modules themselves. */
function mavenPlace(folder: string, texts: ReadonlyMap<string, string>): Recipe['options'] {
  let context = folder
  for (const parent of above(folder)) {
    const modules = (texts.get(below(parent, 'pom.xml')) ?? '').matchAll(/<module>\s*([^<]+?)\s*<\/module>/g)
    if ([...modules].some(([, module = '']) => below(parent, module) === context)) context = parent
  }
  if (context === folder) return contextOption(folder)
  return { ...contextOption(context), module: path.posix.relative(context, folder) }
}

function below(folder: string, name: string): string {
  return path.posix.join(folder, name).replace(/\/$/, '')
}

function contextOption(folder: string): { context?: string } {
  return folder === '.' ? {} : { context: folder }
}

/** The folders above, the nearest first. */
function above(folder: string): readonly string[] {
  if (folder === '.') return []
  const next = path.posix.dirname(folder)
  return [next, ...above(next)]
}

// Only behind a space: the `//` of a URL begins no comment.
function withoutComments(text: string): string {
  return text.replace(/<!--[\s\S]*?-->|(^|\s)\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '$1$2')
}
