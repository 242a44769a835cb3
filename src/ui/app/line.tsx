import { Text } from 'ink'

/** One row of the screen, which has its width and colours already. */
export function Line({ text }: { readonly text: string }) {
  // Where there is nothing to be said there is still a row.
  return <Text wrap="truncate">{text === '' ? ' ' : text}</Text>
}
