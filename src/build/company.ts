/** Lets those meet that set out at the same moment, however long each takes to find out whether it comes at all. */
export interface Company<Member> {
  /** Somebody of this name is on the way. */
  setOut(name: string): void
  /** It is not, or not any more. */
  leave(name: string): void
  /** Resolves with all that have come, once nobody is on the way any more: at once where nobody else was. */
  meet(name: string, member: Member): Promise<readonly Member[]>
}

/** @param maxWaitMs milliseconds that those who came wait for the others at most. */
export function createCompany<Member>(maxWaitMs: number): Company<Member> {
  const coming = new Set<string>()
  let meeting:
    | { members: Member[]; met: PromiseWithResolvers<readonly Member[]>; timer: NodeJS.Timeout }
    | undefined

  const end = () => {
    if (meeting === undefined) return
    clearTimeout(meeting.timer)
    meeting.met.resolve(meeting.members)
    meeting = undefined
  }
  const leave = (name: string) => {
    coming.delete(name)
    if (coming.size === 0) end()
  }

  return {
    setOut: name => void coming.add(name),
    leave,
    meet(name, member) {
      meeting ??= { members: [], met: Promise.withResolvers(), timer: setTimeout(end, maxWaitMs) }
      meeting.members.push(member)
      const { promise } = meeting.met
      leave(name)
      return promise
    },
  }
}
