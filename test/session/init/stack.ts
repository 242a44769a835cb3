/* Manifests as people write them, for folders that `devloop init` is tried on. */

export interface DeploymentOptions {
  readonly image: string
  readonly port?: number
  readonly env?: Readonly<Record<string, string>>
}

export function deployment(name: string, { image, port, env = {} }: DeploymentOptions): string {
  return document({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [
            {
              name: 'main',
              image,
              env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
              ...(port !== undefined && { ports: [{ containerPort: port }] }),
            },
          ],
        },
      },
    },
  })
}

export function service(name: string, port: number, targetPort: number | string = port): string {
  return document({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ port, targetPort }] },
  })
}

export function configMap(name: string): string {
  return document({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { key: 'value' } })
}

/** JSON is YAML. */
export function document(object: object): string {
  return `---\n${JSON.stringify(object, undefined, 2)}\n`
}
