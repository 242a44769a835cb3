/** What the user does at the terminal. Rows and columns count from 0. */
export type InputEvent =
  /** `a`, `G`, `/`, or a name: `up`, `enter`, `page-down`, `ctrl+c`. */
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'paste'; readonly text: string }
  | { readonly kind: 'wheel'; readonly direction: 'up' | 'down'; readonly row: number }
  | { readonly kind: 'click'; readonly row: number }

/** Cursor and editing keys as xterm sends them, in normal and in application mode. */
const named: Readonly<Record<string, string>> = {
  '\x1b[A': 'up',
  '\x1b[B': 'down',
  '\x1b[C': 'right',
  '\x1b[D': 'left',
  '\x1bOA': 'up',
  '\x1bOB': 'down',
  '\x1bOC': 'right',
  '\x1bOD': 'left',
  '\x1b[H': 'home',
  '\x1b[F': 'end',
  '\x1bOH': 'home',
  '\x1bOF': 'end',
  '\x1b[1~': 'home',
  '\x1b[4~': 'end',
  '\x1b[7~': 'home',
  '\x1b[8~': 'end',
  '\x1b[3~': 'delete',
  '\x1b[5~': 'page-up',
  '\x1b[6~': 'page-down',
  '\x1b[Z': 'shift+tab',
  '\t': 'tab',
  '\r': 'enter',
  '\n': 'enter',
  '\x7f': 'backspace',
  '\b': 'backspace',
  '\x1b': 'escape',
}

/**
 * One step of the input: pasted text, a CSI sequence (ECMA-48), an SS3 sequence, Alt and a character, a lone escape, or a character.
 */
const step =
  /\x1b\[200~([\s\S]*?)\x1b\[201~|\x1b\[[0-?]*[ -/]*[@-~]|\x1bO[A-Za-z]|\x1b[^\x1b[O]|\x1b|[\s\S]/gu
const unfinished = /\x1b(?:\[200~(?:(?!\x1b\[201~)[\s\S])*|\[[0-?]*[ -/]*|O)?$/
/** More than any key sends; what is longer is no sequence. A paste may come in many parts. */
const maxUnfinished = 1_000_000

/** Makes keys, wheel and pasted text of what a terminal sends. */
export class InputDecoder {
  #rest = ''

  /** A sequence may begin at the end, or be the escape key: `flush` decides. */
  get isUnfinished(): boolean {
    return this.#rest !== ''
  }

  push(text: string): readonly InputEvent[] {
    const all = this.#rest + text
    const begun = unfinished.exec(all)?.[0] ?? ''
    this.#rest = begun.length > maxUnfinished ? '' : begun
    return decode(all.slice(0, all.length - begun.length))
  }

  /** Nothing more has come: an escape is the key. */
  flush(): readonly InputEvent[] {
    const rest = this.#rest
    if (rest.startsWith('\x1b[200~')) return []
    this.#rest = ''
    return decode(rest)
  }
}

function decode(text: string): readonly InputEvent[] {
  return [...text.matchAll(step)].flatMap(([sequence, pasted]) => decodeOne(sequence, pasted) ?? [])
}

function decodeOne(sequence: string, pasted: string | undefined): InputEvent | undefined {
  if (pasted !== undefined) return { kind: 'paste', text: pasted }
  const key = named[sequence]
  if (key !== undefined) return { kind: 'key', key }
  if (sequence.startsWith('\x1b')) return decodeMouse(sequence)
  const code = sequence.codePointAt(0) ?? 0
  if (code >= 0x20) return { kind: 'key', key: sequence }
  return { kind: 'key', key: `ctrl+${String.fromCharCode(code + 0x60)}` }
}

/** SGR mouse report: `CSI < button ; column ; row M`, where buttons 64 and 65 are the wheel's directions. */
function decodeMouse(sequence: string): InputEvent | undefined {
  const [, button, row] = /^\x1b\[<(\d+);\d+;(\d+)M$/.exec(sequence) ?? []
  const position = Number(row) - 1
  if (button === '64') return { kind: 'wheel', direction: 'up', row: position }
  if (button === '65') return { kind: 'wheel', direction: 'down', row: position }
  return button === '0' ? { kind: 'click', row: position } : undefined
}
