/** Something wrong in what a Devfile says, before it is known where in the file it is written. */
export interface Fault {
  readonly path: KeyPath
  readonly message: string
  readonly cure?: string
}

/** The way from the Devfile's object to a value: names of keys, and positions in lists. */
export type KeyPath = readonly (string | number)[]

/** As a user would write it: `services.web.ports[0]`, `images['shop/web'].context`. */
export function formatKeyPath(path: KeyPath): string {
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`
      if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)) return `['${key}']`
      return index === 0 ? key : `.${key}`
    })
    .join('')
}
