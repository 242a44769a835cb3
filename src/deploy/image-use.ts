import { describeObject, type KubeObject } from '../model/kube.ts'
import type { CommandOverride, ImageUse } from '../model/sync.ts'
import {
  containers,
  endingKinds,
  imageName,
  isEndingInit,
  podTemplate,
  type TemplateContainer,
} from './pod-template.ts'

/** How objects use an image. @param name normalized. */
export function imageUse(objects: readonly KubeObject[], name: string): ImageUse {
  const ending: string[] = []
  const initializing: string[] = []
  const commands: CommandOverride[] = []
  for (const object of objects) {
    const template = podTemplate(object)
    if (!template) continue
    const users = containers(template).filter(container => imageName(container) === name)
    if (users.length === 0) continue
    if (endingKinds.has(object.kind)) {
      ending.push(describeObject(object))
      continue
    }
    for (const container of users) {
      if (isEndingInit(template, container)) initializing.push(describeObject(object))
      else commands.push(overrideOf(container))
    }
  }
  return { ending, initializing, commands }
}

/** Broken manifests are refused elsewhere. */
function overrideOf({ command, args }: TemplateContainer): CommandOverride {
  return {
    ...(Array.isArray(command) && { command: command.map(String) }),
    ...(Array.isArray(args) && { args: args.map(String) }),
  }
}
