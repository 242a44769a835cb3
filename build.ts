// npm run build: makes dist/ from src/. Says nothing where it goes well, since `npm start` runs it too.
import { build, type Plugin } from 'rolldown'

/**
 * An import of `node:http` makes Node read all that the module exports, and with that load its WebSocket, and with that all of
 * undici: 35 ms and 8 MB at each start. Members of the same module that are read one by one load nothing.
 */
function lazyHttp(): Plugin {
  const id = '\0lazy-http'
  return {
    name: 'lazy-http',
    resolveId: source => (source === 'node:http' ? { id, moduleSideEffects: false } : undefined),
    load: loaded =>
      loaded === id
        ? `const http = process.getBuiltinModule('node:http')\nexport const Agent = http.Agent, request = http.request, createServer = http.createServer\n`
        : undefined,
  }
}

/** V8 keeps a source with any character beyond Latin-1 with two bytes for each of its characters, and reads it slower. */
function ascii(): Plugin {
  return {
    name: 'ascii',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) if (file.type === 'chunk') file.code = escaped(file.code)
    },
  }
}

function escaped(code: string): string {
  return code.replaceAll(/[^\0-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/**
 * The program ships as a bundle: reading a few files is quicker than some hundred, and what devloop does not need of its
 * libraries costs no memory.
 */
await build({
  input: { index: 'src/index.ts', cli: 'src/cli/main.ts' },
  platform: 'node',
  // jiti loads its parser lazily from its own files.
  // Ink asks for its debugger only where a debugger runs.
  external: ['jiti', 'react-devtools-core'],
  plugins: [lazyHttp(), ascii()],
  // The oldest Node that package.json allows.
  // React's own checks are for those who write it: they cost memory that grows.
  transform: { target: 'node22.19', define: { 'process.env.NODE_ENV': '"production"' } },
  treeshake: { moduleSideEffects: false },
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    // With `.js` Node looks for the package.json that says what each of them is: 20 ms at each start.
    chunkFileNames: ({ name }) => `chunks/${name.replace(/~.*/, '')}-[hash].mjs`,
    // What a license demands stays.
    comments: { legal: true, annotation: false, jsdoc: false },
    // Small parts that several commands share are put together: 60 files, and as many of Node's compile cache, took 30 ms.
    codeSplitting: {
      groups: [{ name: 'shared', minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 20_000 }],
    },
    cleanDir: true,
  },
})
