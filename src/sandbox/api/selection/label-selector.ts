import { fail, ok, type Result } from '../../../model/result.ts'

/** Whether the labels of an object are those that are wanted. */
export type LabelTest = (labels: Readonly<Record<string, string>>) => boolean

/**
 * Reads a label selector as requests have it: `app=web,tier in (a, b),!old,size>3`.
 *
 * @returns the words for the user where it is none
 */
export function parseLabelSelector(text: string): Result<LabelTest, string> {
  const tests: LabelTest[] = []
  for (const requirement of splitRequirements(text)) {
    const test = parseRequirement(requirement)
    if (!test) return fail(`unable to parse requirement: ${requirement}`)
    tests.push(test)
  }
  return ok(labels => tests.every(test => test(labels)))
}

/** At the commas outside of brackets. */
function splitRequirements(text: string): string[] {
  const parts = text.match(/(?:\([^)]*\)?|[^,(])+/g) ?? []
  return parts.map(part => part.trim()).filter(part => part !== '')
}

const keyPattern = '[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?'
const existence = new RegExp(`^(!?)\\s*(${keyPattern})$`)
const equality = new RegExp(`^(${keyPattern})\\s*(==|=|!=|>|<)\\s*([-A-Za-z0-9_.]*)$`)
const membership = new RegExp(`^(${keyPattern})\\s+(in|notin)\\s*\\(([^()]*)\\)$`)

function parseRequirement(text: string): LabelTest | undefined {
  const exists = existence.exec(text)
  if (exists) return labels => Object.hasOwn(labels, exists[2] ?? '') !== (exists[1] === '!')
  const compared = equality.exec(text)
  if (compared) {
    const [, key = '', , operator = '', value = ''] = compared
    return comparison(key, operator, value)
  }
  const listed = membership.exec(text)
  if (!listed) return undefined
  const [, key = '', , operator, values = ''] = listed
  const wanted = new Set(values.split(',').map(value => value.trim()))
  return labels => {
    const value = labels[key]
    return (value !== undefined && wanted.has(value)) === (operator === 'in')
  }
}

function comparison(key: string, operator: string, value: string): LabelTest {
  if (operator === '!=') return labels => labels[key] !== value
  if (operator === '>') return labels => Number(labels[key]) > Number(value)
  if (operator === '<') return labels => Number(labels[key]) < Number(value)
  return labels => labels[key] === value
}
