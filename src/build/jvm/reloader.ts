/**
 * Whether something in the container sees that classes changed, and loads them, as far as build files say it. `left-out`: the
 * project has Spring's devtools, but its image does not.
 */
export type Reloader = 'none' | 'left-out' | 'in-image'

const devtools = /spring[-.]?boot[-.]?devtools/i

/**
 * Of an image that Spring's Gradle plugin makes: it leaves `developmentOnly` out, unless the task's classpath is given it
 * (Spring Boot's reference, "Including Development-only Dependencies").
 *
 * @param args what is added to the tool's command line
 */
export function reloaderInBootImage(text: string, args: readonly string[]): Reloader {
  if (hasWatcher(text, args)) return 'in-image'
  if (!devtools.test(text)) return 'none'
  const configurations = [...text.matchAll(/^\s*["']?(\w+)["']?[\s(].*$/gm)]
    .filter(([line]) => devtools.test(line))
    .map(([, configuration]) => configuration)
  const isPackaged =
    configurations.some(name => name !== 'developmentOnly' && name !== 'testAndDevelopmentOnly') ||
    /\bclasspath\b[^\n]*developmentOnly/i.test(text)
  return isPackaged ? 'in-image' : 'left-out'
}

/** Of an image that Spring's Maven plugin makes: it leaves devtools out, unless `excludeDevtools` is set to false. */
export function reloaderInMavenImage(text: string, args: readonly string[]): Reloader {
  if (hasWatcher(text, args)) return 'in-image'
  if (!devtools.test(text)) return 'none'
  const isPackaged =
    /<(?:spring-boot\.repackage\.)?excludeDevtools>\s*false\s*</.test(text) ||
    args.includes('-Dspring-boot.repackage.excludeDevtools=false')
  return isPackaged ? 'in-image' : 'left-out'
}

/**
 * Of an image of Jib's, which packs the whole runtime classpath, so devtools with it, unless its extension for Spring or the
 * configuration without them is named.
 */
export function reloaderInJibImage(text: string): Reloader {
  if (!devtools.test(text)) return 'none'
  return /jib-spring-boot-extension|JibSpringBootExtension|productionRuntimeClasspath/.test(text)
    ? 'left-out'
    : 'in-image'
}

/** With this variable, Paketo's buildpacks let the container write its classes, and start the process again when they change. */
function hasWatcher(text: string, args: readonly string[]): boolean {
  return [text, ...args].some(one => /\bBP_LIVE_RELOAD_ENABLED\W+(?:to\W+)?true\b/.test(one))
}
