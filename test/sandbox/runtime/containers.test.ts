import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { obstacle } from '../obstacle.ts'
import { containerSpec, execute, openRig, type Rig, until } from './rig.ts'

describe.skipIf(obstacle !== '')(`containers${obstacle}`, () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await openRig()
  })
  afterAll(() => rig[Symbol.asyncDispose]())

  test('a container runs its command with its own settings, and its output is in the log', async () => {
    const pod = await rig.pod({ hostAliases: [{ ip: '10.1.2.3', names: ['db', 'db.local'] }] })
    const container = await rig.start(pod, {
      command: ['sh', '-c', 'echo "$GREETING from $(hostname) in $PWD"; echo trouble >&2; printf "no end"'],
      env: [
        { name: 'GREETING', value: 'overwritten' },
        { name: 'GREETING', value: 'hello\tyou' },
      ],
      workingDir: '/srv/app',
    })
    expect((await container.exited).exitCode).toBe(0)
    expect(rig.log(container)).toEqual(
      expect.arrayContaining([
        'stdout F hello\tyou from web-0 in /srv/app',
        'stderr F trouble',
        'stdout P no end',
      ]),
    )
    expect(container.id).toMatch(/^devloop-sandbox:\/\//)
    await pod.remove()
  })

  test('a pod has its own address, name, hosts and resolver', async () => {
    const pod = await rig.pod({ hostAliases: [{ ip: '10.1.2.3', names: ['db', 'db.local'] }] })
    const container = await rig.start(pod, { command: ['sleep', '1000'] })
    const { stdout } = await execute(container, ['cat', '/etc/hosts', '/etc/resolv.conf', '/etc/hostname'])
    expect(stdout).toContain(`${pod.ip}\tweb-0`)
    expect(stdout).toContain('10.1.2.3\tdb\tdb.local')
    expect(stdout).toContain(
      'nameserver 10.96.0.10\nsearch default.svc.cluster.local\noptions ndots:5\nweb-0\n',
    )
    await pod.remove()
  })

  test.each([
    ['exit 3', { exitCode: 3 }],
    ['nosuchcommand', { exitCode: 127 }],
    ['sh -c "kill -TERM \\$\\$"', { exitCode: 143 }],
  ])('how %j ended is told by its exit code', async (script, exit) => {
    const pod = await rig.pod()
    const container = await rig.start(pod, { command: ['sh', '-c', `${script}; exit $?`] })
    expect(await container.exited).toMatchObject(exit)
    await pod.remove()
  })

  test('a file of the same name that cannot be executed hides no program', async () => {
    const folder = path.join(rig.folder, 'first-on-path')
    mkdirSync(folder)
    writeFileSync(path.join(folder, 'true'), '', { mode: 0o644 })
    const pod = await rig.pod()
    const container = await rig.start(pod, {
      command: ['true'],
      env: [{ name: 'PATH', value: '/first:/nosuch:/usr/bin:/bin' }],
      mounts: [{ source: folder, target: '/first', isReadOnly: true }],
    })
    expect(await container.exited).toMatchObject({ exitCode: 0 })
    await pod.remove()
  })

  test.each([
    [['nosuchcommand'], 'sandbox/no-command', 'exec: "nosuchcommand": executable file not found in $PATH'],
    [
      ['/nosuch/file'],
      'sandbox/no-command',
      'exec: "/nosuch/file": stat /nosuch/file: no such file or directory',
    ],
    [['/etc/passwd'], 'sandbox/not-executable', 'exec: "/etc/passwd": permission denied'],
    [['/etc'], 'sandbox/not-executable', 'exec: "/etc": permission denied'],
  ] as const)('a command that cannot be run is said by its name: %j', async (command, code, message) => {
    const pod = await rig.pod()
    const logFile = path.join(rig.folder, 'refused')
    const refused = await rig.runtime.start(pod, { ...containerSpec({ image: rig.image, logFile }), command })
    expect(refused).toMatchObject({ ok: false, failure: { code, message } })
    const running = await rig.start(pod, { command: ['sleep', '1000'] })
    const signal = AbortSignal.timeout(5000)
    const exec = await running.exec({ command, hasStdin: false, hasTty: false, signal })
    expect(exec).toMatchObject({ ok: false, failure: { code, message } })
    await pod.remove()
  })

  test('a container that is not to run as root does not', async () => {
    const pod = await rig.pod()
    const refused = rig.start(pod, { command: ['id'], refusesRoot: true })
    await expect(refused).rejects.toThrow('container has runAsNonRoot and image will run as root')
    const container = await rig.start(pod, { command: ['true'], refusesRoot: true, user: 1000 })
    expect(await container.exited).toMatchObject({ exitCode: 0 })
    await pod.remove()
  })

  test('a program may give files to another user and become one, also where there is only one', async () => {
    const pod = await rig.pod()
    const become = 'setpriv --reuid 1234 --regid 1234 --clear-groups echo "went on"'
    const container = await rig.start(pod, {
      command: ['sh', '-c', `touch /file && chown -R 1234:1234 /file && ${become}`],
    })
    expect((await container.exited).exitCode).toBe(0)
    expect(rig.log(container)).toEqual(['stdout F went on'])
    await pod.remove()
  })

  test('of a program that this machine has not it is said that an image has the machine’s programs', async () => {
    const pod = await rig.pod()
    const logFile = path.join(rig.folder, 'missing')
    const spec = containerSpec({ image: rig.image, logFile })
    expect(await rig.runtime.start(pod, { ...spec, command: ['nosuch'] })).toMatchObject({
      failure: { why: expect.stringContaining('nosuch is none of them') },
    })
    const shell = await rig.start(pod, { command: ['sh', '-c', 'nosuch'] })
    expect(await shell.exited).toMatchObject({
      exitCode: 127,
      note: expect.stringContaining("has this machine's programs"),
    })
    await pod.remove()
  })

  test('a script without an interpreter in its first line is no program, as on a real node', async () => {
    const pod = await rig.pod()
    const script = path.join(rig.folder, 'script')
    writeFileSync(script, 'echo hello\n', { mode: 0o755 })
    const running = await rig.start(pod, {
      command: ['sleep', '1000'],
      mounts: [{ source: script, target: '/usr/bin/hello', isReadOnly: true }],
    })
    await expect(execute(running, ['hello'])).rejects.toThrow('exec format error')
    await pod.remove()
  })

  test('volumes are seen where they are mounted, also in one another, and below links; read-only ones cannot be written to', async () => {
    const pod = await rig.pod()
    const [data, inner, file] = ['data', 'inner', 'file with, a: comma'].map(name =>
      path.join(rig.folder, name),
    )
    if (!data || !inner || !file) throw new Error('three names')
    for (const folder of [data, inner]) mkdirSync(folder)
    writeFileSync(file, 'of a file\n')
    writeFileSync(path.join(inner, 'deep'), 'of a folder\n')
    const container = await rig.start(pod, {
      command: ['sleep', '1000'],
      mounts: [
        { source: inner, target: '/data/in/ner', isReadOnly: true },
        { source: data, target: '/data', isReadOnly: false },
        { source: file, target: '/var/run/config/file', isReadOnly: true },
      ],
    })
    const script =
      'cat /data/in/ner/deep /run/config/file; echo new > /data/written; touch /data/in/ner/x; echo y > /run/config/file'
    const { stdout, stderr } = await execute(container, ['sh', '-c', script])
    expect(stdout).toBe('of a folder\nof a file\n')
    expect(stderr.match(/Read-only file system/g)).toHaveLength(2)
    expect(readFileSync(path.join(data, 'written'), 'utf8')).toBe('new\n')
    await pod.remove()
  })

  test('what a container writes is its own, and nothing of it is on the host', async () => {
    const pod = await rig.pod()
    const [one, other] = [
      await rig.start(pod, { command: ['sleep', '1000'] }),
      await rig.start(pod, { command: ['sleep', '1000'] }),
    ]
    const write =
      'echo mine > /usr/mine && echo mine > /etc/mine && mkdir /app && echo mine > /app/mine && rm /usr/bin/env'
    expect(await execute(one, ['sh', '-c', write])).toMatchObject({ exitCode: 0 })
    expect((await execute(one, ['cat', '/usr/mine', '/etc/mine', '/app/mine'])).stdout).toBe(
      'mine\nmine\nmine\n',
    )
    const look = await execute(other, [
      'sh',
      '-c',
      'ls /usr/mine /etc/mine /app 2>/dev/null; ls /usr/bin/env',
    ])
    expect(look.stdout).toBe('/usr/bin/env\n')
    expect(readdirSync('/usr')).not.toContain('mine')
    await pod.remove()
  })

  test('a read-only root takes only what its volumes take', async () => {
    const pod = await rig.pod()
    const data = path.join(rig.folder, 'writable')
    mkdirSync(data)
    const container = await rig.start(pod, {
      command: ['sleep', '1000'],
      isRootReadOnly: true,
      mounts: [{ source: data, target: '/data', isReadOnly: false }],
    })
    const { stdout } = await execute(container, [
      'sh',
      '-c',
      'for f in /x /usr/x /etc/x /etc/hosts /data/x /dev/shm/x; do (echo > $f) 2>/dev/null && echo $f; done; true',
    ])
    expect(stdout).toBe('/data/x\n/dev/shm/x\n')
    await pod.remove()
  })

  test('a container sees its own processes only, no other mounts, and the devices that programs expect', async () => {
    const pod = await rig.pod()
    const container = await rig.start(pod, { command: ['sleep', '1000'] })
    const script =
      'cat /proc/1/comm; ls /proc | grep -c "^[0-9]"; ls /home /root /tmp; echo out > /dev/stdout; head -c 3 /dev/zero | od -An -c; ls -d /dev/* | xargs; cut -d" " -f2 /proc/mounts | grep -v "^/\\(dev\\|etc\\|proc\\|sys\\|usr\\|lib\\|bin\\|sbin\\|var/lib/dpkg\\)"; ls /proc/self/fd | xargs'
    const { stdout, stderr } = await execute(container, ['sh', '-c', script])
    expect(stderr).toBe('')
    const [comm, processes, home, root, blank, ...rest] = stdout.split('\n')
    expect([comm, home, root]).toEqual(['sleep', '/home:', ''])
    expect(Number(processes)).toBeLessThan(6)
    expect(blank).toBe('/root:')
    expect(rest.join('\n')).toContain('/tmp:\nout\n  \\0  \\0  \\0\n')
    expect(rest.join('\n')).toContain(
      '/dev/full /dev/null /dev/ptmx /dev/pts /dev/random /dev/shm /dev/stderr',
    )
    // No open file of the sandbox's comes with it.
    expect(rest.slice(-3)).toEqual(['/', '0 1 2 3', ''])
    await pod.remove()
  })

  test('whoever is asked to end by a signal may do so in its own way', async () => {
    const pod = await rig.pod()
    const container = await rig.start(pod, {
      command: ['sh', '-c', 'trap "echo bye; exit 5" TERM; echo ready; while :; do sleep 0.01; done'],
    })
    await until(container.attach().stdout, /ready/).catch(() => '')
    container.kill(container.stopSignal)
    expect((await container.exited).exitCode).toBe(5)
    expect(rig.log(container)).toEqual(['stdout F ready', 'stdout F bye'])
    await pod.remove()
  })

  test('all processes of a container end with its first one', async () => {
    const pod = await rig.pod()
    const container = await rig.start(pod, {
      command: ['sh', '-c', 'setsid sleep 98765 & echo started; exec sleep 98764'],
    })
    const exec = execute(container, ['sh', '-c', 'setsid sleep 98763; echo never'])
    await execute(container, ['sh', '-c', 'until pgrep -f "sleep 98763" >/dev/null; do sleep 0.01; done'])
    container.kill('SIGKILL')
    await container.exited
    expect((await exec).exitCode).toBe(137)
    expect(runningCommands().filter(command => /sleep 9876\d/.test(command))).toEqual([])
    const signal = AbortSignal.timeout(5000)
    const late = await container.exec({ command: ['true'], hasStdin: false, hasTty: false, signal })
    expect(late).toMatchObject({ ok: false, failure: { message: 'the container has ended' } })
    await container.remove()
    await pod.remove()
  })

  test('a link as the source of a volume is followed, and one that is not there is said by its name', async () => {
    const pod = await rig.pod()
    const [folder, link] = [path.join(rig.folder, 'real'), path.join(rig.folder, 'link')]
    mkdirSync(folder)
    writeFileSync(path.join(folder, 'file'), 'found')
    symlinkSync(folder, link)
    const mounts = [{ source: link, target: '/data', isReadOnly: false }]
    const container = await rig.start(pod, { command: ['cat', '/data/file'], mounts })
    await container.exited
    expect(rig.log(container)).toEqual(['stdout P found'])
    const missing = [{ source: '/nosuch', target: '/data', isReadOnly: false }]
    await expect(rig.start(pod, { command: ['true'], mounts: missing })).rejects.toThrow(
      'cannot mount /nosuch on /data: it is not there',
    )
    await pod.remove()
  })

  test('when its pods are removed nothing of them is left', async () => {
    const pod = await rig.pod()
    await rig.start(pod, {
      command: ['sh', '-c', 'mkdir -p /app/a/b; touch /app/a/b/c; chmod 000 /app/a; exec sleep 98766'],
    })
    await pod.remove()
    expect(readdirSync(path.join(rig.folder, 'run/containers'))).toEqual([])
    expect(readdirSync(path.join(rig.folder, 'run/pipes'))).toEqual([])
    expect(runningCommands().filter(command => command.includes('98766'))).toEqual([])
  })
})

function runningCommands(): readonly string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(pid => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        return ''
      }
    })
}
