import type { InputEvent } from '../terminal/input.ts'
import type { Search } from './view.ts'

/** A search while it is typed, after one more key; undefined: it is over. */
export function typeSearch(
  search: Search,
  event: Extract<InputEvent, { kind: 'key' | 'paste' }>,
): Search | undefined {
  const type = (text: string): Search => ({ ...search, text, match: undefined })
  if (event.kind === 'paste') return type(search.text + (event.text.split(/[\r\n]/)[0] ?? ''))
  switch (event.key) {
    case 'escape':
    case 'ctrl+c':
      return undefined
    case 'enter':
      return search.text === '' ? undefined : { ...search, isTyping: false }
    case 'backspace':
      return type([...search.text].slice(0, -1).join(''))
    case 'ctrl+u':
      return type('')
    default:
      // Keys with a name type nothing.
      return [...event.key].length === 1 ? type(search.text + event.key) : search
  }
}
