import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createCompany } from '../../src/build/company.ts'

const forEver = 1_000_000

test('one that is alone waits for nobody', async () => {
  const company = createCompany<string>(forEver)
  company.setOut('web')
  expect(await company.meet('web', 'web')).toEqual(['web'])
  expect(await company.meet('cart', 'unannounced')).toEqual(['unannounced'])
})

test('those that set out together meet, whoever is first, and who does not come is not waited for', async () => {
  const company = createCompany<string>(forEver)
  for (const name of ['web', 'cached', 'cart']) company.setOut(name)
  const web = company.meet('web', 'web')
  const cart = company.meet('cart', 'cart')
  expect(await Promise.race([web, wait(5, 'waits')])).toBe('waits')
  company.leave('cached')
  expect(await web).toEqual(['web', 'cart'])
  expect(await cart).toBe(await web)
})

test('one that takes long is not waited for longer than is said, and meets the next', async () => {
  const company = createCompany<string>(10)
  company.setOut('web')
  company.setOut('huge')
  expect(await company.meet('web', 'web')).toEqual(['web'])
  expect(await company.meet('huge', 'huge')).toEqual(['huge'])
})

test('who stays after having met changes nothing for the next', async () => {
  const company = createCompany<string>(forEver)
  company.setOut('web')
  await company.meet('web', 'web')
  company.setOut('cart')
  company.leave('web')
  expect(await company.meet('cart', 'cart')).toEqual(['cart'])
})
