import { expect, test } from 'vitest'
import type { Plan } from '../../src/engine/plan.ts'
import { initialState } from '../../src/engine/reduce.ts'
import { createStore } from '../../src/engine/store.ts'
import { shop } from './world.ts'

test('nothing is started before everything is watched, whatever is heard of by then', () => {
  const plans: Plan[] = []
  const store = createStore(initialState(shop, 0), { parallelBuilds: 1, parallelEngineBuilds: 1 }, plan =>
    plans.push(plan),
  )
  store.dispatch({ type: 'forward-seen', at: 1, service: 'web', forwards: [] })
  expect(plans).toEqual([])
  store.begin()
  expect(plans).toHaveLength(1)
  expect(plans[0]?.start.length).toBeGreaterThan(0)
})

test('what a listener dispatches is heard by all listeners after what it heard itself', () => {
  const store = createStore(initialState(shop, 0), { parallelBuilds: 1, parallelEngineBuilds: 1 }, () => {})
  const heard: string[] = []
  store.subscribe(event => {
    if (event.type === 'trigger-asked') store.dispatch({ type: 'stop-asked', at: 2 })
  })
  store.subscribe(event => heard.push(event.type))
  store.dispatch({ type: 'trigger-asked', at: 1, service: 'web' })
  expect(heard).toEqual(['trigger-asked', 'stop-asked'])
})
