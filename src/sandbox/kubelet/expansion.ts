/**
 * Puts in values for `$(NAME)`; `$$(NAME)` stands for `$(NAME)` itself, and an unknown name stays as it is written.
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (written, after: string, name: string) =>
    after === '$' ? '$' : (variables.get(name) ?? written),
  )
}
