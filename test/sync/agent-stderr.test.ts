import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { agentCommand } from '../../src/sync/agent.ts'
import { shells } from './shell-agent.ts'

test.each(shells)(
  'under %s the agent keeps its stderr open, without which containerd ends its stdin',
  async (...shell) => {
    const [program = '', ...args] = shell
    const [, ...rest] = agentCommand('token')
    const child = spawn(program, [...args, ...rest], { stdio: 'pipe' })
    const ended = once(child, 'exit')
    try {
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      const isAnswered = async (words: string) => {
        for (let line = await lines.next(); !line.done; line = await lines.next())
          if (line.value.startsWith(`token ${words}`)) return true
        return false
      }
      child.stderr.resume()
      expect(await isAnswered('ready')).toBe(true)
      child.stdin.write('ping\n')
      expect(await isAnswered('ok')).toBe(true)
      expect(child.stderr.readableEnded).toBe(false)
      child.stdin.end()
      await Promise.all([once(child.stderr, 'end'), ended])
    } finally {
      child.kill('SIGKILL')
    }
  },
)
