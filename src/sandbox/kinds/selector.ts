/** Chooses objects by their labels; without any requirement it chooses all. */
export interface LabelSelector {
  readonly matchLabels?: Labels
  readonly matchExpressions?: readonly LabelRequirement[]
}

export interface LabelRequirement {
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  readonly values?: readonly string[]
}

type Labels = Readonly<Record<string, string>>

export function matchesSelector(selector: LabelSelector, labels: Labels = {}): boolean {
  return (
    matchesLabels(selector.matchLabels ?? {}, labels) &&
    (selector.matchExpressions ?? []).every(requirement =>
      meetsRequirement(requirement.operator, requirement.values, labels[requirement.key]),
    )
  )
}

/** @param value undefined where there is none */
export function meetsRequirement(
  operator: LabelRequirement['operator'],
  values: readonly string[] = [],
  value: string | undefined,
): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      return operator satisfies never
  }
}

export function matchesLabels(wanted: Labels, labels: Labels = {}): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value)
}
