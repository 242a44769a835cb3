import { fail, ok, type Result } from '../model/result.ts'
import type { SyncEdit, SyncRules } from '../model/sync.ts'
import { inBatches } from '../util/batches.ts'
import { Agreement } from './agreement.ts'
import { type ContainerChange, describeNews, type News } from './back-fetch.ts'
import { listAll, stampOf } from './back-listing.ts'
import { type BackPlace, backPlaces, locateIn } from './back-places.ts'
import { settle } from './back-settle.ts'
import { type Algorithm, readHostContent } from './host-content.ts'
import type { Listing } from './listing.ts'
import { type Content, isSame, reconcile } from './reconcile.ts'
import type { Refusal } from './refusal.ts'
import type { StreamFailure, SyncStream } from './stream.ts'
import { type TransferFailure, transfer } from './transfer.ts'

export interface BackSyncOptions {
  readonly rules: SyncRules
  /** devloop knows what the container was started with, so that files which the host has not are news. */
  readonly isFresh: boolean
  /** A sentence about a file that came back, or could not. */
  readonly onLine: (line: string) => void
}

export interface Given {
  /** How many files were written or deleted. */
  readonly files: number
  /** The edits that are the host's own: what they ask for besides is to be done. */
  readonly due: readonly SyncEdit[]
}

/** What becomes of edits in a container that may have changed their files itself. */
interface Screened {
  /** To be sent. */
  readonly wanted: readonly SyncEdit[]
  /** Those of them that the host has not any more, by container path, with what both sides last held. */
  readonly deletions: ReadonlyMap<string, Content | undefined>
  readonly due: readonly SyncEdit[]
}

/** How many files are compared or fetched side by side. */
const parallelFiles = 8

/**
 * Keeps some files of one container and of the host the same in both directions. It compares what both hold with what they
 * last both held, so that what devloop itself wrote on one side is never a change of that side.
 *
 * At the first look nothing is known yet, and the host's files are the truth: where the container's differ they stay as they are.
 * A file that is gone must be so in two looks, since generators often delete all of their files before they write them again.
 */
export class BackSync {
  readonly #options: BackSyncOptions
  #agreement: Agreement | undefined
  #algorithm: Algorithm = 'sha256'
  #stamp = ''
  /** Something is to be looked at again, whatever the stamp says. */
  #isUnsettled = true
  #missing: ReadonlySet<string> = new Set()
  /** Files that the user knows to stay in the container, for their names. */
  readonly #unsafe = new Set<string>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: BackSyncOptions) {
    this.#options = options
  }

  /** The next look reads everything. */
  expectChanges(): void {
    this.#isUnsettled = true
  }

  /** Brings back what the container changed. Gives how long it took to see whether anything did, in milliseconds. */
  look(stream: SyncStream): Promise<Result<number, StreamFailure>> {
    return this.#inTurn(async () => {
      const places = backPlaces(this.#options.rules)
      const began = performance.now()
      // Before the files are listed: what changes from here on shows in the next one.
      const stamp = await stampOf(stream, places)
      if (!stamp.ok) return stamp
      const took = performance.now() - began
      if (!this.#isUnsettled && stamp.value === this.#stamp) return ok(took)
      this.#stamp = stamp.value
      this.#isUnsettled = false
      const changed = await this.#compare(stream, places)
      // What changed may be changing still, within the same second of a coarse clock.
      if (!changed.ok || changed.value > 0) this.#isUnsettled = true
      return changed.ok ? ok(took) : changed
    })
  }

  /** Gives the container the host's files, but for those that it has changed itself, or that came from it. */
  give(stream: SyncStream, edits: readonly SyncEdit[]): Promise<Result<Given, TransferFailure>> {
    return this.#inTurn(async () => {
      const agreement = this.#agreement
      if (!agreement) {
        const sent = await transfer(stream, edits)
        return sent.ok ? ok({ files: sent.value, due: edits }) : sent
      }
      const places = backPlaces(this.#options.rules)
      const isOwn = (target: string) => locateIn(places, target).kind === 'host'
      // The stamp of the last look does not know of what is written now, and might come again: by a deletion.
      if (edits.some(({ target }) => isOwn(target))) this.#isUnsettled = true
      const screened = await this.#screen(stream, agreement, places, edits)
      if (!screened.ok) return screened
      const { wanted, deletions, due } = screened.value
      const sent = await transfer(agreement.recording(stream, this.#algorithm, isOwn), wanted)
      if (!sent.ok) return sent
      for (const [target, base] of deletions) {
        if (isSame(agreement.content(target), base)) agreement.set(target, undefined, 'host')
      }
      return ok({ files: sent.value, due })
    })
  }

  /** Gives how many files changed. */
  async #compare(stream: SyncStream, places: readonly BackPlace[]): Promise<Result<number, StreamFailure>> {
    const listed = await listAll(stream, places)
    if (!listed.ok) return listed
    const { algorithm = this.#algorithm, files } = listed.value
    if (algorithm === 'cksum') return fail(noChecksum)
    this.#algorithm = algorithm
    const unsafe: string[] = []
    const located = [...files].flatMap(([target, container]): readonly ContainerChange[] => {
      const location = locateIn(places, target)
      if (location.kind === 'unsafe' && !this.#unsafe.has(target)) unsafe.push(target)
      return location.kind === 'host' ? [{ ...location, target, container }] : []
    })
    for (const target of unsafe) this.#unsafe.add(target)
    if (unsafe.length > 0) this.#options.onLine(describeUnsafe(unsafe))
    this.#agreement ??= await this.#meet(located)
    const agreement = this.#agreement
    const deleted = await this.#deleted(stream, agreement, places, files)
    if (!deleted.ok) return deleted
    const changed = located.filter(({ target, container }) => !isSame(container, agreement.content(target)))
    const handled = await inBatches([...changed, ...deleted.value], parallelFiles, change =>
      settle(stream, agreement, change, this.#algorithm),
    )
    const news: News[] = []
    for (const result of handled) {
      if (!result.ok) return result
      if (result.value) news.push(result.value)
    }
    this.#tell(news)
    return ok(changed.length + deleted.value.length + this.#missing.size)
  }

  async #meet(located: readonly ContainerChange[]): Promise<Agreement> {
    const agreement = new Agreement()
    await inBatches(located, parallelFiles, async ({ target, path, container }) => {
      const isNews = this.#options.isFresh && (await readHostContent(path, this.#algorithm)) === undefined
      if (!isNews) agreement.set(target, container, 'host')
    })
    return agreement
  }

  async #deleted(
    stream: SyncStream,
    agreement: Agreement,
    places: readonly BackPlace[],
    files: Listing['files'],
  ): Promise<Result<readonly ContainerChange[], StreamFailure>> {
    const missing = [...agreement.targets()].filter(target => !files.has(target))
    const suspects = missing.filter(target => this.#missing.has(target))
    this.#missing = new Set(missing)
    if (suspects.length === 0) return ok([])
    const checked = await stream.check(suspects)
    if (!checked.ok) return checked
    return ok(
      suspects.flatMap(target => {
        // A link has taken its place. Links do not come back.
        if (checked.value.links.has(target) || checked.value.files.has(target)) return []
        const location = locateIn(places, target)
        return location.kind === 'host' ? [{ ...location, target, container: undefined }] : []
      }),
    )
  }

  async #screen(
    stream: SyncStream,
    agreement: Agreement,
    places: readonly BackPlace[],
    edits: readonly SyncEdit[],
  ): Promise<Result<Screened, StreamFailure>> {
    const checked = await stream.check(
      edits.map(({ target }) => target).filter(target => locateIn(places, target).kind === 'host'),
    )
    if (!checked.ok) return checked
    const wanted: SyncEdit[] = []
    const due: SyncEdit[] = []
    const deletions = new Map<string, Content | undefined>()
    for (const edit of edits) {
      const { target, path } = edit
      const location = locateIn(places, target)
      if (location.kind !== 'host') {
        wanted.push(edit)
        due.push(edit)
        continue
      }
      const host = await readHostContent(path, this.#algorithm)
      const base = agreement.content(target)
      if (agreement.cameBack(target) && isSame(host, base)) continue
      due.push(edit)
      const container = checked.value.files.get(target)
      const verdict = reconcile(base, host, container)
      if (verdict === 'agreed' || verdict === 'to-container') {
        wanted.push(edit)
        if (host === undefined) deletions.set(target, base)
      } else if (container !== undefined) {
        const handled = await settle(stream, agreement, { ...location, target, container }, this.#algorithm)
        if (!handled.ok) return handled
        if (handled.value) this.#tell([handled.value])
      }
    }
    return ok({ wanted, deletions, due })
  }

  #tell(news: readonly News[]): void {
    for (const line of describeNews(news)) this.#options.onLine(line)
  }

  /** What looks and what writes must not see each other's half. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }
}

const noChecksum: Refusal = {
  kind: 'refused',
  message: 'the image has neither sha256sum nor md5sum',
}

function describeUnsafe(targets: readonly string[]): string {
  const [first = ''] = targets
  const others = targets.length > 1 ? ` and ${targets.length - 1} more` : ''
  return `${JSON.stringify(first)}${others} did not come back from the container: such names may do harm here`
}
