import { expandWord, splitWords } from './expand.ts'

/** The ARGs and ENVs of one stage, as far as they are known at a point of the Dockerfile. */
export class Variables {
  readonly #given: Readonly<Record<string, string>>
  readonly #globals: Variables | undefined
  /** No base image can have set anything. */
  readonly #isEmpty: boolean
  readonly #args: Map<string, string | undefined>
  readonly #env: Map<string, string | undefined>
  /** Of both, what was said last: BuildKit lets a later ARG hide an ENV from the build, whatever its documentation says. */
  readonly #latest: Map<string, string | undefined>

  /**
   * @param given `--build-arg`.
   * @param scope `globals`: the ARGs in front of the first FROM; `parent`: the stage that this one is made from; `env`: what
   *   the base image has set, as `NAME=value`; `isEmpty`: nothing else can have set anything.
   */
  constructor(
    given: Readonly<Record<string, string>>,
    scope: { globals?: Variables; parent?: Variables; env?: readonly string[]; isEmpty?: boolean } = {},
  ) {
    this.#given = given
    this.#globals = scope.globals
    this.#isEmpty = scope.parent ? scope.parent.#isEmpty : (scope.isEmpty ?? false)
    this.#args = new Map(scope.parent ? scope.parent.#args : [])
    this.#env = new Map(scope.parent ? scope.parent.#env : [])
    this.#latest = new Map(scope.parent ? scope.parent.#latest : [])
    for (const assignment of scope.env ?? []) {
      const { name, value = '' } = cutAssignment(assignment)
      this.#setEnv(name, value)
    }
  }

  /** What nobody set may still be an ENV of the base image. */
  readonly lookup = (name: string): string | undefined =>
    this.#latest.get(name) ?? (this.#isEmpty && !this.#env.has(name) ? '' : undefined)

  expand(word: string, escapeCharacter: string): string | undefined {
    return expandWord(word, name => this.#latest.get(name), escapeCharacter, this.#isEmpty ? '' : undefined)
  }

  /** What the image sets, as `NAME=value`, as far as it is known. */
  get environment(): readonly string[] {
    return assignments(this.#env)
  }

  /** What a command of the build is given, as `NAME=value`, as far as it is known. */
  get commandEnvironment(): readonly string[] {
    return assignments(this.#latest)
  }

  #setEnv(name: string, value: string | undefined): void {
    this.#env.set(name, value)
    this.#latest.set(name, value)
  }

  private arg(name: string): string | undefined {
    return this.#args.get(name)
  }

  /** `NAME` or `NAME=default`, each with its quotes. */
  declareArgs(words: readonly string[], escapeCharacter: string): void {
    for (const word of words) {
      const { name, value } = cutAssignment(word)
      const fallback = value === undefined ? this.#globals?.arg(name) : this.expand(value, escapeCharacter)
      const declared = this.#given[name] ?? fallback
      this.#args.set(name, declared)
      if (declared !== undefined || !this.#env.has(name)) this.#latest.set(name, declared)
    }
  }

  /** `NAME=value …`, or the old form `NAME the rest of the line`. All values are filled in before any is set. */
  setEnv(body: string, escapeCharacter: string): void {
    const words = splitWords(body, escapeCharacter)
    const [first = ''] = words
    const assignments = first.includes('=') ? words : [`${first}=${body.trim().slice(first.length).trim()}`]
    const values = assignments.map(word => {
      const { name, value = '' } = cutAssignment(word)
      return [name, this.expand(value, escapeCharacter)] as const
    })
    for (const [name, value] of values) this.#setEnv(name, value)
  }
}

function assignments(values: ReadonlyMap<string, string | undefined>): readonly string[] {
  return [...values].flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]))
}

function cutAssignment(word: string): { name: string; value?: string } {
  const at = word.indexOf('=')
  return at < 0 ? { name: word } : { name: word.slice(0, at), value: word.slice(at + 1) }
}
