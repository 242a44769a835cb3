/** The terminal as devloop uses it: a screen of its own, with the mouse's wheel and without a cursor. */
export interface Screen {
  /** Takes the terminal. What was on it comes back with `leave`. */
  enter(): void
  /** Gives the terminal back as it was. May be called at any time, also while the process exits. */
  leave(): void
}

export interface ScreenStreams {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
}

/**
 * Private modes of xterm ("XTerm Control Sequences", DEC Private Mode Set): 1049 alternate screen with the cursor kept, 25
 * cursor, 1000 and 1006 buttons and wheel with coordinates as text, 2004 pasted text in brackets.
 */
const enterModes = '\x1b[?1049h\x1b[?25l\x1b[?1000h\x1b[?1006h\x1b[?2004h\x1b[2J'
const leaveModes = '\x1b[?2004l\x1b[?1006l\x1b[?1000l\x1b[0m\x1b[?25h\x1b[?1049l'

export function createScreen({ stdin, stdout }: ScreenStreams): Screen {
  let isEntered = false
  const leave = () => {
    if (!isEntered) return
    isEntered = false
    process.off('exit', leave)
    // A terminal that is gone has nothing to be restored.
    if (stdin.isTTY && !stdin.destroyed) stdin.setRawMode(false)
    // Writing to a terminal is synchronous (Node's "A note on process I/O"; Windows drains it at the end).
    stdout.write(leaveModes)
  }
  return {
    enter() {
      if (isEntered) return
      isEntered = true
      process.once('exit', leave)
      if (stdin.isTTY) stdin.setRawMode(true)
      stdout.write(enterModes)
    },
    leave,
  }
}
