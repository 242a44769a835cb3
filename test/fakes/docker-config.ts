import { createHash } from 'node:crypto'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'

/** A configuration of docker, as its command line would have written it. */
export interface FakeDockerConfig {
  /** For `DOCKER_CONFIG`. */
  readonly folder: string
  /** Where the engine of its context, `desktop-linux`, would listen. */
  readonly socket: string
}

/**
 * Keeps a test away from the engine and the plugins of this machine.
 *
 * @param plugin the program that is the plugin for builds
 */
export async function writeDockerConfig(folder: string, plugin: string): Promise<FakeDockerConfig> {
  const config = path.join(folder, 'docker-config')
  const plugins = path.join(folder, 'plugins')
  const socket = path.join(folder, 'engine.sock')
  const digest = createHash('sha256').update('desktop-linux').digest('hex')
  const meta = path.join(config, 'contexts', 'meta', digest)
  await Promise.all([mkdir(meta, { recursive: true }), mkdir(plugins)])
  const settings = { currentContext: 'desktop-linux', cliPluginsExtraDirs: [plugins] }
  const context = { Name: 'desktop-linux', Endpoints: { docker: { Host: `unix://${socket}` } } }
  await Promise.all([
    writeFile(path.join(config, 'config.json'), JSON.stringify(settings)),
    writeFile(path.join(meta, 'meta.json'), JSON.stringify(context)),
    symlink(plugin, path.join(plugins, 'docker-buildx')),
  ])
  return { folder: config, socket }
}
