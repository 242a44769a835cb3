import { type Draft, isDraft, items, peek } from '../draft.ts'
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notFound,
  required,
  unsupported,
} from '../field-error.ts'
import { compareQuantities, isQuantity, quantityWords } from '../quantity.ts'
import { labelName, portName, variableName } from './names.ts'

/** @param volumes the names of the pod's volumes */
export function validateContainer(
  container: Draft,
  volumes: ReadonlySet<string>,
  field: string,
): FieldError[] {
  const { name, image, imagePullPolicy } = container
  const errors: FieldError[] = []
  const fault = labelName(String(name ?? ''))
  if (name && fault) errors.push(invalid(`${field}.name`, name, fault))
  if (!image) errors.push(required(`${field}.image`))
  else if (String(image).trim() !== image) {
    errors.push(invalid(`${field}.image`, image, 'must not have leading or trailing whitespace'))
  }
  const policies = ['Always', 'IfNotPresent', 'Never']
  if (!policies.includes(String(imagePullPolicy))) {
    errors.push(unsupported(`${field}.imagePullPolicy`, imagePullPolicy, policies))
  }
  return [
    ...errors,
    ...validatePorts(container, `${field}.ports`),
    ...validateEnvironment(container, `${field}.env`),
    ...validateMounts(container, volumes, `${field}.volumeMounts`),
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap(probe =>
      validateProbe(container, probe, field),
    ),
    ...validateResources(peek(container, 'resources'), `${field}.resources`),
  ]
}

export function isPort(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535
}

export const portRange = 'must be between 1 and 65535, inclusive'

function validatePorts(container: Draft, field: string): FieldError[] {
  const names = new Set<unknown>()
  return items(container, 'ports').flatMap(({ name, containerPort, hostPort, protocol }, index) => {
    const place = `${field}[${index}]`
    const errors: FieldError[] = []
    const fault = name ? portName(String(name)) : undefined
    if (fault) errors.push(invalid(`${place}.name`, name, fault))
    else if (name && names.has(name)) errors.push(duplicate(`${place}.name`, name))
    names.add(name)
    if (containerPort !== undefined && !isPort(containerPort)) {
      errors.push(invalid(`${place}.containerPort`, containerPort, portRange))
    }
    if (hostPort && !isPort(hostPort)) errors.push(invalid(`${place}.hostPort`, hostPort, portRange))
    const protocols = ['SCTP', 'TCP', 'UDP']
    if (!protocols.includes(String(protocol)))
      errors.push(unsupported(`${place}.protocol`, protocol, protocols))
    return errors
  })
}

function validateEnvironment(container: Draft, field: string): FieldError[] {
  return items(container, 'env').flatMap(({ name, value, valueFrom }, index) => {
    const place = `${field}[${index}]`
    const errors: FieldError[] = []
    const fault = name ? variableName(String(name)) : undefined
    if (fault) errors.push(invalid(`${place}.name`, name, fault))
    if (!isDraft(valueFrom)) return errors
    const sources = Object.values(valueFrom).filter(isDraft)
    if (value)
      errors.push(invalid(`${place}.valueFrom`, '', 'may not be specified when `value` is not empty'))
    if (sources.length === 0) {
      const words = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'
      errors.push(invalid(`${place}.valueFrom`, '', words))
    }
    if (sources.length > 1) {
      errors.push(invalid(`${place}.valueFrom`, '', 'may not have more than one field specified at a time'))
    }
    return errors
  })
}

function validateMounts(container: Draft, volumes: ReadonlySet<string>, field: string): FieldError[] {
  const paths = new Set<unknown>()
  return items(container, 'volumeMounts').flatMap(({ name, mountPath, subPath, subPathExpr }, index) => {
    const place = `${field}[${index}]`
    const errors: FieldError[] = []
    if (name && !volumes.has(String(name))) errors.push(notFound(`${place}.name`, name))
    if (mountPath && paths.has(mountPath))
      errors.push(invalid(`${place}.mountPath`, mountPath, 'must be unique'))
    paths.add(mountPath)
    for (const [at, path] of Object.entries({ subPath, subPathExpr })) {
      if (typeof path !== 'string' || path === '') continue
      if (path.startsWith('/')) errors.push(invalid(`${place}.${at}`, path, 'must be a relative path'))
      if (path.split('/').includes('..'))
        errors.push(invalid(`${place}.${at}`, path, "must not contain '..'"))
    }
    if (subPath && subPathExpr) {
      errors.push(
        invalid(`${place}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'),
      )
    }
    return errors
  })
}

const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc']

function validateProbe(container: Draft, name: string, field: string): FieldError[] {
  const probe = container[name]
  if (!isDraft(probe)) return []
  const place = `${field}.${name}`
  const given = handlers.filter(handler => isDraft(probe[handler]))
  const errors: FieldError[] = given
    .slice(1)
    .map(handler => forbidden(`${place}.${handler}`, 'may not specify more than 1 handler type'))
  if (given.length === 0) errors.push(required(place, 'must specify a handler type'))
  for (const count of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ]) {
    const value = probe[count]
    if (typeof value === 'number' && value < 0) {
      errors.push(invalid(`${place}.${count}`, value, 'must be greater than or equal to 0'))
    }
  }
  if (name !== 'readinessProbe' && probe.successThreshold !== 1) {
    errors.push(invalid(`${place}.successThreshold`, probe.successThreshold, 'must be 1'))
  }
  for (const handler of ['httpGet', 'tcpSocket', 'grpc']) {
    const { port } = peek(probe, handler)
    if (typeof port === 'number' && !isPort(port))
      errors.push(invalid(`${place}.${handler}.port`, port, portRange))
  }
  return errors
}

function validateResources(resources: Draft, field: string): FieldError[] {
  const limits = peek(resources, 'limits')
  const requests = peek(resources, 'requests')
  const errors = [...amountErrors(limits, `${field}.limits`), ...amountErrors(requests, `${field}.requests`)]
  if (errors.length > 0) return errors
  return Object.entries(requests).flatMap(([name, amount]) => {
    const limit = limits[name]
    if (limit === undefined || compareQuantities(String(amount), String(limit)) <= 0) return []
    return [
      invalid(`${field}.requests`, String(amount), `must be less than or equal to ${name} limit of ${limit}`),
    ]
  })
}

function amountErrors(amounts: Draft, field: string): FieldError[] {
  return Object.entries(amounts).flatMap(([name, amount]) => {
    if (!isQuantity(String(amount))) return [invalid(`${field}[${name}]`, amount, quantityWords)]
    if (!String(amount).startsWith('-')) return []
    return [invalid(`${field}[${name}]`, amount, 'must be greater than or equal to 0')]
  })
}
