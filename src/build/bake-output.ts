/** A line that `docker buildx bake` prints, as `docker buildx build` prints it, and the target whose it is. */
export interface TargetLine {
  readonly target: string
  readonly line: string
}

/** The names of the targets that there are. */
export type Targets = Pick<ReadonlySet<string>, 'has'>

/**
 * Takes the lines of `docker buildx bake --progress=plain` apart: bake writes the target's name into the heading of each step, and
 * the lines that follow have the step's number only. A step that two targets share is told of once, as the one's.
 *
 * @returns for each line the target whose it is, or undefined: it is nobody's, or everybody's
 */
export function bakeReader(targets: Targets): (line: string) => TargetLine | undefined {
  const owners = new Map<string, string>()
  return text => {
    const [, number = '', target = '', place = '', rest = ''] = heading.exec(text) ?? []
    if (targets.has(target)) {
      // Targets that end in the same way, such as in an image, have their headings in turns, and one number.
      owners.set(number, target)
      return { target, line: number + (place === '' ? '' : `[${place}] `) + rest }
    }
    const owner = owners.get(/^#\d+ /.exec(text)?.[0] ?? '')
    return owner === undefined ? undefined : { target: owner, line: text }
  }
}

/** `#13 [web 4/4] RUN make`, and `#14 [web] exporting to image`. */
const heading = /^(#\d+ )\[([\w-]+)(?: ([^\]]*))?\] (.*)$/

/** The tag by which the engine has an image from now on: `#14 naming to docker.io/shop/web:1 done`. */
export function namedTag(line: string): string | undefined {
  return /^#\d+ naming to \S+:([\w.-]+)(?: \d+\.\ds)? done$/.exec(line)?.[1]
}

/** Of a bake that has failed: the target that made it fail, and what a build of it alone would have printed. */
export function failedTarget(
  output: readonly string[],
  targets: Targets,
): { readonly target: string; readonly output: readonly string[] } | undefined {
  const target = failingStep.exec(output.findLast(line => failingStep.test(line)) ?? '')?.[1]
  if (target === undefined || !targets.has(target)) return undefined
  const summary = output.indexOf('------')
  const read = bakeReader(targets)
  const steps = output.slice(0, summary).flatMap(text => {
    const line = read(text)
    return line?.target === target ? [line.line] : []
  })
  return { target, output: [...steps, ...output.slice(summary).map(line => alone(line, target))] }
}

/** The heading of the excerpt with which BuildKit ends. */
const failingStep = /^ > \[([\w-]+)[ \]]/

function alone(line: string, target: string): string {
  if (line.startsWith(` > [${target} `)) return ` > [${line.slice(` > [${target} `.length)}`
  return line.replace(`ERROR: target ${target}: `, 'ERROR: ')
}
