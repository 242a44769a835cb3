import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Builder, BuildRequest, Failure, Result } from 'devloop'

const dockerfile = 'FROM httpd:2.4\nCOPY *.html /usr/local/apache2/htdocs/\n'

/** Builds a web site: each text file of a folder becomes a page, its first line the heading. */
export function site(folder: string): Builder {
  return {
    async inputs() {
      return { ok: true, value: { roots: [folder], bases: ['httpd:2.4'] } }
    },
    async build(request) {
      const pages = await render(folder)
      if (!pages.ok) return pages
      const content = { ...pages.value, Dockerfile: dockerfile }
      const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex')
      // The same pages have the same tag, so nothing is rolled out that did not change; `devloop clean` knows it by its form.
      const reference = `${request.ref}:devloop-${hash.slice(0, 16)}`
      const failure = await dockerBuild(reference, content, request)
      return failure ? { ok: false, failure } : { ok: true, value: { reference } }
    },
  }
}

async function render(folder: string): Promise<Result<Record<string, string>>> {
  const pages: Record<string, string> = {}
  for (const name of (await readdir(folder)).filter(file => file.endsWith('.txt')).sort()) {
    const file = path.join(folder, name)
    const [heading = '', ...lines] = (await readFile(file, 'utf8')).trim().split('\n')
    if (heading === '') {
      const cure = 'Write its heading into the first line.'
      return {
        ok: false,
        failure: { code: 'build/failed', message: 'The page is empty.', at: { file, line: 1 }, cure },
      }
    }
    pages[name.replace(/\.txt$/, '.html')] =
      `<!doctype html><h1>${inHtml(heading)}</h1><p>${inHtml(lines.join('\n'))}</p>`
  }
  return { ok: true, value: pages }
}

function inHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

async function dockerBuild(
  reference: string,
  content: Record<string, string>,
  { signal, onLine }: BuildRequest,
): Promise<Failure | undefined> {
  const context = await mkdtemp(path.join(tmpdir(), 'site-'))
  try {
    for (const [name, text] of Object.entries(content)) await writeFile(path.join(context, name), text)
    const output: string[] = []
    const docker = spawn('docker', ['build', '--tag', reference, context], { signal })
    for (const stream of [docker.stdout, docker.stderr]) {
      createInterface({ input: stream }).on('line', line => {
        output.push(line)
        onLine(line)
      })
    }
    const code = await new Promise(resolve => docker.once('close', resolve).once('error', resolve))
    if (code === 0) return undefined
    return { code: 'build/failed', message: 'docker build failed.', output: output.slice(-20) }
  } finally {
    await rm(context, { recursive: true, force: true })
  }
}
