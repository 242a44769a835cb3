import { homedir } from 'node:os'
import path from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** The name of the sandbox's context in a kubeconfig. */
export const sandboxContext = 'devloop-sandbox'

/** What the sandbox keeps between its starts; there is one for each user (https://specifications.freedesktop.org/basedir-spec/). */
export function sandboxFolder(env: Environment): string {
  const state = env.XDG_STATE_HOME || path.join(env.HOME ?? homedir(), '.local', 'state')
  return path.join(state, 'devloop', 'sandbox')
}

/** The unix socket at which it is asked for images. @param folder `sandboxFolder`'s */
export function sandboxImageSocket(folder: string): string {
  return path.join(folder, 'images.sock')
}

/** Its kubeconfig, while it runs. @param folder `sandboxFolder`'s */
export function sandboxKubeconfig(folder: string): string {
  return path.join(folder, 'kubeconfig')
}
