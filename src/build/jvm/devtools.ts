/**
 * Whether Spring's devtools are there to see classes that change, as far as build files say it. `not-in-image`: the project has
 * them, but its image leaves them out.
 */
export type Devtools = 'absent' | 'not-in-image' | 'in-image'

const named = /spring[-.]?boot[-.]?devtools/i

/**
 * Of an image that Spring's Gradle plugin makes: it leaves `developmentOnly` out, unless the task's classpath is given it
 * (Spring Boot's reference, "Including Development-only Dependencies").
 */
export function devtoolsInBootJar(text: string): Devtools {
  const configurations = [...text.matchAll(/^\s*["']?(\w+)["']?[\s(].*$/gm)]
    .filter(([line]) => named.test(line))
    .map(([, configuration]) => configuration)
  if (configurations.length === 0) return named.test(text) ? 'not-in-image' : 'absent'
  const isPackaged =
    configurations.some(name => name !== 'developmentOnly' && name !== 'testAndDevelopmentOnly') ||
    /\bclasspath\b[^\n]*developmentOnly/i.test(text)
  return isPackaged ? 'in-image' : 'not-in-image'
}

/** Of an image that Spring's Maven plugin makes: it leaves them out, unless `excludeDevtools` is set to false. */
export function devtoolsInRepackaged(text: string, args: readonly string[]): Devtools {
  if (!named.test(text)) return 'absent'
  const isPackaged =
    /<(?:spring-boot\.repackage\.)?excludeDevtools>\s*false\s*</.test(text) ||
    args.includes('-Dspring-boot.repackage.excludeDevtools=false')
  return isPackaged ? 'in-image' : 'not-in-image'
}

/**
 * Of an image of Jib's, which packs the whole runtime classpath, so devtools with it, unless its extension for Spring or the
 * configuration without them is named.
 */
export function devtoolsInJib(text: string): Devtools {
  if (!named.test(text)) return 'absent'
  return /jib-spring-boot-extension|JibSpringBootExtension|productionRuntimeClasspath/.test(text)
    ? 'not-in-image'
    : 'in-image'
}
