import { defineConfig } from 'rolldown'

/**
 * The program ships as a bundle: importing @kubernetes/client-node as it is costs 90 MB of memory and 400 ms, the
 * few names that devloop needs of it, tree-shaken, a fraction of that.
 */
export default defineConfig({
  input: { index: 'src/index.ts', cli: 'src/cli/main.ts' },
  platform: 'node',
  // jiti loads its parser lazily from its own files.
  external: ['jiti'],
  treeshake: { moduleSideEffects: false },
  output: { dir: 'dist', format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js', cleanDir: true },
})
