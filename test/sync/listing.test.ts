import { expect, test } from 'vitest'
import { ListingReader } from '../../src/sync/listing.ts'

test('a listing that grows beyond its limit is refused, and takes no more memory', () => {
  const reader = new ListingReader()
  const line = `${'0'.repeat(64)}  /${'n'.repeat(4_000)}`
  for (let turn = 0; turn < 5_000; turn++) reader.takeLine(line)
  expect(reader.takeAnswer(['ok'])).toMatchObject({
    ok: false,
    failure: { message: expect.stringContaining('16 MiB') },
  })
})

test('a folder with more files than source code has is told, not read', () => {
  expect(new ListingReader().takeAnswer(['many'])).toMatchObject({
    ok: false,
    failure: { message: expect.stringContaining('100,000 files'), cure: expect.any(String) },
  })
})
