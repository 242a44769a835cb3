import { readFile, rm } from 'node:fs/promises'
import { describe, expect, inject, test } from 'vitest'
import { podType } from '../../src/model/kube-api.ts'
import { devloop, isFailed, isLive, type RunningUp, startUp } from './devloop.ts'
import { helloProject } from './project.ts'
import { htdocs, type SiteProject, siteProject } from './site.ts'

describe('an edit that the Dockerfile only copies', () => {
  test('is served by the same pod, its process started anew, and why says so', async () => {
    await using project = await helloProject('sync-restart', { isSynced: true })
    const options = { cwd: project.folder, env: project.env }
    await using up = startUp(options)
    await up.next(isLive('hello'))
    const pods = async () => {
      const found = await project.cluster.api.list(podType, { namespace: project.namespace })
      return found.ok ? found.value.map(({ metadata }) => metadata.name) : []
    }
    const before = await pods()
    for (const greeting of ['one', 'two', 'three']) {
      await project.greet(greeting)
      await up.next(isLive('hello'))
      expect(await (await fetch(project.url)).text()).toBe(`${greeting}\n`)
    }
    expect(await pods()).toEqual(before)
    expect(builds(up)).toBe(1)

    const why = await devloop(['why', 'src/greeting.js'], options)
    expect(why.stdout).toMatch(/put into the running containers/)
    expect(why.stdout).toMatch(/Dockerfile:4 COPY --chown=node:node src \.\/src copies src\/greeting\.js/)
    expect(why.stdout).toMatch(/Dockerfile:7 node src\/server\.js reads its files once, at start: restart/)
  })

  test('that crashes the process shows the crash, and the next edit mends it in the same pod', async () => {
    await using project = await helloProject('sync-crash', { isSynced: true })
    await using up = startUp({ cwd: project.folder, env: project.env })
    await up.next(isLive('hello'))
    await project.write('src/greeting.js', 'export const greeting =\n')
    const { failure } = await up.next(isFailed('hello'))
    expect(failure).toMatchObject({ code: 'sync/crash' })
    expect(failure?.output?.join('\n')).toContain('SyntaxError')
    up.skip()
    await project.greet('mended')
    await up.next(isLive('hello'))
    expect(await (await fetch(project.url)).text()).toBe('mended\n')
    expect(builds(up)).toBe(1)
  })

  test('is in every replica, also in one that comes later, and in a container that starts again', async () => {
    await using site = await siteProject('sync-replicas', {
      replicas: 2,
      container: { command: ['sh', '-c', 'trap "exit 1" TERM; while :; do sleep 60 & wait; done'] },
    })
    await using up = startUp({ cwd: site.folder, env: site.env })
    await up.next(isLive('site'))
    await site.write('public/index.html', 'second')
    await site.write('public/new page.html', 'new')
    await untilEverywhere(site, up, 'cat index.html "new page.html"', 'secondnew')

    await site.scale(3)
    await untilEverywhere(site, up, 'cat index.html "new page.html"', 'secondnew', 3)

    const [pod = ''] = await site.pods()
    up.skip()
    await site.inPod(pod, 'kill 1').catch(() => {})
    await up.next(isLive('site'))
    await untilEverywhere(site, up, 'cat index.html "new page.html"', 'secondnew', 3)

    await rm(site.file('public/new page.html'))
    await untilEverywhere(site, up, 'ls', 'index.html\n', 3)
    expect(builds(up)).toBe(1)
  })

  test('is in each container of its image: two images in one pod, one image in two workloads', async () => {
    await using site = await siteProject('sync-images', {
      pod: {
        containers: [
          { name: 'site', image: 'e2e-sync-images/site', ports: [{ containerPort: 80 }] },
          { name: 'other', image: 'e2e-sync-images/other', command: ['sleep', '3600'] },
        ],
      },
    })
    const other = `e2e-sync-images/other`
    await site.write('other/Dockerfile', 'FROM busybox\nCOPY text /text\n')
    await site.write('other/text', 'first')
    await site.write(
      'Devfile.ts',
      (await readFile(site.file('Devfile.ts'), 'utf8'))
        .replace(/images: \{.*\}/, match =>
          match.replace(/\}$/, `, '${other}': docker({ context: 'other' }) }`),
        )
        .replaceAll(`${site.name}/site`, 'e2e-sync-images/site'),
    )
    const deployment = JSON.parse(await readFile(site.file('k8s/site.json'), 'utf8'))
    deployment.metadata.name = 'again'
    deployment.spec.selector.matchLabels = { app: 'again' }
    deployment.spec.template.metadata.labels = { app: 'again' }
    deployment.spec.template.spec.containers.shift()
    await site.write('k8s/again.json', JSON.stringify(deployment))

    await using up = startUp({ cwd: site.folder, env: site.env })
    await up.next(isLive('site'))
    await site.write('other/text', 'second')
    await site.write('public/index.html', 'second')
    await expect
      .poll(
        async () => {
          const pods = await site.pods()
          const texts = pods.map(pod => site.inPod(pod, 'cat /text', 'other'))
          return Promise.all(texts)
        },
        { timeout: 30_000 },
      )
      .toEqual(['second', 'second'])
    await served(site, 'second')
    expect(builds(up)).toBe(2)
  })

  test('runs the commands that the Devfile wants after it', async () => {
    await using site = await siteProject('sync-run', {
      image: `sync: [{ from: 'public', to: '${htdocs}' }],
        runs: [{ run: 'pwd > ran; cat ${htdocs}/list.txt >> ran', when: 'public/list.txt' }]`,
      dockerfile: `FROM httpd:2.4\nWORKDIR ${htdocs}\nCOPY public ${htdocs}\n`,
    })
    await using up = startUp({ cwd: site.folder, env: site.env })
    await up.next(isLive('site'))
    await site.write('public/list.txt', 'a')
    await untilEverywhere(site, up, 'cat ran', `${htdocs}\na`)
    expect(builds(up)).toBe(1)
  })
})

test('what differs in a container that runs already is made right by the next up, without a new pod', async () => {
  await using site = await siteProject('sync-initial')
  const options = { cwd: site.folder, env: site.env }
  await using first = startUp(options)
  await first.next(isLive('site'))
  await first.end('SIGINT')
  const before = await site.pods()
  await site.inPod(before[0] ?? '', `echo drifted > ${htdocs}/index.html`)

  await using second = startUp(options)
  await second.next(isLive('site'))
  await served(site, 'first')
  expect(await site.pods()).toEqual(before)
  expect(second.lines).toContainEqual(
    expect.objectContaining({
      type: 'task-ended',
      task: expect.objectContaining({ kind: 'sync' }),
      files: 1,
    }),
  )
})

describe('works', () => {
  test('for a user who is not root and owns the files', async () => {
    await using site = await siteProject('sync-user', {
      dockerfile: `FROM httpd:2.4\nCOPY --chown=1000:1000 public ${htdocs}/own\nUSER 1000\n`,
      container: { securityContext: { runAsUser: 1000 } },
    })
    await using up = startUp({ cwd: site.folder, env: site.env })
    await up.next(isLive('site'))
    await site.write('public/index.html', 'second')
    await untilEverywhere(site, up, 'cat own/index.html', 'second')
    expect(builds(up)).toBe(1)
  })

  test('with a read-only root where the folder is a writable mount', async () => {
    await using site = await siteProject('sync-mount', {
      image: `sync: [{ from: 'public', to: '/pages' }]`,
      pod: { volumes: [{ name: 'pages', emptyDir: {} }] },
      container: {
        securityContext: { readOnlyRootFilesystem: true },
        volumeMounts: [{ name: 'pages', mountPath: '/pages' }],
      },
    })
    await using up = startUp({ cwd: site.folder, env: site.env })
    await up.next(isLive('site'))
    await site.write('public/index.html', 'second')
    await untilEverywhere(site, up, 'cat /pages/index.html', 'second')
    expect(builds(up)).toBe(1)
  })
})

/** An ordinary user's sandbox may have no other user. */
const hasUsers = inject('stateHome') === undefined || process.getuid?.() === 0

describe('where a container takes no files, a new image brings them, and the cure is said', () => {
  test.for([
    {
      what: 'a read-only root',
      purpose: 'sync-read-only',
      options: { container: { securityContext: { readOnlyRootFilesystem: true } } },
      code: 'sync/refused',
      cure: /readOnlyRootFilesystem/,
    },
    {
      what: 'files of another user',
      purpose: 'sync-others',
      options: {
        dockerfile: `FROM httpd:2.4\nCOPY public ${htdocs}\n`,
        container: { securityContext: { runAsUser: 1000 } },
      },
      code: 'sync/refused',
      cure: /COPY --chown/,
    },
    {
      what: 'an image without a shell',
      purpose: 'sync-distroless',
      options: {
        dockerfile: `FROM httpd:2.4\nRUN rm -f /bin/sh /usr/bin/sh\nCOPY public ${htdocs}\n`,
      },
      code: 'sync/no-shell',
      cure: /sync: false/,
    },
  ])('$what', async ({ what, purpose, options, code, cure }, { skip }) => {
    if (what === 'files of another user' && !hasUsers) skip()
    await using site = await siteProject(purpose, options)
    await using up = startUp({ cwd: site.folder, env: site.env })
    await up.next(isLive('site'))
    await site.write('public/index.html', 'second')
    const failed = await up.next(line => line.type === 'task-ended' && line.outcome === 'failed')
    expect(failed).toMatchObject({ failure: { code, cure: expect.stringMatching(cure) } })
    await up.next(isLive('site'))
    await served(site, 'second')
    await site.write('public/index.html', 'third')
    await up.next(isLive('site'))
    await served(site, 'third')
    const failures = up.lines.filter(line => line.type === 'task-ended' && line.outcome === 'failed')
    expect(failures).toHaveLength(1)
  })
})

function builds({ lines }: RunningUp): number {
  return lines.filter(line => line.type === 'task-started' && line.task.kind === 'build').length
}

/** A pod that ends may answer once more. */
async function served(site: SiteProject, content: string) {
  await expect
    .poll(async () => (await fetch(site.url)).text().catch(() => ''), { timeout: 30_000, interval: 50 })
    .toBe(content)
}

/** Every running pod answers a command in the folder of the pages in the same way. */
async function untilEverywhere(
  site: SiteProject,
  up: RunningUp,
  command: string,
  answer: string,
  replicas?: number,
) {
  const look = async () => {
    const pods = await site.pods()
    const answers = await Promise.all(
      pods.map(pod => site.inPod(pod, `cd ${htdocs} && ${command}`).catch(() => 'not yet')),
    )
    const isComplete = replicas === undefined || pods.length === replicas
    return isComplete ? [...new Set(answers)] : ['too few']
  }
  await expect.poll(look, { timeout: 60_000, interval: 100 }).toEqual([answer])
  expect(up.lines.filter(line => line.type === 'task-ended' && line.outcome === 'failed')).toEqual([])
}
