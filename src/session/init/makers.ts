import path from 'node:path'
import { dockerMakers } from './docker-makers.ts'
import { jvmMakers } from './jvm-makers.ts'
import { type Maker, namesOf } from './maker.ts'
import type { Survey } from './survey.ts'

/** Finds what makes images. Of several things in one folder a Dockerfile is what its authors wrote on purpose. */
export async function findMakers(survey: Survey): Promise<readonly Maker[]> {
  const docker = await dockerMakers(survey)
  const others = [...buildpacksMakers(survey), ...(await jvmMakers(survey))]
  const taken = new Set(docker.map(({ folder }) => folder))
  const found = [...docker]
  for (const maker of others) {
    if (!taken.has(maker.folder)) found.push(maker)
    taken.add(maker.folder)
  }
  return found
}

function buildpacksMakers({ root, files }: Survey): readonly Maker[] {
  return files
    .filter(file => path.posix.basename(file) === 'project.toml')
    .map(file => {
      const folder = path.posix.dirname(file)
      return {
        file,
        folder,
        names: namesOf(root, folder),
        recipe: { builder: 'buildpacks', options: folder === '.' ? {} : { context: folder } },
      }
    })
}
