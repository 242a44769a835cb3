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
  plugins: [lazyHttp()],
  // The oldest Node that package.json allows.
  // React's own checks are for those who write it: they cost memory that grows.
  transform: { target: 'node22.19', define: { 'process.env.NODE_ENV': '"production"' } },
  treeshake: { moduleSideEffects: false },
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    cleanDir: true,
  },
})
