import { describe, expect, test } from 'vitest'
import { infer, outcome, type Recipe } from './infer-rig.ts'

/** What the last lines of an image with a WORKDIR do with one file. */
const copies = (lines: string, file: string, recipe?: Recipe) =>
  outcome(infer(`FROM base\nCMD ["nginx"]\nWORKDIR /app\n${lines}`, recipe), file)

describe('a file goes where docker build puts it', () => {
  test.each([
    ['COPY . .', 'src/a.js', '/app/src/a.js'],
    ['COPY src .', 'src/a.js', '/app/a.js'],
    ['COPY src /x', 'src/lib/a.js', '/x/lib/a.js'],
    ['COPY ./src/ /x/', 'src/a.js', '/x/a.js'],
    ['COPY a.js b.js', 'a.js', '/app/b.js'],
    ['COPY a.js lib/', 'a.js', '/app/lib/a.js'],
    ['COPY a.js /app', 'a.js', '/app/a.js'],
    ['COPY a.js /made/\nCOPY b.js /made', 'b.js', '/made/b.js'],
    ['COPY --link b.js /made', 'b.js', '/made'],
    ['COPY /a.js .', 'a.js', '/app/a.js'],
    ['COPY ../a.js .', 'a.js', '/app/a.js'],
    ['copy --chown=1:1 --chmod=755 a.js .', 'a.js', '/app/a.js'],
    ['COPY ["a b.js", "x y/"]', 'a b.js', '/app/x y/a b.js'],
    ['COPY "a.js" \'b.js\'', 'a.js', '/app/b.js'],
    ['COPY *.js ./', 'a.js', '/app/a.js'],
    ['COPY **/*.js ./', 'a/b/c.js', 'ignored'],
    ['COPY src/[a-c]?.js ./', 'src/bx.js', '/app/bx.js'],
    ['COPY src/[^a-c]?.js ./', 'src/bx.js', 'ignored'],
    ['ENV D=/d\nCOPY a.js $D/', 'a.js', '/d/a.js'],
    ['ENV D=/d\nCOPY a.js \\$D/', 'a.js', '/app/$D/a.js'],
    ['ARG D=/d\nENV D=/e\nCOPY a.js ${D}/', 'a.js', '/e/a.js'],
    ['ARG D\nCOPY a.js ${D:-/d}/', 'a.js', '/d/a.js'],
    ['ENV D "two words"\nCOPY ["a.js", "$D/"]', 'a.js', '/app/two words/a.js'],
    ['ENV A=1 B=${A:+x}\nCOPY a.js /${B}y/', 'a.js', '/y/a.js'],
    ['WORKDIR sub\nCOPY a.js .', 'a.js', '/app/sub/a.js'],
    ['ONBUILDER x\nCOPY a.js .', 'a.js', 'rebuild'],
    ['COPY <<EOF /app/b.js\nCOPY a.js .\nEOF\nCOPY a.js .', 'a.js', '/app/a.js'],
    ['ADD https://example.com/x.js /app/x/\nADD a.js .', 'a.js', '/app/a.js'],
    ['COPY a.js \\\n  # to\n\n  /x/', 'a.js', '/x/a.js'],
  ])('%j: %s → %s', (lines, file, expected) => {
    expect(copies(lines, file)).toBe(expected)
  })

  test('build arguments fill in what ARG declares, and nothing else', () => {
    const args = { D: '/given', UNDECLARED: '/x' }
    expect(copies('ARG D=/d\nCOPY a.js $D/', 'a.js', { args })).toBe('/given/a.js')
    expect(copies('COPY a.js $UNDECLARED/', 'a.js', { args })).toBe('rebuild')
    expect(outcome(infer('ARG D=/top\nFROM scratch\nARG D\nCMD nginx\nCOPY a.js $D/', {}), 'a.js')).toBe(
      '/top/a.js',
    )
    expect(outcome(infer('ARG D=/top\nFROM scratch\nCMD nginx\nCOPY a.js $D/b/', {}), 'a.js')).toBe('/b/a.js')
  })
})

describe('what cannot be followed gets a new image, and the reason says why', () => {
  test.each([
    ['ADD a.tar.gz /x/', 'a.tar.gz', 'ADD unpacks archives'],
    ['COPY --parents src/a.js /x/', 'src/a.js', '--parents is not followed'],
    ['COPY --exclude=*.md . .', 'src/a.js', '--exclude is not followed'],
    ['COPY index.html /usr/share/pages', 'index.html', 'end it in / if it is'],
    ['COPY $WHAT .', 'a.js', 'needs a value that the Dockerfile does not give'],
    ['COPY a.js $WHERE/', 'a.js', 'needs a WORKDIR or a value'],
    ['COPY packages/*/package.json ./', 'packages/a/package.json', 'several files of the same name'],
    ['COPY pack* ./', 'packages/a.js', 'several folders'],
    ['COPY . .\nCOPY --from=other/image /x /app', 'a.js', 'it may put another file at /app/a.js'],
    ['COPY . .\nRUN <<EOF\nmake\nEOF', 'a.js', 'it may read or change /app/a.js'],
    ['COPY a.js .\nRUN node a.js', 'a.js', '(Dockerfile:4 RUN node a.js)'],
    ['COPY --from=$STAGE a.js .', 'a.js', 'which stage or image it reads from is not known'],
    ['SHELL ["powershell"]\nCOPY a.js .\nRUN true', 'a.js', 'may read or change'],
    ['ONBUILD COPY . .', 'a.js', 'what ONBUILD does is not followed'],
    ['COPY a.js /one/\nCOPY a.js /two/', 'a.js', 'more than one place: /one/a.js and /two/a.js'],
  ])('%j: %s', (lines, file, reason) => {
    const decision = infer(`FROM base\nWORKDIR /app\n${lines}`).decide(file)
    expect(decision.kind).toBe('rebuild')
    expect(decision.reason).toContain(reason)
  })

  test('two files at one place, where which one shows depends on both', () => {
    const lines = 'COPY docker/app.conf ./\nCOPY . .'
    expect(copies(lines, 'app.conf', { files: ['docker/app.conf'] })).toBe('rebuild')
    expect(copies(lines, 'app.conf', { files: ['app.conf'] })).toBe('/app/app.conf')
    expect(copies('COPY one two ./', 'one/a.js', { files: ['two/a.js'] })).toBe('rebuild')
    expect(copies('COPY one two ./', 'one/a.js', { files: ['two/b.js'] })).toBe('/app/a.js')
    expect(copies('COPY a.js */a.js ./', 'a.js')).toBe('rebuild')
    expect(copies('COPY . .\nCOPY src* ./', 'a.js')).toBe('rebuild')
    expect(copies('COPY . .\nCOPY *.json ./', 'a.js')).toBe('/app/a.js')
    expect(copies('COPY . .\nCOPY *.json ./', 'a.json')).toBe('/app/a.json')
  })

  test('a WORKDIR that only the base image knows', () => {
    expect(outcome(infer('FROM base\nCOPY . .'), 'a.js')).toBe('rebuild')
    expect(outcome(infer('FROM scratch\nCOPY . .'), 'a.js')).toBe('/a.js, restart')
  })

  test.each([
    ['', 'it has no FROM'],
    ['COPY . .', 'it has no FROM'],
  ])('no image at all: %j', (dockerfile, reason) => {
    expect(infer(dockerfile).decide('a.js')).toEqual({
      kind: 'rebuild',
      reason: `Dockerfile cannot be followed: ${reason}`,
    })
  })

  test('a target that is not there', () => {
    expect(infer('FROM a AS b', { target: 'c' }).decide('a.js').reason).toContain('it has no stage c')
  })
})

describe('a RUN that cannot have to do with a file does not stand in the way', () => {
  test.each([
    'apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*',
    'apk add --no-cache git >/dev/null 2>&1',
    'mkdir -p /data && chown -R node:node /app /data',
    'npm install -g pm2@5 && npm cache clean --force',
    'pip install --no-cache-dir gunicorn==22 "uvicorn[standard]"',
    'chmod +x /usr/local/bin/tool',
    'set -eux; useradd --create-home app; true',
    'rm -rf node_modules',
    'ln -s /proc/self/fd/1 /var/log/app.log',
  ])('RUN %s', command => {
    expect(copies(`COPY . .\nRUN ${command}`, 'src/a.js')).toBe('/app/src/a.js')
  })

  test.each([
    'npm ci',
    './install',
    'corepack install',
    'curl -dx=1 -d@src/a.js https://example.com',
    'rm -rf src',
    'rm -rf *',
    'rm -rf /app',
    'cd / && rm -rf app',
    'cd src; rm a.js',
    'chmod -R 755 .',
    'mv src lib',
    'true && make',
    'echo $(cat src/a.js)',
    'echo x > src/a.js',
    'pip install .',
    'pip install -r requirements.txt',
    'npm install -g ./src',
    'if true; then make; fi',
    'sh -c make',
    'rm -rf $DIR',
    'curl -T src/a.js https://example.com',
    '["/bin/sh", "build.sh"]',
    'unknown-tool',
  ])('but one that may read or change it does: RUN %s', command => {
    expect(copies(`COPY . .\nRUN ${command}`, 'src/a.js')).toBe('rebuild')
  })
})

test('devloop why tells each step that leads to the decision', () => {
  const dockerfile = `FROM scratch AS files
COPY src /src
FROM node:20
WORKDIR /app
COPY package.json .
RUN npm ci
COPY --from=files /src ./src
CMD ["node", "src/a.js"]`
  const inference = infer(dockerfile, { ignored: file => file.endsWith('.md') })
  expect(inference.explain('src/a.js')).toEqual([
    'Dockerfile:2 COPY src /src copies src/a.js',
    'Dockerfile:7 COPY --from=files /src ./src copies src/a.js',
    'It lies unchanged at /app/src/a.js: no later step may read or change it',
    'Dockerfile:8 node src/a.js reads its files once, at start: restart',
  ])
  expect(inference.decide('src/a.js').reason).toBe(
    'src/a.js → /app/src/a.js: copied by Dockerfile:2 and Dockerfile:7; restart, since node src/a.js reads its files once, at start',
  )
  expect(inference.explain('package.json')).toEqual([
    'Dockerfile:6 RUN npm ci: it may read or change /app/package.json',
    'package.json needs a new image',
  ])
  expect(inference.explain('test/a.js')).toEqual(['test/a.js: Dockerfile copies it to no place in the image'])
  expect(inference.explain('README.md')).toEqual(['README.md: left out by .dockerignore'])
})

test('ten thousand files of a branch switch are decided within a second', () => {
  const inference = infer(
    'FROM node\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nCMD ["node", "."]',
  )
  const start = process.cpuUsage()
  for (let index = 0; index < 10_000; index++) inference.decide(`src/${index % 100}/file-${index}.js`)
  // Of this process alone: others run beside it.
  expect(process.cpuUsage(start).user).toBeLessThan(1_000_000)
})
