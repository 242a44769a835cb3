import path from 'node:path'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import packageJson from '../../package.json' with { type: 'json' }
import type { ControlClient } from '../control/client.ts'
import { logLevels } from '../model/log.ts'
import type { Result } from '../model/result.ts'
import { formatFailure } from '../ui/text.ts'
import { type ControlOptions, connectControl } from './connect.ts'
import { printFailures } from './failures.ts'
import { readNewestLogs } from './newest-logs.ts'

/** Serves a coding assistant on stdin and stdout until stdin ends. Gives the exit code. */
export async function mcp(options: ControlOptions): Promise<number> {
  const client = connectControl(options)
  if (!client.ok) return printFailures([client.failure])
  const server = new McpServer(
    { name: 'devloop', version: packageJson.version },
    {
      instructions:
        'devloop keeps services in a local Kubernetes cluster in step with the files of this project. After an edit call wait: it returns when the edit is live, or why it is not. If no devloop up runs, ask the user to start one.',
    },
  )
  registerTools(server, client.value)
  const ended = Promise.withResolvers<void>()
  process.stdin.once('end', ended.resolve).once('close', ended.resolve)
  await server.connect(new StdioServerTransport())
  await ended.promise
  await server.close()
  return 0
}

const services = z.array(z.string()).describe('names of services, as status gives them')
/** Seconds; an assistant's own limit of a call is often a minute. */
const waitSeconds = z.number().min(1).max(3_600).default(50)

function registerTools(server: McpServer, client: ControlClient): void {
  server.registerTool(
    'status',
    {
      description:
        'How every service is now: its phase, what runs for it and what it waits for, its last change, addresses, and its failure with a cure.',
      annotations: { readOnlyHint: true },
    },
    async () => resultOf(await client.status()),
  )
  server.registerTool(
    'wait',
    {
      description:
        'Wait until every edit that is saved now is live in all replicas. Answers outcome "reached", "failed" with the failures and their cures, or "timed-out" with what is still waited for.',
      inputSchema: { services: services.default([]).describe('default: all'), timeoutSeconds: waitSeconds },
      annotations: { readOnlyHint: true },
    },
    async ({ services, timeoutSeconds }) =>
      resultOf(await client.wait({ services, goal: 'live', timeoutMs: timeoutSeconds * 1_000 })),
  )
  server.registerTool(
    'failure',
    {
      description:
        'Why services are not as they should be: code, message, place, cause, cure and the last lines of output of each failure. Empty where nothing is wrong.',
      inputSchema: { services: services.default([]).describe('default: all') },
      annotations: { readOnlyHint: true },
    },
    async ({ services }) => resultOf(await failuresOf(client, services)),
  )
  server.registerTool(
    'why',
    {
      description:
        'What a change of a file leads to (sync, compile, a new image, apply, nothing), and which lines decide that.',
      inputSchema: { file: z.string().describe('a path, absolute or relative to where devloop mcp runs') },
      annotations: { readOnlyHint: true },
    },
    async ({ file }) => {
      const explained = await client.why(path.resolve(file))
      return resultOf(explained.ok ? { ok: true, value: { consequences: explained.value } } : explained)
    },
  )
  server.registerTool(
    'logs',
    {
      description:
        'The newest lines that containers have said, oldest first. truncated: there were more that fit; ask for less, or filter.',
      inputSchema: {
        services: services.default([]).describe('default: all'),
        sinceSeconds: z.number().positive().optional().describe('nothing older than that'),
        level: z.enum(logLevels).optional().describe('only lines that say that they are at least so serious'),
        grep: z
          .string()
          .max(1_000)
          .optional()
          .describe('only lines that match, a regular expression of JavaScript'),
        lines: z.int().min(1).max(1_000).default(100).describe('at most so many'),
      },
      annotations: { readOnlyHint: true },
    },
    async request => resultOf(await readNewestLogs(client, request)),
  )
  server.registerTool(
    'trigger',
    {
      description: 'Make services anew, though nothing has changed: read, build and apply again.',
      inputSchema: { services: services.min(1) },
      annotations: { destructiveHint: false },
    },
    async ({ services }) => resultOf(await client.trigger(services)),
  )
}

async function failuresOf(client: ControlClient, names: readonly string[]): Promise<Result<object>> {
  const asked = await client.status()
  if (!asked.ok) return asked
  const { devfileFailures, watchFailure, cluster, services } = asked.value
  const wanted = services.filter(({ service }) => names.length === 0 || names.includes(service))
  return {
    ok: true,
    value: {
      project: [
        ...devfileFailures,
        ...(watchFailure ? [watchFailure] : []),
        ...(cluster.phase === 'lost' ? [cluster.failure] : []),
      ],
      services: wanted.flatMap(({ service, failure }) => (failure ? [{ service, failure }] : [])),
    },
  }
}

function resultOf(result: Result<object>): CallToolResult {
  if (result.ok) return { content: [{ type: 'text', text: JSON.stringify(result.value) }] }
  const text = formatFailure(result.failure, process.cwd()).join('\n')
  return { isError: true, content: [{ type: 'text', text }] }
}
