import type { Shell } from '../../model/shell.ts'
import type { ScreenStreams } from './screen.ts'

/** Gives the terminal to a shell until that ends. Gives what to tell the user, if anything. */
export async function showShell(shell: Shell, { stdin, stdout }: ScreenStreams): Promise<string | undefined> {
  const { streams } = shell
  stdout.write(`${shell.pod} · ${shell.container} · exit leads back to devloop\r\n`)
  const onInput = (bytes: Buffer) => void streams.write(bytes)
  const onResize = () => shell.resize({ columns: stdout.columns, rows: stdout.rows })
  const onOutput = (bytes: Buffer) => void stdout.write(bytes)
  streams.on('data', onOutput)
  streams.on('error', () => {})
  stdin.on('data', onInput)
  stdout.on('resize', onResize)
  stdin.setRawMode(true)
  stdin.resume()
  try {
    return await shell.ended
  } finally {
    stdin.off('data', onInput)
    stdout.off('resize', onResize)
    stdin.pause()
    stdin.setRawMode(false)
    streams.destroy()
  }
}
