import { isRecord } from '../../../util/is-record.ts'

/** A selector of an object as requests have it: `app=web,tier in (a,b)`. A text, or a plain map of labels, is one, too. */
export function labelSelectorText(selector: unknown): string {
  if (typeof selector === 'string') return selector
  if (!isRecord(selector)) return ''
  const isPlain = !isRecord(selector.matchLabels) && !Array.isArray(selector.matchExpressions)
  const labels = isPlain ? selector : isRecord(selector.matchLabels) ? selector.matchLabels : {}
  const expressions = Array.isArray(selector.matchExpressions) ? selector.matchExpressions : []
  return [
    ...Object.entries(labels)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${key}=${value}`),
    ...expressions.filter(isRecord).map(expressionText),
  ].join(',')
}

function expressionText({ key, operator, values }: Readonly<Record<string, unknown>>): string {
  const list = Array.isArray(values) ? values.join(',') : ''
  if (operator === 'Exists') return String(key)
  if (operator === 'DoesNotExist') return `!${key}`
  return `${key} ${operator === 'In' ? 'in' : 'notin'} (${list})`
}
