import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { rm, utimes } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { ok } from '../../../src/model/result.ts'
import { makeLayer } from '../../../src/sandbox/images/build/make-layer.ts'
import type { LayerEntry } from '../../../src/sandbox/images/layer.ts'
import { stampOf } from '../../../src/util/file-content.ts'
import { canRun, openBuilderRig } from './rig.ts'

test('files, folders and links get into the image, with its settings', async () => {
  await using rig = await openBuilderRig({
    'src/a.js': 'a',
    'src/lib/b.js': 'b',
    'src/l': '->a.js',
    'x.md': 'x',
  })
  const built = await rig.build(
    'FROM scratch\nWORKDIR /app\nCOPY src ./\nENV PORT=80\nEXPOSE $PORT\nCMD ["/app/a.js"]',
  )
  expect(built.list('/')).toEqual(['/app/a.js', '/app/l', '/app/lib/b.js'])
  expect(built.at('/app')).toBe('folder 755')
  const image = built.result.ok ? rig.store.find(built.result.value) : undefined
  expect(image).toMatchObject({
    base: 'scratch',
    config: {
      cmd: ['/app/a.js'],
      workingDir: '/app',
      env: [expect.stringMatching(/^PATH=/), 'PORT=80'],
      exposedPorts: ['80/tcp'],
    },
  })
})

test('what .dockerignore leaves out is not in the image, and cannot be copied by name', async () => {
  await using rig = await openBuilderRig({ '.dockerignore': 'no\n', no: '1', yes: '2' })
  expect((await rig.build('FROM scratch\nCOPY . /')).list('/')).toEqual(['/.dockerignore', '/yes'])
  const { result } = await rig.build('FROM scratch\nCOPY no /')
  expect(result).toMatchObject({
    failure: {
      why: expect.stringContaining('"/no": not found'),
      cure: expect.stringContaining('.dockerignore'),
    },
  })
})

test('the same content is the same image, whenever its files were written; other content is another one', async () => {
  await using rig = await openBuilderRig({ a: '1' })
  const text = 'FROM scratch\nCOPY a /a'
  const first = await rig.build(text)
  await utimes(path.join(rig.folder, 'context/a'), 1, 1)
  const second = await rig.build(text)
  expect(second.result).toEqual(first.result)
  expect(second.lines.filter(line => line.endsWith('CACHED'))).toHaveLength(1)
  await rig.write('a', '2')
  const third = await rig.build(text)
  expect(third.result).not.toEqual(first.result)
  expect(third.at('/a')).toBe('2')
})

test('text of the Dockerfile itself becomes files, with variables unless its name is quoted', async () => {
  await using rig = await openBuilderRig()
  const built = await rig.build(
    'FROM scratch\nARG W=world\nCOPY <<EOF <<"RAW" /h/\nhello $W "\\$W"\nEOF\n$W\nRAW\nCOPY <<EOF /one\n1\nEOF',
  )
  expect([built.at('/h/EOF'), built.at('/h/RAW'), built.at('/one')]).toEqual([
    'hello world "$W"\n',
    '$W\n',
    '1\n',
  ])
})

test('steps are told as BuildKit tells them: by stage, count and instruction', async () => {
  await using rig = await openBuilderRig({ a: '1' })
  const { lines } = await rig.build(
    'FROM scratch AS one\nCOPY a /\nFROM scratch\nCOPY --from=one /a /b\nWORKDIR /c',
  )
  const steps = lines.filter(line => /^#\d+ \[/.test(line)).map(line => line.replace(/^#\d+ /, ''))
  expect(steps).toEqual([
    '[one 2/2] COPY a /',
    '[stage-1 2/3] COPY --from=one /a /b',
    '[stage-1 3/3] WORKDIR /c',
  ])
})

test('a stage that the target does not need is not built', async () => {
  await using rig = await openBuilderRig({ a: '1' })
  const built = await rig.build('FROM scratch AS other\nCOPY nope /\nFROM scratch AS wanted\nCOPY a /', {
    target: 'wanted',
  })
  expect(built.at('/a')).toBe('1')
})

describe('what cannot be done is refused by name, at its line', () => {
  test.each([
    ['FROM scratch\nADD https://example.com/x /x', 2, 'ADD of a URL'],
    ['FROM scratch\nCOPY --parents a /', 2, 'COPY --parents'],
    ['FROM scratch\nCOPY --chmod=u+x a /', 2, '--chmod=u+x'],
    ['FROM scratch\nRUN --mount=type=ssh true', 2, '--mount=type=ssh'],
    ['FROM scratch\nRUN --mount=type=bind,target=/x,rw true', 2, 'rw of --mount=type=bind'],
    ['FROM scratch\nRUN --security=insecure true', 2, 'RUN --security=insecure'],
    ['FROM scratch\n\nONBUILD RUN true', 3, 'ONBUILD'],
    ['FROM --platform=windows/arm scratch', 1, 'another platform (windows/arm)'],
    ['FROM busybox AS b\nFROM scratch\nCOPY --from=b / /', 3, 'a copy of all of stage b'],
    ['FROM scratch\nENV A=${B#x}', 2, 'this form of a variable'],
  ])('%j', async (text, line, what) => {
    await using rig = await openBuilderRig({ a: '1' })
    const { result } = await rig.build(text)
    expect(result).toMatchObject({
      ok: false,
      failure: { message: expect.stringContaining(`The sandbox cannot do ${what}, as`), at: { line } },
    })
  })

  test('an image of a registry that nothing here stands for', async () => {
    await using rig = await openBuilderRig()
    const { result } = await rig.build('FROM ghcr.io/acme/thing:1')
    expect(result).toMatchObject({
      failure: {
        message: 'The sandbox cannot stand in for the image ghcr.io/acme/thing:1.',
        at: { line: 1 },
        cure: expect.stringContaining('kind'),
      },
    })
  })
})

test.each([
  ['FROM scratch\nCOPPY a b', 2, 'unknown instruction: COPPY'],
  ['RUN true', 1, 'an instruction before the first FROM'],
  ['', 1, 'it has no FROM'],
  ['FROM a b', 1, 'FROM requires either one or three arguments'],
  ['FROM scratch\nCOPY a', 2, 'COPY requires at least two arguments'],
])('%j is no Dockerfile, and the line is named', async (text, line, what) => {
  await using rig = await openBuilderRig()
  expect((await rig.build(text)).result).toMatchObject({
    failure: {
      code: 'build/dockerfile-syntax',
      message: `The Dockerfile has an error: ${what}.`,
      at: { line },
    },
  })
})

describe.skipIf(!canRun)('with user namespaces, commands run', () => {
  test('the same step of builds at the same time runs once, and each is told of its failure in its own words', async () => {
    await using rig = await openBuilderRig()
    const mount = '--mount=type=cache,target=/mark,id=mark'
    const step = `RUN ${mount} echo once >> /mark/runs && cat /mark/runs > /runs`
    const built = await Promise.all([
      rig.build(`FROM busybox\n${step}\nCMD ["1"]`),
      rig.build(`FROM busybox\n${step}\nCMD ["2"]`),
    ])
    expect(built.map(one => one.at('/runs'))).toEqual(['once\n', 'once\n'])
    const failed = await Promise.all([
      rig.build('FROM busybox\nRUN sleep 0.2; exit 3'),
      rig.build('FROM busybox\nLABEL a=b\nLABEL c=d\nRUN sleep 0.2; exit 3'),
    ])
    expect(failed.map(({ result }) => (result.ok ? undefined : result.failure.at?.line))).toEqual([2, 4])
  })

  test('a step whose program this machine has not says which one, and whose programs an image has', async () => {
    await using rig = await openBuilderRig()
    for (const step of ['RUN nosuch add curl', 'RUN ["nosuch"]']) {
      const { result } = await rig.build(`FROM alpine\n${step}`)
      expect(result).toMatchObject({
        failure: {
          why: expect.stringContaining("this machine's programs, and nosuch is none of them"),
          cure: expect.stringContaining('on this machine'),
        },
      })
    }
  })

  test('and what they change is in the image, once', async () => {
    await using rig = await openBuilderRig({ a: '1' })
    const text = 'FROM busybox\nWORKDIR /app\nCOPY a .\nRUN cat a > b && mkdir /new && rm a'
    const built = await rig.build(text)
    expect(built.list('/app')).toEqual(['/app/b'])
    expect(built.at('/new')).toBe('folder 755')
    const again = await rig.build(text)
    expect(again.result).toEqual(built.result)
    expect(again.lines.filter(line => line.endsWith('CACHED'))).toHaveLength(3)
    await rig.write('a', '2')
    expect((await rig.build(text)).at('/app/b')).toBe('2')
  })

  test('and one that says too much for anybody to read is cut off, and goes on', async () => {
    await using rig = await openBuilderRig()
    const built = await rig.build('FROM busybox\nRUN yes | head -c 5000000; echo done > /done')
    expect(built.at('/done')).toBe('done\n')
    expect(built.lines.join('\n').length).toBeLessThan(2 * 1024 * 1024 * 10)
    expect(built.lines.filter(line => line.includes('output clipped'))).toHaveLength(1)
    expect(built.lines.at(-1)).toMatch(/^#\d+ DONE /)
  })

  test('and may add to the folders of the base', async () => {
    await using rig = await openBuilderRig()
    const built = await rig.build(
      'FROM busybox\nRUN mkdir /etc/own && echo 1 > /etc/own/a && echo 2 > /usr/local/bin/b',
    )
    expect([built.at('/etc/own/a'), built.at('/usr/local/bin/b')]).toEqual(['1\n', '2\n'])
  })

  test('and one that fails is told with its line, its exit code and what it said', async () => {
    await using rig = await openBuilderRig()
    const { result, lines } = await rig.build('FROM busybox\n\nRUN echo first; \\\n  echo why >&2; exit 3')
    expect(result).toMatchObject({
      failure: {
        message: 'The image could not be built at `RUN echo first; echo why >&2; exit 3`.',
        at: { line: 3 },
        why: expect.stringContaining('ended with exit code 3'),
        output: expect.arrayContaining(['first', 'why']),
      },
    })
    expect(lines.some(line => /^#\d+ \d+\.\d+ why$/.test(line))).toBe(true)
  })

  test('a folder that is made anew hides what was in it', async () => {
    await using rig = await openBuilderRig({ 'dir/old': '1' })
    const text =
      'FROM busybox AS b\nCOPY dir /x\nRUN rm -rf /x && mkdir /x && touch /x/new\nFROM scratch\nCOPY --from=b /x /x'
    expect((await rig.build(text)).list('/x')).toEqual(['/x/new'])
  })

  test('scripts in the Dockerfile are run by the shell, or by the program that they name', async () => {
    await using rig = await openBuilderRig()
    const built = await rig.build(
      'FROM busybox\nRUN <<EOF\necho one > /1\necho "$HOME" > /2\nEOF\nRUN cat <<X > /3\nthree\nX\nRUN <<EOF\n#!/bin/sh -e\necho "$-" | grep -o e > /4\nEOF',
    )
    expect(['/1', '/2', '/3', '/4'].map(built.at)).toEqual(['one\n', '/root\n', 'three\n', 'e\n'])
  })

  test('mounts are there for the command, and leave nothing in the image', async () => {
    await using rig = await openBuilderRig({ 'dir/f': 'f', a: 'a' })
    const built = await rig.build(
      'FROM busybox\nRUN --mount=type=cache,target=/deep/cache --mount=type=tmpfs,target=/t --mount=type=bind,source=dir,target=/b --mount=type=bind,source=a,target=/bf --mount=type=secret,id=s cat /b/f /bf /run/secrets/s > /read; touch /deep/cache/c /t/t',
      { secrets: { s: 'top' } },
    )
    expect(built.at('/read')).toBe('fatop')
    expect(['/deep', '/t', '/b', '/bf', '/run/secrets'].map(built.at)).toEqual(Array(5).fill(undefined))
  })

  test('a cache is kept from one command to the next, and a secret in no file', async () => {
    await using rig = await openBuilderRig()
    await rig.build('FROM busybox\nRUN --mount=type=cache,id=c,target=/c echo kept > /c/f')
    const next = await rig.build('FROM busybox\nRUN --mount=type=cache,id=c,target=/d cp /d/f /f', {
      secrets: { s: 'hunter2' },
    })
    expect(next.at('/f')).toBe('kept\n')
    expect(readdirSync(path.join(rig.folder, 'state/scratch'))).toEqual([])
  })

  test('a build that is cancelled ends at once with all that it has started, and leaves nothing', async () => {
    await using rig = await openBuilderRig()
    const controller = new AbortController()
    const mark = path.basename(rig.folder)
    const { promise: isRunning, resolve } = Promise.withResolvers<void>()
    const building = rig.build(
      `FROM busybox\nRUN echo ${mark}; setsid sleep 1000.5 & trap "" TERM; sleep 1000.5`,
      {
        signal: controller.signal,
        onLine: line => line.endsWith(` ${mark}`) && resolve(),
      },
    )
    await isRunning
    const begun = performance.now()
    controller.abort()
    expect((await building).result).toMatchObject({
      ok: false,
      failure: { message: 'The build was cancelled.' },
    })
    expect(performance.now() - begun).toBeLessThan(1_000)
    expect(processesWith(mark)).toEqual([])
    expect(readdirSync(path.join(rig.folder, 'state/scratch'))).toEqual([])
  })

  test('a step that fails ends the stages beside it', async () => {
    await using rig = await openBuilderRig()
    const begun = performance.now()
    const { result } = await rig.build(
      'FROM busybox AS slow\nRUN sleep 60\nFROM busybox\nRUN sleep 0.2; exit 7\nCOPY --from=slow /x /x',
    )
    expect(result).toMatchObject({
      failure: { at: { line: 4 }, why: expect.stringContaining('exit code 7') },
    })
    expect(performance.now() - begun).toBeLessThan(10_000)
  })
})

function processesWith(mark: string): readonly string[] {
  return readdirSync('/proc').filter(name => {
    try {
      return /^\d+$/.test(name) && Number(name) !== process.pid && commandLine(name).includes(mark)
    } catch {
      return false
    }
  })
}

function commandLine(pid: string): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
}

test('a build while files become folders, and go, ends well or says so, and is no fault of the sandbox', async () => {
  await using rig = await openBuilderRig()
  const entry = (name: string, source: string): LayerEntry => {
    const stats = lstatSync(source)
    return {
      ...{ path: name, kind: 'file', mode: 0o644, user: 0, group: 0, content: 'x' },
      ...{ source, stamp: stampOf(stats) },
    }
  }
  await rig.write('a/b', '1')
  const file = path.join(rig.folder, 'context/a')
  const stale = entry('b', path.join(file, 'b'))
  await rm(file, { recursive: true })
  await rig.write('a', '2')
  const spot = { dockerfile: 'Dockerfile', line: 1, text: 'COPY . /' }
  let looks = 0
  const changing = async () => ok([looks++ === 0 ? stale : entry('a', file)])
  expect(await makeLayer(changing, rig.store.layers, spot)).toMatchObject({ value: { isKnown: false } })
  expect(await makeLayer(async () => ok([stale]), rig.store.layers, spot)).toMatchObject({
    failure: { why: 'its files change while they are copied' },
  })
  const unreadable = async () => {
    throw Object.assign(new Error('EACCES: permission denied, open a'), { code: 'EACCES', syscall: 'open' })
  }
  expect(await makeLayer(unreadable, rig.store.layers, spot)).toMatchObject({
    failure: { why: 'EACCES: permission denied, open a', cure: expect.stringContaining('read') },
  })
})

test.runIf(canRun)('commands run in the working folder of a base that has one of its own', async () => {
  await using rig = await openBuilderRig()
  const built = await rig.build('FROM httpd:2.4\nRUN pwd > place && echo page > htdocs.html')
  expect(built.at('/usr/local/apache2/place')).toBe('/usr/local/apache2\n')
})
