import path from 'node:path'
import type { BuildpacksDefinition } from '../model/image.ts'
import type { SyncSetting } from '../model/sync.ts'
import { escapeGlob } from '../util/glob.ts'
import type { BuildpacksInput } from './input.ts'
import { asList, syncSettingOf } from './sync.ts'

/** @param root the Devfile's folder, absolute. */
export function buildpacksOf(image: BuildpacksInput, root: string): BuildpacksDefinition {
  const { context = '.', builder, buildpacks = [], env = {}, envFile } = image
  const { trustBuilder, pull, network, volumes, cache, live = false } = image
  const variables = Object.entries(env).map(([name, value]) => [name, String(value)] as const)
  return {
    kind: 'buildpacks',
    context: path.resolve(root, context),
    ...(builder !== undefined && { builder }),
    buildpacks: buildpacks.map(buildpack => localPath(buildpack, root)),
    env: { ...(live && { BP_LIVE_RELOAD_ENABLED: 'true' }), ...Object.fromEntries(variables) },
    ...(envFile !== undefined && { envFile: path.resolve(root, envFile) }),
    ...(trustBuilder !== undefined && { trustBuilder }),
    ...(pull !== undefined && { pull }),
    ...(network !== undefined && { network }),
    ...(volumes !== undefined && { volumes: volumes.map(volume => localPath(volume, root)) }),
    ...(cache !== undefined && { cache }),
    sync: live ? liveSync(image, root) : syncSettingOf(image, root),
  }
}

/** `pack` takes a path for one only where something is there, so that a misspelt one would be looked for in a registry. */
function localPath(text: string, root: string): string {
  return /^\.\.?\//.test(text) ? path.join(root, text) : text
}

/**
 * An image that reloads by itself holds the application's sources in `/workspace` (the lifecycle's default), and starts its
 * process again when one of them changes. What the buildpacks install from is no source.
 */
function liveSync(image: BuildpacksInput, root: string): SyncSetting {
  const { context = '.', sync, rebuildOn = [] } = image
  if (sync !== undefined) return syncSettingOf(image, root)
  const folder = escapeGlob(context)
  const installed = installedFrom.map(name => path.join(folder, '**', name))
  return syncSettingOf(
    { ...image, sync: [{ from: folder, to: '/workspace' }], rebuildOn: [...installed, ...asList(rebuildOn)] },
    root,
  )
}

const installedFrom = [
  'project.toml',
  'Procfile',
  '{package,package-lock,npm-shrinkwrap}.json',
  '{yarn,poetry,uv,Pipfile,Gemfile,composer}.lock',
  'pnpm-lock.yaml',
  'requirements*.txt',
  'pyproject.toml',
  'environment.yml',
  'Pipfile',
  'Gemfile',
  'composer.json',
]
