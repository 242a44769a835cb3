/**
 * Sequences that a terminal acts on (ECMA-48), and control characters. Of the strings (OSC, DCS, SOS, PM, APC) the whole
 * is one match, where it has an end; else only its beginning, so that no text is hidden.
 */
const control =
  /(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]|[\x00-\x1f\x7f-\x9f]/g
const anyControl = /[\x00-\x1f\x7f-\x9f]/
/** Select Graphic Rendition: colours and weight. */
const colour = /^\x1b\[[0-9;:]*m$/
const allColours = /\x1b\[[0-9;:]*m/g
const endsColours = /\x1b\[0*m[^\x1b]*$/
const reset = '\x1b[0m'

/**
 * Makes a line of a pod safe to be shown. Colours stay, and end with the line. Of a line that a carriage return
 * overwrites, as progress bars do, the last version is taken. A tab becomes two spaces, as what it moves to depends on where
 * the line begins.
 */
export function sanitize(text: string): string {
  if (!anyControl.test(text)) return text
  const shown = lastVersion(text).replace(control, found => {
    if (found === '\t') return '  '
    return colour.test(found) ? found : ''
  })
  return shown.includes('\x1b') && !endsColours.test(shown) ? shown + reset : shown
}

/** For where there is no terminal, and to look for words. */
export function withoutColour(text: string): string {
  return text.includes('\x1b') ? text.replace(allColours, '') : text
}

function lastVersion(text: string): string {
  const versions = text.split('\r').filter(version => version !== '')
  return versions.at(-1) ?? ''
}
