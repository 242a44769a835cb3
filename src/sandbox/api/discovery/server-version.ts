/** What the sandbox follows: clients decide by it what they ask for. */
export const serverVersion = {
  major: '1',
  minor: '32',
  gitVersion: 'v1.32.0+devloop',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`,
}
