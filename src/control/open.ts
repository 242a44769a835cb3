import type { Server } from 'node:http'
import type { Failure } from '../model/failure.ts'
import { fail, ok, type Result } from '../model/result.ts'
import type { ControlAddress } from './address.ts'
import { claimAddress } from './claim.ts'
import { controlClient } from './client.ts'
import { isAnswered } from './is-answered.ts'
import { createControlServer } from './server.ts'

/** Milliseconds for the other `up` to say who it is. */
const introductionMs = 1_000

export interface ClaimRequest {
  /** Where this Devfile's `up` is asked. */
  readonly devfile: readonly ControlAddress[]
  /** Where the `up` of its project in its cluster is asked. */
  readonly stack: readonly ControlAddress[]
}

/**
 * Becomes the one `up` of a Devfile, and of a project in a cluster. The servers listen, and are to be given to
 * `serveControl`.
 *
 * @returns `control/running` or `control/stack-taken` where there is one already; other failures say that nobody can ask
 * this one.
 */
export async function claimControl({ devfile, stack }: ClaimRequest): Promise<Result<readonly Server[]>> {
  const servers: Server[] = []
  for (const [addresses, describe] of [
    [devfile, describeSame],
    [stack, describeOther],
  ] as const) {
    const claimed = await claimFirst(addresses, describe)
    if (!claimed.ok) {
      for (const server of servers) server.close()
      return claimed
    }
    servers.push(claimed.value)
  }
  return ok(servers)
}

type Describe = (running: Running) => Failure

interface Running {
  /** `, process 123`. All are empty where it does not say. */
  readonly process: string
  readonly devfile: string
  readonly project: string
}

/** Listens at the first address that can be used, unless somebody listens at any of them. */
async function claimFirst(addresses: readonly ControlAddress[], describe: Describe): Promise<Result<Server>> {
  let failure: Failure = {
    code: 'control/address',
    message: 'There is no folder for the control socket.',
    cure: 'Set XDG_RUNTIME_DIR to a folder of your own with a short path.',
  }
  for (const address of addresses) {
    const server = createControlServer()
    const claimed = await claimAddress(server, address)
    if (claimed.ok && claimed.value === 'claimed') {
      // A shell without XDG_RUNTIME_DIR may have started one at another address.
      const other = await findAnswered(addresses.filter(one => one !== address))
      if (!other) return ok(server)
      server.close()
      return fail(describe(await introduce(other)))
    }
    if (claimed.ok) return fail(describe(await introduce(address)))
    failure = claimed.failure
  }
  return fail(failure)
}

async function findAnswered(addresses: readonly ControlAddress[]): Promise<ControlAddress | undefined> {
  for (const address of addresses) if (await isAnswered(address)) return address
  return undefined
}

async function introduce(address: ControlAddress): Promise<Running> {
  const asked = await controlClient({ addresses: [address], devfile: '', answerMs: introductionMs }).status()
  if (!asked.ok) return { process: '', devfile: '', project: '' }
  const { pid, devfile, project } = asked.value
  return { process: `, process ${pid}`, devfile, project }
}

function describeSame({ process }: Running): Failure {
  return {
    code: 'control/running',
    message: `A devloop up runs for this Devfile already${process}.`,
    cure: 'See it (devloop attach), or end it (devloop stop).',
  }
}

/** Each would put its own version of the same objects in the place of the other's. */
function describeOther({ process, devfile, project }: Running): Failure {
  return {
    code: 'control/stack-taken',
    message: `A devloop up of another Devfile keeps ${project || 'this project'} in step with this cluster already${process}.`,
    ...(devfile !== '' && { at: { file: devfile } }),
    cure: 'End that one (devloop stop --file …), or write another name in one of the two Devfiles.',
  }
}
