import { devfileAddresses } from '../control/address.ts'
import { type ControlClient, controlClient } from '../control/client.ts'
import { ok, type Result } from '../model/result.ts'
import { locateDevfile } from '../session/locate.ts'

/** Which `devloop up` a command asks. */
export interface ControlOptions {
  /** The Devfile; absent: found here or in a folder above. */
  readonly file?: string
}

/** The way to the `up` of the Devfile that the command line means; whether one runs shows when it is asked. */
export function connectControl(options: ControlOptions): Result<ControlClient> {
  const devfile = locateDevfile(options)
  if (!devfile.ok) return devfile
  const addresses = devfileAddresses(devfile.value, { env: process.env, platform: process.platform })
  return ok(controlClient({ addresses, devfile: devfile.value }))
}
