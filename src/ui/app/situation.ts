import type { Snapshot } from '../../engine/port.ts'
import type { KeySituation } from '../keys.ts'
import type { Row } from './rows.ts'
import type { View } from './view.ts'

/** What counts for the meaning of keys. */
export function situationOf(
  { isOpen, isHelp, search, service: name }: View,
  { state }: Snapshot,
  rows: readonly Row[],
): KeySituation {
  const service = state.services.get(name ?? '')
  const row = rows.find(one => one.service === name)
  return {
    isOpen: isOpen || isHelp,
    isHelp,
    isSearching: search !== undefined,
    isPaused: state.paused,
    hasService: service !== undefined,
    isDisabled: service?.isDisabled === true,
    hasAddress: (row?.addresses.length ?? 0) > 0,
    hasPod: (service?.rollout?.pods ?? []).some(
      pod => !pod.isTerminating && pod.containers.some(({ runningId }) => runningId !== undefined),
    ),
  }
}
