import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { obstacle } from '../obstacle.ts'
import { execute, openRig, type Rig, until } from './rig.ts'

/** A web server for one address of its container: Perl is what the sandbox needs anyway. */
function serve(address: string): readonly string[] {
  const program = `use Socket; socket(S, AF_INET, SOCK_STREAM, 0); setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1);
    bind(S, pack_sockaddr_in(8080, inet_aton("${address}"))) or die $!; listen(S, 9); $| = 1; print "listening\\n";
    while (accept(C, S)) { my $line = <C>; print C "you said $line"; close C }`
  return ['perl', '-e', program]
}

describe.skipIf(obstacle !== '')(`pods${obstacle}`, () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await openRig()
  })
  afterAll(() => rig[Symbol.asyncDispose]())

  test('a pod reaches another one at its address, and each has addresses and ports of its own', async () => {
    const [one, other] = [await rig.pod(), await rig.pod({ hostname: 'web-1' })]
    expect(one.ip).not.toBe(other.ip)
    for (const pod of [one, other]) {
      const server = await rig.start(pod, { command: serve('0.0.0.0') })
      await until(server.attach().stdout, /listening/).catch(() => '')
    }
    const client = await rig.start(one, { command: ['sleep', '1000'] })
    const ask = `exec 3<>/dev/tcp/${other.ip}/8080; echo hello >&3; cat <&3; hostname`
    expect((await execute(client, ['bash', '-c', ask])).stdout).toBe('you said hello\nweb-0\n')
    await Promise.all([one.remove(), other.remove()])
  })

  test('containers of one pod meet at localhost', async () => {
    const pod = await rig.pod()
    const server = await rig.start(pod, { command: serve('127.0.0.1') })
    await until(server.attach().stdout, /listening/).catch(() => '')
    const client = await rig.start(pod, { command: ['sleep', '1000'] })
    const ask = 'exec 3<>/dev/tcp/127.0.0.1/8080; echo hello >&3; cat <&3'
    expect((await execute(client, ['bash', '-c', ask])).stdout).toBe('you said hello\n')
    await pod.remove()
  })

  test('containers of one pod share memory, those of another do not, and a volume may take its place', async () => {
    const [pod, other] = [await rig.pod(), await rig.pod()]
    const [one, two, stranger] = await Promise.all(
      [pod, pod, other].map(of => rig.start(of, { command: ['sleep', '1000'] })),
    )
    if (!one || !two || !stranger) throw new Error('three containers')
    await execute(one, ['sh', '-c', 'echo shared > /dev/shm/note'])
    expect((await execute(two, ['cat', '/dev/shm/note'])).stdout).toBe('shared\n')
    expect((await execute(stranger, ['ls', '/dev/shm'])).stdout).toBe('')
    const large = path.join(rig.folder, 'large')
    mkdirSync(large)
    const mounts = [{ source: large, target: '/dev/shm', isReadOnly: false }]
    const volume = await rig.start(pod, { command: ['touch', '/dev/shm/in-volume'], mounts })
    expect(await volume.exited).toMatchObject({ exitCode: 0 })
    expect(existsSync(path.join(large, 'in-volume'))).toBe(true)
    await Promise.all([pod.remove(), other.remove()])
    expect(readdirSync(path.join(rig.folder, 'run/memory'))).toEqual([])
  })

  test('a port that a program opened for its pod only can be forwarded', async () => {
    const pod = await rig.pod()
    const server = await rig.start(pod, { command: serve('127.0.0.1') })
    await until(server.attach().stdout, /listening/).catch(() => '')
    for (let round = 0; round < 20; round++) {
      const connection = await pod.connect(8080, AbortSignal.timeout(5000))
      if (!connection.ok) throw new Error(connection.failure.message)
      connection.value.write(`round ${round}\n`)
      expect(await text(connection.value)).toBe(`you said round ${round}\n`)
    }
    await pod.remove()
  })

  test('who says more than it is told, while it is told, is heard to the end', async () => {
    const pod = await rig.pod()
    const program = `use Socket; $| = 1; socket(S, PF_INET, SOCK_STREAM, 0); bind(S, pack_sockaddr_in(8080, INADDR_LOOPBACK));
      listen(S, 1); print "listening\\n"; accept(C, S);
      while (sysread(C, $b, 65536)) { $b x= 4; for ($at = 0; $at < length $b;) { $at += syswrite(C, $b, length($b) - $at, $at) } }`
    const server = await rig.start(pod, { command: ['perl', '-e', program] })
    await until(server.attach().stdout, /listening/).catch(() => '')
    const connection = await pod.connect(8080, AbortSignal.timeout(5000))
    if (!connection.ok) throw new Error(connection.failure.message)
    const mega = 1024 * 1024
    connection.value.end(Buffer.alloc(16 * mega, 'x'))
    expect((await buffer(connection.value)).length).toBe(64 * mega)
    await pod.remove()
  })

  test('a port on which nothing listens refuses', async () => {
    const pod = await rig.pod()
    const refused = await pod.connect(8081, AbortSignal.timeout(5000))
    expect(refused).toEqual({
      ok: false,
      failure: { code: 'sandbox/connection', message: 'nothing listens on port 8081: Connection refused' },
    })
    await pod.remove()
  })

  test('a pod that has gone starts nothing more, and its address is free', async () => {
    const pod = await rig.pod()
    await pod.remove()
    await expect(rig.start(pod, { command: ['true'] })).rejects.toThrow('the pod has gone')
    expect(await pod.connect(80, AbortSignal.timeout(5000))).toMatchObject({ ok: false })
  })

  test('many pods start at once', async () => {
    const pods = await Promise.all(
      Array.from({ length: 10 }, (_, index) => rig.pod({ hostname: `pod-${index}` })),
    )
    const containers = await Promise.all(pods.map(pod => rig.start(pod, { command: ['hostname'] })))
    await Promise.all(containers.map(container => container.exited))
    expect(containers.map(container => rig.log(container))).toEqual(
      pods.map((_, index) => [`stdout F pod-${index}`]),
    )
    expect(new Set(pods.map(pod => pod.ip)).size).toBe(10)
    await Promise.all(pods.map(pod => pod.remove()))
  })
})
