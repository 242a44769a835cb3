/** What is wrong with a name, in the words of the API server; undefined: nothing. */
export type NameRule = (name: string) => string | undefined

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const subdomain = `${label}(\\.${label})*`
const dns1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'

export const subdomainName: NameRule = name =>
  tooLong(name, 253) ??
  mismatch(
    name,
    subdomain,
    `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomain}')`,
  )

export const labelName: NameRule = name =>
  tooLong(name, 63) ??
  mismatch(
    name,
    label,
    `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${label}')`,
  )

export const serviceName: NameRule = name =>
  tooLong(name, 63) ??
  mismatch(
    name,
    dns1035,
    `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${dns1035}')`,
  )

export const pathSegment: NameRule = name => {
  if (name === '.' || name === '..') return `may not be '${name}'`
  const found = ['/', '%'].find(character => name.includes(character))
  return found && `may not contain '${found}'`
}

export const qualifiedName: NameRule = name => {
  const parts = name.split('/')
  const [prefix, own = ''] = parts.length > 1 ? parts : [undefined, name]
  if (parts.length > 2) {
    return `a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${qualified}') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`
  }
  if (prefix !== undefined) {
    const fault = prefix === '' ? 'must be non-empty' : subdomainName(prefix)
    if (fault) return `prefix part ${fault}`
  }
  if (own === '') return 'name part must be non-empty'
  const long = tooLong(own, 63)
  if (long) return `name part ${long}`
  return mismatch(
    own,
    qualified,
    `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${qualified}')`,
  )
}

export const labelValue: NameRule = value =>
  tooLong(value, 63) ??
  mismatch(
    value,
    `(${qualified})?`,
    `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(${qualified})?')`,
  )

export const variableName: NameRule = name =>
  mismatch(
    name,
    '[-._a-zA-Z][-._a-zA-Z0-9]*',
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')",
  )

export const portName: NameRule = name => {
  if (name.length > 15) return 'must be no more than 15 characters'
  if (!/^[-a-z0-9]+$/.test(name))
    return 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'
  if (!/[a-z]/.test(name)) return 'must contain at least one letter (a-z)'
  return name.includes('--') || /^-|-$/.test(name) ? 'must not begin or end with a hyphen' : undefined
}

function tooLong(name: string, max: number): string | undefined {
  return name.length > max ? `must be no more than ${max} characters` : undefined
}

function mismatch(name: string, pattern: string, words: string): string | undefined {
  return new RegExp(`^(?:${pattern})$`).test(name) ? undefined : words
}
