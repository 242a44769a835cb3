/** What a key asks for. */
export type Action =
  | 'quit'
  | 'previous'
  | 'next'
  | 'first'
  | 'last'
  | 'page-up'
  | 'page-down'
  | 'open'
  | 'close'
  | 'next-pane'
  | 'previous-pane'
  | 'logs'
  | 'build'
  | 'events'
  | 'search'
  | 'older-match'
  | 'newer-match'
  | 'filter'
  | 'rebuild'
  | 'restart'
  | 'pause'
  | 'browse'
  | 'disable'
  | 'shell'
  | 'help'

/** What counts for a key's meaning, and for whether it means anything now. */
export interface KeySituation {
  /** The pane has the whole screen, and the arrows scroll it. */
  readonly isOpen: boolean
  /** Only the keys are shown, and nothing of a service. */
  readonly isHelp: boolean
  /** A search is on. */
  readonly isSearching: boolean
  readonly isPaused: boolean
  /** There is a chosen service. */
  readonly hasService: boolean
  readonly isDisabled: boolean
  readonly hasAddress: boolean
  readonly hasPod: boolean
}

export interface KeyBinding {
  readonly keys: readonly string[]
  readonly action: Action
  /** How help and footer write the keys. */
  readonly name: string
  readonly help: string
  /** The footer's word for it now; absent: the key is not in the footer now. */
  readonly label?: (situation: KeySituation) => string | undefined
}

/**
 * All keys, in the order in which help shows them; it is also the footer's, which leaves out from the end what it has no room for.
 */
export const keyTable: readonly KeyBinding[] = [
  {
    keys: ['?'],
    action: 'help',
    name: '?',
    help: 'this page',
    label: () => 'help',
  },
  {
    keys: ['q', 'ctrl+c'],
    action: 'quit',
    name: 'q',
    help: 'quit; the stack keeps running',
    label: ({ isOpen, isSearching }) => (isOpen || isSearching ? undefined : 'quit'),
  },
  {
    keys: ['escape'],
    action: 'close',
    name: 'esc',
    help: 'back: end the search, close the pane',
    label: ({ isOpen, isSearching }) => (isSearching ? 'end search' : isOpen ? 'back' : undefined),
  },
  {
    keys: ['n'],
    action: 'older-match',
    name: 'n',
    help: 'the match before',
    label: ({ isSearching }) => (isSearching ? 'older' : undefined),
  },
  {
    keys: ['N'],
    action: 'newer-match',
    name: 'N',
    help: 'the match after',
    label: ({ isSearching }) => (isSearching ? 'newer' : undefined),
  },
  {
    keys: ['f'],
    action: 'filter',
    name: 'f',
    help: 'show only lines that match, or all again',
    label: ({ isSearching }) => (isSearching ? 'filter' : undefined),
  },
  {
    keys: ['up', 'k'],
    action: 'previous',
    name: 'up k',
    help: 'the service above; in an open pane: scroll up',
  },
  {
    keys: ['down', 'j'],
    action: 'next',
    name: 'down j',
    help: 'the service below; in an open pane: scroll down',
  },
  {
    keys: ['enter'],
    action: 'open',
    name: 'enter',
    help: 'give the pane the whole screen, or take it back',
    label: ({ isOpen, hasService }) => (isOpen || !hasService ? undefined : 'open'),
  },
  {
    keys: ['tab', 'right'],
    action: 'next-pane',
    name: 'tab',
    help: 'the next pane: logs, build, events, failure',
    label: () => 'pane',
  },
  { keys: ['shift+tab', 'left'], action: 'previous-pane', name: 'shift+tab', help: 'the pane before' },
  {
    keys: ['/'],
    action: 'search',
    name: '/',
    help: 'search in the pane: enter keeps it, f filters by it',
    label: ({ isSearching }) => (isSearching ? undefined : 'search'),
  },
  {
    keys: ['r'],
    action: 'rebuild',
    name: 'r',
    help: 'make the service anew: read, build and apply, though nothing has changed',
    label: ({ hasService, isDisabled }) => (hasService && !isDisabled ? 'rebuild' : undefined),
  },
  {
    keys: ['R'],
    action: 'restart',
    name: 'R',
    help: 'restart its processes, in place where that is possible, else by new pods',
    label: ({ hasPod }) => (hasPod ? 'restart' : undefined),
  },
  {
    keys: ['o'],
    action: 'browse',
    name: 'o',
    help: 'open its address in the browser',
    label: ({ hasAddress }) => (hasAddress ? 'browse' : undefined),
  },
  {
    keys: ['s'],
    action: 'shell',
    name: 's',
    help: 'a shell in its container; leave it with exit',
    label: ({ hasPod }) => (hasPod ? 'shell' : undefined),
  },
  {
    keys: ['x'],
    action: 'disable',
    name: 'x',
    help: 'take it out of the cluster (volumes stay), or put it back',
    label: ({ hasService, isDisabled }) => (hasService ? (isDisabled ? 'enable' : 'disable') : undefined),
  },
  {
    keys: ['p'],
    action: 'pause',
    name: 'p',
    help: 'pause: collect changes and start nothing; again: make them live',
    label: ({ isPaused }) => (isPaused ? 'resume' : 'pause'),
  },
  { keys: ['l'], action: 'logs', name: 'l', help: 'what its containers say' },
  { keys: ['b'], action: 'build', name: 'b', help: 'what its build says' },
  { keys: ['e'], action: 'events', name: 'e', help: 'what has happened to it' },
  { keys: ['page-up', 'ctrl+b', 'ctrl+u'], action: 'page-up', name: 'pgup', help: 'scroll the pane up' },
  {
    keys: ['page-down', 'ctrl+f', 'ctrl+d', ' '],
    action: 'page-down',
    name: 'pgdn',
    help: 'scroll the pane down',
  },
  { keys: ['home', 'g'], action: 'first', name: 'g', help: 'to the first line' },
  { keys: ['end', 'G'], action: 'last', name: 'G', help: 'to the last line, and follow what comes' },
]

/** What can be asked while help is shown: what is not seen is not to be acted on. */
const helpActions: ReadonlySet<Action> = new Set<Action>([
  'quit',
  'close',
  'help',
  'open',
  'previous',
  'next',
  'first',
  'last',
  'page-up',
  'page-down',
])

const actions: ReadonlyMap<string, Action> = new Map(
  keyTable.flatMap(({ keys, action }) => keys.map(key => [key, action] as const)),
)

/** What a key asks for; undefined where it means nothing. */
export function actionOf(key: string, { isHelp }: Pick<KeySituation, 'isHelp'>): Action | undefined {
  const action = actions.get(key)
  return action && (!isHelp || helpActions.has(action)) ? action : undefined
}

/** The keys for the footer, each with its word. */
export function footerKeys(
  situation: KeySituation,
): readonly { readonly name: string; readonly word: string }[] {
  return keyTable.flatMap(({ action, name, label }) => {
    const word = label?.(situation)
    const isMeant = !situation.isHelp || helpActions.has(action)
    return word === undefined || !isMeant ? [] : [{ name, word }]
  })
}
