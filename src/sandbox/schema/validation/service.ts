import { type Draft, items, peek } from '../draft.ts'
import { duplicate, type FieldError, invalid, required, unsupported } from '../field-error.ts'
import { isPort, portRange } from './container.ts'
import { labelName } from './names.ts'
import { oneOf } from './pod.ts'

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const protocols = ['SCTP', 'TCP', 'UDP']

export function validateService(service: Draft): FieldError[] {
  const spec = peek(service, 'spec')
  const ports = items(spec, 'ports')
  const errors: FieldError[] = []
  const needsPorts = spec.type !== 'ExternalName' && spec.clusterIP !== 'None'
  if (needsPorts && ports.length === 0) errors.push(required('spec.ports'))
  if (spec.type === 'ExternalName' && !spec.externalName) errors.push(required('spec.externalName'))
  const names = new Set<unknown>()
  const numbers = new Set<string>()
  for (const [index, port] of ports.entries()) {
    const field = `spec.ports[${index}]`
    errors.push(...validatePort(port, field))
    if (!port.name && ports.length > 1) errors.push(required(`${field}.name`))
    if (port.name && names.has(port.name)) errors.push(duplicate(`${field}.name`, port.name))
    names.add(port.name)
    const key = `${port.port}/${port.protocol}`
    if (numbers.has(key)) errors.push(duplicate(field, { port: port.port, protocol: port.protocol }))
    numbers.add(key)
  }
  return [
    ...errors,
    ...oneOf(spec, 'type', types, 'spec'),
    ...oneOf(spec, 'sessionAffinity', ['ClientIP', 'None'], 'spec'),
  ]
}

function validatePort({ name, port, targetPort, nodePort, protocol }: Draft, field: string): FieldError[] {
  const errors: FieldError[] = []
  const fault = name ? labelName(String(name)) : undefined
  if (fault) errors.push(invalid(`${field}.name`, name, fault))
  if (!isPort(port)) errors.push(invalid(`${field}.port`, port ?? 0, portRange))
  if (typeof targetPort === 'number' && !isPort(targetPort)) {
    errors.push(invalid(`${field}.targetPort`, targetPort, portRange))
  }
  if (nodePort && !isPort(nodePort)) errors.push(invalid(`${field}.nodePort`, nodePort, portRange))
  if (!protocols.includes(String(protocol)))
    errors.push(unsupported(`${field}.protocol`, protocol, protocols))
  return errors
}
