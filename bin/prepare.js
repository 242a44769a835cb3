// Before `npm start` and `npm test`: installs and builds what is not there or not of now, and says nothing where all is.
//
// Plain JavaScript, for the Node.js that a machine has before anything is installed (20 or newer).
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const project = new URL('../', import.meta.url)

if (!isInstalled()) {
  say('The packages are installed first (npm install).')
  npm('install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error')
}
if (!canRunDevloop()) {
  fail(
    `devloop needs Node.js 22.19 or newer; this is ${process.version}, and the one among the packages is not there.\n` +
      'Its install script brings it, which npm was told to leave out: npm rebuild node --ignore-scripts=false',
  )
}
if (!isBuilt()) {
  say('devloop is built (npm run build).')
  npm('run', '--silent', 'build')
}

/** Whether the packages are those of the lock file. npm writes down what it has installed once all of it is there. */
function isInstalled() {
  const installed = packagesOf('node_modules/.package-lock.json')
  return Object.entries(packagesOf('package-lock.json')).every(
    ([folder, { version, optional }]) =>
      folder === '' ||
      installed[folder]?.version === version ||
      // For another kind of machine.
      (optional && !installed[folder]),
  )
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packagesOf(lockFile) {
  const file = new URL(lockFile, project)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {}
}

/** Node is one of the packages: scripts of npm run with it once it is there. */
function canRunDevloop() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 19) || existsSync(new URL('node_modules/.bin/node', project))
}

/** The types are written last. */
function isBuilt() {
  const built = new URL('dist/types/index.d.ts', project)
  const sources = [
    ...['build.ts', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'],
    'src',
    ...readdirSync(new URL('src/', project), { recursive: true }).map(file => `src/${file}`),
  ]
  return existsSync(built) && sources.every(file => timeOf(new URL(file, project)) <= timeOf(built))
}

/** @param {URL} file a folder's time tells of files that were removed */
function timeOf(file) {
  return statSync(file).mtimeMs
}

/** @param {string[]} args */
function npm(...args) {
  // On Windows it is no program, but a script of the shell's.
  const shell = process.platform === 'win32'
  const { status, error } = spawnSync('npm', args, { cwd: fileURLToPath(project), stdio: 'inherit', shell })
  if (error) fail(`cannot run npm: ${error.message}`)
  if (status !== 0) fail(`npm ${args.join(' ')} failed.`)
}

/** @param {string} message */
function say(message) {
  process.stderr.write(`${message}\n`)
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  say(message)
  process.exit(1)
}
