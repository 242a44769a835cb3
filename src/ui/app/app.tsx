import { Box } from 'ink'
import type { Theme } from '../theme.ts'
import { AlertRows } from './alerts.tsx'
import { FooterRow } from './footer.tsx'
import { HeaderRow } from './header.tsx'
import { PaneTitle } from './pane-title.tsx'
import type { Scene } from './scene.ts'
import { ServiceTable } from './services.tsx'

export interface AppProps {
  readonly scene: Scene
  readonly theme: Theme
}

/**
 * The screen, from the top: what it is about, what concerns all, the services, which of them the pane shows, the keys. The pane's
 * own rows come between the last two (`FrameStream`).
 */
export function App({ scene, theme }: AppProps) {
  const { columns, rows } = scene.size
  const { layout } = scene.table
  return (
    <Box flexDirection="column" width={columns} height={rows - layout.pane} overflow="hidden">
      <HeaderRow header={scene.header} range={scene.table.range} width={columns} theme={theme} />
      <AlertRows alerts={scene.alerts} width={columns} theme={theme} />
      <ServiceTable table={scene.table} width={columns} theme={theme} />
      {layout.pane > 0 && <PaneTitle pane={scene.pane} width={columns} theme={theme} />}
      <FooterRow footer={scene.footer} width={columns} theme={theme} />
    </Box>
  )
}
