import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { devloop: new URL('src/index.ts', import.meta.url).pathname } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'test/contract/**', 'test/cluster/**'],
    testTimeout: 20_000,
  },
})
