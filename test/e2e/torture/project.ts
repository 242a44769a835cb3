import { mkdir } from 'node:fs/promises'
import { type HelloProject, helloProject } from '../project.ts'

/** The name of the service and of its Deployment. */
export const service = 'hello'
/** The folder of the containers that `content` is synced to. */
export const containerFolder = '/content'
export const containerName = 'hello'

/** A project whose containers do nothing but hold the files of the host's folder `content`. */
export async function tortureProject(seed: number): Promise<HelloProject> {
  const project = await helloProject(`torture-${seed}`)
  await mkdir(project.file('content'))
  await setLabel(project, 0)
  await setReplicas(project, 2)
  await project.write(
    'Devfile.ts',
    `import { defineDevfile, docker } from 'devloop'

export default defineDevfile({
  name: '${project.name}',
  namespace: '${project.namespace}',
  images: {
    '${project.name}/hello': docker({
      context: '.',
      sync: [{ from: 'content', to: '${containerFolder}' }],
      rebuildOn: 'rebuild.txt',
    }),
  },
  services: { ${service}: { manifests: ['k8s/*.yaml'] } },
})
`,
  )
  return project
}

/** Another label is another image. A container ends as soon as its process is told to. */
export async function setLabel(project: HelloProject, label: number): Promise<void> {
  await project.write(
    'Dockerfile',
    `FROM busybox
LABEL label=${label}
COPY content ${containerFolder}
CMD ["sh", "-c", "trap 'exit 1' TERM; while :; do sleep 60 & wait; done"]
`,
  )
}

/** A build that comes to the image that there is already. */
export async function askForRebuild(project: HelloProject, turn: number): Promise<void> {
  await project.write('rebuild.txt', `${turn}\n`)
}

export async function setReplicas(project: HelloProject, replicas: number): Promise<void> {
  await project.write(
    'k8s/deployment.yaml',
    `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${service}
spec:
  replicas: ${replicas}
  selector:
    matchLabels: { app: ${service} }
  template:
    metadata:
      labels: { app: ${service} }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: ${containerName}
          image: ${project.name}/hello
`,
  )
}
