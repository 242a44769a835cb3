// npm run build: makes dist/ from src/. Says nothing where it goes well, since `npm start` runs it too.
import { build } from 'rolldown'

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
