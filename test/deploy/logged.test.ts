import { expect, test } from 'vitest'
import { describePod } from '../../src/deploy/pods.ts'
import { healthyStages, podFixture } from './fixtures.ts'

const logged = (name: string) => describePod(podFixture(name).pod, true).logged

test('a container that waits for its next try has the log of each one that crashed', () => {
  expect(logged('crash-1')).toEqual([{ name: 'app', started: 7, isRunning: false }])
})

test('containers that prepare a pod have logs too, and those that wait for them have none yet', () => {
  expect(logged('init-crash')).toEqual([{ name: 'migrate', started: 7, isRunning: false }])
  expect(logged('init-running')).toEqual([{ name: 'wait-for-db', started: 1, isRunning: true }])
})

test('a container that has ended for good still has its log', () => {
  expect(logged('bare-completed')).toMatchObject([{ started: 1, isRunning: false }])
})

test('a container has a log from its start on, and not before', () => {
  const stages = healthyStages().map(pod => describePod(pod, true).logged)
  expect(stages[0]).toEqual([])
  expect(stages.at(-1)).toMatchObject([{ started: 1, isRunning: true }])
})
